import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { crc32Of } from "../checksum";

/** The file system operations that the store needs. Tests pass an implementation that fails. */
export interface Disk {
  /** Opens a file for reading and writing. With `create` a missing file is created and an existing one is emptied. */
  open(path: string, create: boolean): number;
  close(file: number): void;
  /** @returns the number of bytes read, which may be less than `length`. */
  read(file: number, into: Buffer, from: number, length: number, position: number): number | Promise<number>;
  /** Like `read`, but always synchronous. */
  readSync(file: number, into: Buffer, from: number, length: number, position: number): number;
  /** @returns the number of bytes written, which may be less than `length`. */
  write(
    file: number,
    bytes: Buffer,
    from: number,
    length: number,
    position: number,
  ): number | Promise<number>;
  sync(file: number): Promise<void>;
  truncate(file: number, length: number): void;
  /** Size of an open file in bytes, and whether the file has been deleted: then its contents vanish on closing. */
  stat(file: number): { readonly size: number; readonly deleted: boolean };
  readFile(path: string): Buffer;
  /** Replaces a file atomically: a reader sees either the old contents or the new, never a mix. */
  replaceFile(path: string, contents: string | Uint8Array, durable: boolean): void;
}

/**
 * Up to this size, reads and writes are synchronous: copying to or from the system's cache then takes less time than
 * handing the work to another thread. Bytes.
 */
const atOnce = 128 * 1024;

export const realDisk: Disk = {
  open: (path, create) => fs.openSync(path, create ? "w+" : "r+"),
  close: fs.closeSync,
  read: (file, into, from, length, position) =>
    length <= atOnce
      ? fs.readSync(file, into, from, length, position)
      : new Promise((resolve, reject) =>
          fs.read(file, into, from, length, position, (error, read) =>
            error ? reject(error) : resolve(read),
          ),
        ),
  write: (file, bytes, from, length, position) =>
    length <= atOnce
      ? fs.writeSync(file, bytes, from, length, position)
      : new Promise((resolve, reject) =>
          fs.write(file, bytes, from, length, position, (error, written) =>
            error ? reject(error) : resolve(written),
          ),
        ),
  sync: (file) =>
    new Promise((resolve, reject) => fs.fdatasync(file, (error) => (error ? reject(error) : resolve()))),
  truncate: fs.ftruncateSync,
  readSync: fs.readSync,
  stat: (file) => {
    const { size, nlink } = fs.fstatSync(file);
    return { size, deleted: nlink === 0 };
  },
  readFile: (path) => fs.readFileSync(path),
  replaceFile(path, contents, durable) {
    const temporary = `${path}.tmp`;
    try {
      const file = fs.openSync(temporary, "w");
      try {
        fs.writeFileSync(file, contents);
        if (durable) fs.fsyncSync(file);
      } finally {
        fs.closeSync(file);
      }
      fs.renameSync(temporary, path);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    if (durable) flushFolder(dirname(path));
  },
};

/**
 * Open segment files. A file is opened on first use, and the least recently used one is closed when there are too many.
 */
export class OpenFiles {
  private readonly files = new Map<string, { readonly file: number; users: number; dropped: boolean }>();

  constructor(
    private readonly disk: Disk,
    private readonly most = 256,
  ) {}

  async use<T>(path: string, work: (file: number) => Promise<T>): Promise<T> {
    let entry = this.files.get(path);
    if (entry) this.files.delete(path);
    else entry = { file: this.disk.open(path, false), users: 0, dropped: false };
    this.files.set(path, entry);
    entry.users++;
    this.closeLeastUsed();
    try {
      return await work(entry.file);
    } finally {
      entry.users--;
      if (entry.dropped && entry.users === 0) this.disk.close(entry.file);
    }
  }

  /** Closes the file as soon as it is no longer in use. */
  drop(path: string): void {
    const entry = this.files.get(path);
    if (!entry) return;
    this.files.delete(path);
    entry.dropped = true;
    if (entry.users === 0) this.disk.close(entry.file);
  }

  private closeLeastUsed(): void {
    for (const [path, { users }] of this.files) {
      if (this.files.size <= this.most) return;
      if (users === 0) this.drop(path);
    }
  }
}

/** Makes the file names in a folder survive a power failure. Windows does not support this. */
export function flushFolder(path: string): void {
  try {
    const folder = fs.openSync(path, "r");
    try {
      fs.fsyncSync(folder);
    } finally {
      fs.closeSync(folder);
    }
  } catch (error) {
    if (process.platform !== "win32") throw error;
  }
}

/** Writes a value to a file as one line of JSON, followed by a line with its checksum. */
export function saveJson(disk: Disk, path: string, value: unknown, durable: boolean): void {
  const text = JSON.stringify(value);
  disk.replaceFile(path, `${text}\n${checksumOf(text)}\n`, durable);
}

/**
 * Reads a value that `saveJson` wrote.
 *
 * @returns undefined when there is no such file.
 * @throws Error that names the file when its contents are not what was saved.
 */
export function readJson<T>(disk: Disk, path: string): T | undefined {
  let contents: string;
  try {
    contents = disk.readFile(path).toString("utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // Files of earlier versions have no checksum.
  const [text = "", checksum = ""] = contents.split("\n");
  if (checksum !== "" && checksum !== checksumOf(text)) throw new Error(`${path} is damaged`);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${path} is damaged`);
  }
}

const checksumOf = (text: string): string => crc32Of(Buffer.from(text)).toString(16).padStart(8, "0");

export const segmentPath = (folder: string, first: number): string =>
  join(folder, `${String(first).padStart(16, "0")}.log`);

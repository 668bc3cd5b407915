import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "../checksum";

/** What the store asks of the file system for what it keeps; tests give one that fails. */
export interface Disk {
  /** Opens for reading and writing; `create` makes the file, and empties one that is there. */
  open(path: string, create: boolean): number;
  close(file: number): void;
  /** @returns how many bytes were read, which may be fewer. */
  read(file: number, into: Buffer, from: number, length: number, position: number): number | Promise<number>;
  /** Like `read`, and done when it returns. */
  readSync(file: number, into: Buffer, from: number, length: number, position: number): number;
  /** @returns how many bytes were written, which may be fewer. */
  write(
    file: number,
    bytes: Buffer,
    from: number,
    length: number,
    position: number,
  ): number | Promise<number>;
  sync(file: number): Promise<void>;
  truncate(file: number, length: number): void;
  /** Bytes of an open file, and whether it still has a name: one that was deleted ends with the process. */
  stat(file: number): { readonly size: number; readonly deleted: boolean };
  readFile(path: string): Buffer;
  /** Replaces a file as a whole: whoever reads it, at any time, finds the old contents or the new. */
  replaceFile(path: string, contents: string | Uint8Array, durable: boolean): void;
}

/** So few bytes are copied to or from the system's cache in less time than another thread takes to begin. */
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
    if (durable) syncFolder(dirname(path));
  },
};

/** Files of segments, opened when they are used and closed when others were used since. */
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

  /** Closes the file, as soon as nobody uses it. */
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

/** Makes names in a folder outlast a power failure, where the system can (Windows can't). */
export function syncFolder(path: string): void {
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

/** Replaces a file by a value as a line of JSON and a line with its checksum. */
export function saveJson(disk: Disk, path: string, value: unknown, durable: boolean): void {
  const text = JSON.stringify(value);
  disk.replaceFile(path, `${text}\n${checksumOf(text)}\n`, durable);
}

/** @returns undefined when there is no such file. @throws Error that names the file when it is not what was saved. */
export function readJson<T>(disk: Disk, path: string): T | undefined {
  let contents: string;
  try {
    contents = disk.readFile(path).toString("utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // An earlier version wrote no checksum.
  const [text = "", checksum = ""] = contents.split("\n");
  if (checksum !== "" && checksum !== checksumOf(text)) throw new Error(`${path} is damaged`);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${path} is damaged`);
  }
}

const checksumOf = (text: string): string => crc32(Buffer.from(text)).toString(16).padStart(8, "0");

export const segmentPath = (folder: string, first: number): string =>
  join(folder, `${String(first).padStart(16, "0")}.log`);

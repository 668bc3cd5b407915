import * as fs from "node:fs";
import { dirname, join } from "node:path";

/** What the store asks of the file system for its segments; tests give one that fails. */
export interface Disk {
  /** Opens for reading and writing; `create` makes the file, and empties one that is there. */
  open(path: string, create: boolean): number;
  close(file: number): void;
  /** @returns how many bytes were read, which may be fewer. */
  read(file: number, into: Buffer, from: number, length: number, position: number): number | Promise<number>;
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

/** Replaces a file as a whole: whoever reads it, at any time, finds the old contents or the new. */
export function replaceFile(path: string, contents: string | Uint8Array, durable: boolean): void {
  const temporary = `${path}.tmp`;
  const file = fs.openSync(temporary, "w");
  try {
    fs.writeFileSync(file, contents);
    if (durable) fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
  fs.renameSync(temporary, path);
  if (durable) syncFolder(dirname(path));
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

/** @returns undefined when there is no such file. @throws Error that names the file when it can't be read as JSON. */
export function readJson<T>(path: string): T | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`${path} is damaged: ${(error as Error).message}`);
  }
}

export const segmentPath = (folder: string, first: number): string =>
  join(folder, `${String(first).padStart(16, "0")}.log`);

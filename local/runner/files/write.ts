import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
} from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { disk } from "./disk";
import { makeFolder } from "./folders";

/** Writes all bytes at a position, in as many calls as necessary, or throws. */
export function writeAllSync(file: number, bytes: Uint8Array, position: number): void {
  for (let offset = 0; offset < bytes.length; ) {
    const written = disk.writeSync(file, bytes, offset, position + offset);
    if (written <= 0) throw noRoom();
    offset += written;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const written = await disk.write(file, bytes, offset, position + offset);
    if (written <= 0) throw noRoom();
    offset += written;
  }
}

function noRoom(): Error {
  return Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
}

/**
 * A file that grows chunk by chunk and contains only whole chunks. What a failed write has left behind is overwritten
 * by the next write, or cut off when the file is finished. The file stays open, so that its contents can be restored
 * when somebody deletes it.
 */
export class GrowingFile {
  private file: FileHandle | undefined;
  private length = 0;

  constructor(readonly path: string) {}

  get bytes(): number {
    return this.length;
  }

  async append(chunk: string | Uint8Array): Promise<void> {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    this.file ??= await create(this.path);
    await writeAll(this.file, bytes, this.length);
    this.length += bytes.length;
  }

  /** Removes everything after the given number of bytes. */
  cut(bytes: number): void {
    this.length = Math.min(this.length, bytes);
  }

  /** Resolves when all of the file is on disk at its path. */
  async finish(): Promise<void> {
    this.file ??= await create(this.path);
    if (!(await isAt(this.file, this.path))) {
      const copy = await create(this.path);
      try {
        await copyBytes(this.file, copy, this.length);
      } catch (error) {
        await copy.close();
        throw error;
      }
      await this.close();
      this.file = copy;
    }
    await this.file.truncate(this.length);
    await disk.sync(this.file);
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close();
  }
}

/** Creates an empty file for reading and writing, and its folder if necessary. */
async function create(path: string): Promise<FileHandle> {
  makeFolder(dirname(path));
  return open(path, "w+");
}

/** Whether an open file is still the one at the path. */
async function isAt(file: FileHandle, path: string): Promise<boolean> {
  try {
    const [mine, there] = [await file.stat({ bigint: true }), await stat(path, { bigint: true })];
    return mine.ino === there.ino && mine.dev === there.dev;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function copyBytes(from: FileHandle, to: FileHandle, length: number): Promise<void> {
  const chunk = Buffer.alloc(Math.min(length, 1024 * 1024));
  for (let at = 0; at < length; ) {
    const { bytesRead } = await from.read(chunk, 0, Math.min(chunk.length, length - at), at);
    if (bytesRead === 0) throw new Error("a buffer file is shorter than what was written to it");
    await writeAll(to, chunk.subarray(0, bytesRead), at);
    at += bytesRead;
  }
}

/** Waits until a file that others have written is on disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await disk.sync(file);
  } finally {
    await file.close();
  }
}

/**
 * Replaces a file as a whole: a reader sees either the old or the new content, even after a kill or a power failure.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = openSync(temporary, "w");
    try {
      writeAllSync(file, typeof content === "string" ? Buffer.from(content) : content, 0);
      disk.syncSync(file);
    } finally {
      closeSync(file);
    }
    disk.renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Moves a file, also to another file system. It becomes visible at the new path only when it is complete. */
export function moveFile(from: string, to: string): void {
  try {
    disk.renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const temporary = join(dirname(to), `.${basename(to)}.tmp`);
    copyFileSync(from, temporary);
    syncPath(temporary, "r+");
    disk.renameSync(temporary, to);
    rmSync(from);
  }
}

/** Makes changes of the names in a folder survive a power failure, on systems where a folder can be synced. */
export function syncFolder(folder: string): void {
  if (process.platform !== "win32") syncPath(folder, "r");
}

function syncPath(path: string, flags: "r" | "r+"): void {
  const file = openSync(path, flags);
  try {
    disk.syncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A file that lines are appended to. It is kept open. When somebody deletes it, a new one is started. */
export class LineFile {
  private file: number | undefined;
  private length = 0;

  constructor(private readonly path: string) {}

  /**
   * Writes all of the text or, when it throws, none of it. A partial line that a kill has left is cut off first.
   *
   * @param text Text that ends with a newline.
   */
  append(text: string, { durable = false }: { readonly durable?: boolean } = {}): void {
    const file = this.opened();
    const bytes = Buffer.from(text);
    try {
      writeAllSync(file, bytes, this.length);
    } catch (error) {
      ftruncateSync(file, this.length);
      throw error;
    }
    this.length += bytes.length;
    if (durable) disk.syncSync(file);
  }

  close(): void {
    const { file } = this;
    this.file = undefined;
    if (file !== undefined) closeSync(file);
  }

  /** The file, ready for writing at `length`. It is opened again when others have written to it or deleted it. */
  private opened(): number {
    if (this.file !== undefined) {
      const { nlink, size } = fstatSync(this.file);
      if (nlink > 0 && size === this.length) return this.file;
      this.close();
    }
    makeFolder(dirname(this.path));
    this.file = openSync(this.path, constants.O_RDWR | constants.O_CREAT);
    this.length = endOfLastLine(this.file);
    ftruncateSync(this.file, this.length);
    return this.file;
  }
}

/** Appends lines to a file that other processes append to as well. */
export function appendLines(path: string, text: string, options?: { readonly durable?: boolean }): void {
  const file = new LineFile(path);
  try {
    file.append(text, options);
  } finally {
    file.close();
  }
}

function endOfLastLine(file: number): number {
  let bytes = 1;
  for (let end = fstatSync(file).size; end > 0; ) {
    const chunk = Buffer.alloc(Math.min(end, bytes));
    const start = end - chunk.length;
    readSync(file, chunk, 0, chunk.length, start);
    const newline = chunk.lastIndexOf(0x0a);
    if (newline >= 0) return start + newline + 1;
    end = start;
    // The last byte is usually a newline. Only when it is not, larger chunks are read.
    bytes = 64 * 1024;
  }
  return 0;
}

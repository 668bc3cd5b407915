import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";

/**
 * The calls by which the runner's own bytes reach the disk. They may do less than they are asked for, as the system's
 * do. A test puts faults in their place.
 */
export const disk = {
  /** @returns how many of the bytes were written. */
  async write(file: FileHandle, bytes: Uint8Array, offset: number, position: number): Promise<number> {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset, position);
    return bytesWritten;
  },
  /** @returns how many of the bytes were written. */
  writeSync(file: number, bytes: Uint8Array, offset: number, position: number): number {
    return fs.writeSync(file, bytes, offset, bytes.length - offset, position);
  },
  readFileSync(path: string): Buffer {
    return fs.readFileSync(path);
  },
  sync(file: FileHandle): Promise<void> {
    return file.sync();
  },
  syncSync(file: number): void {
    fs.fsyncSync(file);
  },
  renameSync(from: string, to: string): void {
    fs.renameSync(from, to);
  },
};

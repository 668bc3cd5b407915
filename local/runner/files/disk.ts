import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";

/**
 * The calls that write the runner's own data to disk. Like the system calls, they may write fewer bytes than requested.
 * Tests replace them to simulate faults.
 */
export const disk = {
  /** @returns the number of bytes that were written. */
  async write(file: FileHandle, bytes: Uint8Array, offset: number, position: number): Promise<number> {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset, position);
    return bytesWritten;
  },
  /** @returns the number of bytes that were written. */
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

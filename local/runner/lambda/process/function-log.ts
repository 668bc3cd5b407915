import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The log of a function. It is written at once, so that a function that prints faster than the disk takes it waits
 * instead of filling the memory. Lines that can't be written are counted and left out: they don't hold the function up.
 */
export class FunctionLog {
  private file: number | undefined;
  private lost = 0;
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly onTrouble: (message: string) => void,
  ) {}

  write(lines: readonly string[]): void {
    if (lines.length === 0 || this.closed) return;
    try {
      this.file ??= this.open();
      if (this.lost > 0) this.append(`${this.lost} lines could not be written\n`);
      this.lost = 0;
      this.append(`${lines.join("\n")}\n`);
    } catch (error) {
      if (this.lost === 0) this.onTrouble(`${this.path}: ${(error as Error).message}; lines are left out`);
      this.lost += lines.length;
    }
  }

  close(): void {
    this.closed = true;
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private open(): number {
    mkdirSync(dirname(this.path), { recursive: true });
    return openSync(this.path, "a");
  }

  private append(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file as number, bytes, at);
  }
}

import { LineFile } from "../../files/write";

/**
 * The log of a function. Lines are written synchronously, so that a function that prints faster than the disk can write
 * is slowed down instead of filling the memory. Lines that can't be written are counted and skipped, and do not stop
 * the function.
 */
export class FunctionLog {
  private lost = 0;
  private closed = false;
  private readonly file: LineFile;

  constructor(
    private readonly path: string,
    private readonly onTrouble: (message: string) => void,
  ) {
    this.file = new LineFile(path);
  }

  write(lines: readonly string[]): void {
    if (lines.length === 0 || this.closed) return;
    const notice = this.lost > 0 ? [`${this.lost} lines could not be written`] : [];
    try {
      this.file.append(`${[...notice, ...lines].join("\n")}\n`);
      this.lost = 0;
    } catch (error) {
      if (this.lost === 0) this.onTrouble(`${this.path}: ${(error as Error).message}; lines are left out`);
      this.lost += lines.length;
    }
  }

  close(): void {
    this.closed = true;
    this.file.close();
  }
}

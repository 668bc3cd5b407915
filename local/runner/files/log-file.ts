import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { appendLines } from "./write";

/** What waits for room on disk; of more the oldest lines are dropped. */
const waitingCharacters = 1024 * 1024;

const retryMilliseconds = 1_000;

/** A log of lines. It costs no record when it can't be written: lines are lost then, and their number is logged. */
export class LogFile {
  private waiting: string[] = [];
  private characters = 0;
  private lost = 0;
  private isScheduled = false;
  private isFailing = false;
  private isClosed = false;

  constructor(
    private readonly path: string,
    private readonly onTrouble: (message: string) => void,
  ) {}

  /** Adds a line, given without its newline. Lines of one turn of the event loop are written together. */
  write(line: string): void {
    if (this.isClosed) return;
    this.waiting.push(line);
    this.characters += line.length;
    if (this.characters > waitingCharacters && this.isFailing) this.drop();
    if (this.isScheduled) return;
    this.isScheduled = true;
    if (this.isFailing) setTimeout(() => this.flush(), retryMilliseconds).unref();
    else setImmediate(() => this.flush());
  }

  /** Writes what waits; what comes later is not written. */
  close(): void {
    this.flush();
    this.isClosed = true;
  }

  /** Writes what waits. */
  flush(): void {
    this.isScheduled = false;
    if (this.waiting.length === 0 || this.isClosed) return;
    const notice = this.lost > 0 ? `${this.lost} lines were lost: they could not be written\n` : "";
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      appendLines(this.path, `${notice}${this.waiting.join("\n")}\n`);
    } catch (error) {
      if (!this.isFailing)
        this.onTrouble(`${this.path}: ${(error as Error).message}; lines are lost until it can be written`);
      this.isFailing = true;
      return;
    }
    this.waiting = [];
    this.characters = 0;
    this.lost = 0;
    this.isFailing = false;
  }

  private drop(): void {
    while (this.characters > waitingCharacters / 2) {
      this.characters -= this.waiting.shift()?.length ?? 0;
      this.lost++;
    }
  }
}

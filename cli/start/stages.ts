import { styleText } from "node:util";
import { wrapped } from "../output/wrap";

/** Columns before what a stage came to, and of it where the output is not a terminal. */
const [indent, widest] = [15, 72];
/** Columns that a time takes, with the blank before it. */
const timeWidth = 8;

/**
 * Writes each stage of a run on a line of its own: what it came to, and its time. On a terminal the line shows while
 * the stage runs, and a text that is too long continues in the next; elsewhere it is written once, when the stage is done.
 */
export class Stages {
  constructor(
    private readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
  ) {}

  /** Runs a stage and describes its result. A stage that fails leaves its line, marked, and its error. */
  async run<T>(name: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T> {
    const started = performance.now();
    const label = name.padEnd(11);
    // What a stage writes itself begins at the start of the line.
    if (this.output.isTTY) this.output.write(`  ${this.style("dim", `· ${label}`)}\r`);
    try {
      const result = await work();
      const seconds = `${((performance.now() - started) / 1000).toFixed(2)} s`;
      const width = this.textWidth();
      const [first = "", ...rest] = wrapped(describe(result), width);
      const text = `${first.padEnd(width)} ${this.style("dim", seconds)}`;
      this.line(this.style("green", "✓"), label, [text, ...rest].join(`\n${" ".repeat(indent)}`));
      return result;
    } catch (error) {
      this.line(this.style("red", "✗"), label, "");
      throw error;
    }
  }

  private textWidth(): number {
    if (!this.output.isTTY) return widest;
    return Math.max(20, Math.min(widest, (this.output.columns ?? 80) - indent - timeWidth));
  }

  private line(mark: string, label: string, text: string): void {
    this.output.write(`${this.output.isTTY ? "\r\u001b[K" : ""}  ${mark} ${label}${text}`.trimEnd());
    this.output.write("\n");
  }

  private style(format: "dim" | "green" | "red", text: string): string {
    return this.output.isTTY ? styleText(format, text) : text;
  }
}

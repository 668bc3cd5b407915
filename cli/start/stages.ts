import { styleText } from "node:util";
import { wrapped } from "../output/wrap";

/** Columns before the result of a stage, and the most columns that the result itself takes. */
const [indent, widest] = [15, 72];
/** Columns that a time takes, including the space before it. */
const timeWidth = 8;

/**
 * Writes the result and the time of each stage of a run on a line of its own. On a terminal the line is shown while the
 * stage runs. Elsewhere it is written once, when the stage is done. A result that is too long continues in the next
 * line.
 */
export class Stages {
  constructor(
    private readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
  ) {}

  /** Runs a stage and writes its result. If it fails, its line is marked as failed and its error is thrown. */
  async run<T>(name: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T> {
    const started = performance.now();
    const label = name.padEnd(11);
    // The line ends with a carriage return, so that a stage's own output begins at the start of the line.
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

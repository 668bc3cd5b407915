import { styleText } from "node:util";

/**
 * Writes each stage of a run on a line of its own: what it came to, and its time. On a terminal the line shows while
 * the stage runs; elsewhere it is written once, when the stage is done.
 */
export class Stages {
  constructor(private readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean }) {}

  /** Runs a stage and describes its result. A stage that fails leaves its line, marked, and its error. */
  async run<T>(name: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T> {
    const started = performance.now();
    const label = name.padEnd(11);
    if (this.output.isTTY) this.output.write(`  ${this.style("dim", `· ${label}`)}`);
    try {
      const result = await work();
      const seconds = `${((performance.now() - started) / 1000).toFixed(2)} s`;
      this.line(
        this.style("green", "✓"),
        label,
        `${describe(result).padEnd(72)} ${this.style("dim", seconds)}`,
      );
      return result;
    } catch (error) {
      this.line(this.style("red", "✗"), label, "");
      throw error;
    }
  }

  private line(mark: string, label: string, text: string): void {
    this.output.write(`${this.output.isTTY ? "\r\u001b[K" : ""}  ${mark} ${label}${text}`.trimEnd());
    this.output.write("\n");
  }

  private style(format: "dim" | "green" | "red", text: string): string {
    return this.output.isTTY ? styleText(format, text) : text;
  }
}

import { createInterface } from "node:readline";
import { describeFailure, type Io } from "@streaming-data-lake/command";
import { QueryError } from "@streaming-data-lake/lake";
import { isEnded, splitStatements } from "@streaming-data-lake/lake/script";

const first = "sql> ";
const further = "  -> ";

/**
 * Reads statements from a terminal, each up to its semicolon, and runs them one after the other, until `exit`, `quit`
 * or Ctrl-D. Ctrl-C discards the statement that is being typed, or stops the one that is running. After an error, the
 * next statement is read.
 */
export async function prompt(
  run: (sql: string, signal: AbortSignal) => Promise<void>,
  { stdin, stdout, stderr, signal }: Io,
): Promise<void> {
  // Only a real terminal has a raw mode, in which each key arrives at once.
  const terminal = "setRawMode" in stdin;
  const lines = createInterface({ input: stdin, output: stdout, terminal, prompt: first });
  let typed = "";
  let running: AbortController | undefined;
  lines.on("SIGINT", () => {
    if (running) running.abort(new QueryError("cancelled"));
    else {
      typed = "";
      // These keys move to the end of the line, then delete everything before the cursor.
      lines.write(null, { ctrl: true, name: "e" });
      lines.write(null, { ctrl: true, name: "u" });
      ask();
    }
  });
  const leave = () => lines.close();
  signal.addEventListener("abort", leave, { once: true });
  let isOpen = true;
  lines.once("close", () => {
    isOpen = false;
  });
  function ask(): void {
    // The lines that were typed before the end of input are still run.
    if (!isOpen) return;
    lines.setPrompt(typed === "" ? first : further);
    lines.prompt();
  }
  try {
    stderr.write("Statements end with a semicolon; exit or Ctrl-D ends.\n");
    ask();
    for await (const line of lines) {
      if (typed === "" && /^\s*(?:exit|quit)\s*;?\s*$/i.test(line)) break;
      typed = typed === "" ? line.trimStart() : `${typed}\n${line}`;
      if (isEnded(typed)) {
        for (const sql of splitStatements(typed)) {
          running = new AbortController();
          try {
            await run(sql, AbortSignal.any([running.signal, signal]));
          } catch (error) {
            if (signal.aborted) throw signal.reason;
            stderr.write(`${describeFailure(error, { userErrors: [QueryError] }).message}\n`);
            break;
          } finally {
            running = undefined;
          }
        }
        typed = "";
      }
      ask();
    }
    signal.throwIfAborted();
    if (terminal) stdout.write("\n");
  } finally {
    signal.removeEventListener("abort", leave);
    lines.close();
  }
}

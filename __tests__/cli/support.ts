import { Readable, Writable } from "node:stream";
import { type Io, runCommands } from "@streaming-data-lake/command";
import { program } from "../../cli/program";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What standard input holds. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly env?: Io["env"];
  /** Told of each piece that is written, in the order in which a terminal shows them. */
  readonly onWrite?: (text: string) => void;
}

/** Runs the command line in this process, as `npm run local -- …` does in its own. */
export async function runCli(
  args: readonly string[],
  { input = "", signal = new AbortController().signal, env = {}, onWrite }: RunOptions = {},
): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof written) =>
    new Writable({
      write(chunk, _, done) {
        written[name] += chunk;
        onWrite?.(String(chunk));
        done();
      },
    });
  const code = await runCommands(program(), args, {
    stdin: Readable.from([input]),
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    env,
    signal,
  });
  return { code, ...written };
}

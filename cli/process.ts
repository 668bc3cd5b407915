import {
  type Action,
  describeFailure,
  type Io,
  type Program,
  runCommands,
} from "@streaming-data-lake/command";
import { QueryError } from "@streaming-data-lake/lake/errors";
import { StackError } from "@streaming-data-lake/terraform/errors";
import { stopSignals } from "./stop-signals";

/** A program whose default command runs a stack. */
export const lake = (invocation: string, description: string, actions: readonly Action[]): Program => ({
  name: "lake",
  invocation,
  description,
  actions,
  defaultCommand: "run",
  userErrors: [QueryError, StackError],
});

let signal: AbortSignal | undefined;
const io: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  // Signals are handled from the first use of this property. Until then, they end the process as usual.
  get signal() {
    signal ??= stopSignals(() => {}).first;
    return signal;
  },
};

/** Runs the command that this process's command line names, and sets the process's exit code. */
export function runAsProcess(program: Program): void {
  /** Ends the process after an error that no command has caught. */
  const fail = (error: unknown): never => {
    const { userErrors, name } = program;
    const debug = process.argv.includes("--debug");
    const { message, exitCode } = describeFailure(error, { userErrors, debug });
    process.stderr.write(`${process.argv[2] ?? name}: ${message}\n`);
    process.exit(exitCode);
  };
  process.on("uncaughtException", fail);
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // EPIPE is not a failure: the reader has closed the output, as `head` does.
      if (error.code !== "EPIPE") fail(error);
    });
  void runCommands(program, process.argv.slice(2), io).then((exitCode) => {
    process.exitCode = exitCode;
  });
}

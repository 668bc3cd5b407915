import { describeFailure, type Io, runCommands } from "@streaming-data-lake/command";
import { program } from "./program";
import { stopSignals } from "./stop-signals";

let signal: AbortSignal | undefined;
const io: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  // A command that does not ask for it ends at a signal, as any process does.
  get signal() {
    signal ??= stopSignals(() => {}).first;
    return signal;
  },
};

/** Ends the process for what no command has caught. */
function fail(error: unknown): never {
  const { mendable } = program();
  const { message, exitCode } = describeFailure(error, { mendable, debug: process.argv.includes("--debug") });
  process.stderr.write(`${process.argv[2] ?? "lake"}: ${message}\n`);
  process.exit(exitCode);
}

process.on("uncaughtException", fail);
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads may have read enough, as `head` does.
    if (error.code !== "EPIPE") fail(error);
  });

void runCommands(program(), process.argv.slice(2), io).then((exitCode) => {
  process.exitCode = exitCode;
});

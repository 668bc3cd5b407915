#!/usr/bin/env -S node --import tsx
import { setFlagsFromString } from "node:v8";
import { type Program, runCommands } from "@streaming-data-lake/command";
import { argumentsOf, producerCommand } from "./command/args";
import { run } from "./command/run";
import { TargetError } from "./command/stream-check";

/**
 * How much garbage can accumulate, in percent of the memory in use. V8's default lets it grow to several times that.
 */
const garbagePercent = 30;
setFlagsFromString(`--heap-growing-percent=${garbagePercent}`);

/** How the program was called: from its source, as in this repository, or as the command of the published package. */
const invocation = __filename.endsWith(".ts") ? "npx tsx producer" : "kinesis-producer";
const command = producerCommand(invocation);
const program: Program = {
  name: "producer",
  invocation,
  description: command.description(),
  actions: [{ command, run: () => run(argumentsOf(command)) }],
  userErrors: [TargetError],
};

const { stdin, stdout, stderr, env } = process;
const { signal } = new AbortController();
void runCommands(program, ["producer", ...process.argv.slice(2)], {
  stdin,
  stdout,
  stderr,
  env,
  signal,
}).then((code) => {
  process.exitCode = code;
});

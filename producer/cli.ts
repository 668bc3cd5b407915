#!/usr/bin/env -S node --import tsx
import { setFlagsFromString } from "node:v8";
import { help, parseArguments, UsageError } from "./command/args";
import { run } from "./command/run";
import { TargetError } from "./command/stream-check";

/** Garbage may take so much of what is in use, in percent; by itself V8 lets it grow to several times that. */
const garbagePercent = 30;

async function main(): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${garbagePercent}`);
  try {
    const args = parseArguments(process.argv.slice(2));
    if (!args.help) return await run(args);
    process.stdout.write(help);
    return 0;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const usage = error instanceof UsageError;
    // What the operating system or the service says is the user's to mend; anything else is a defect of ours.
    if (!usage && !(error instanceof TargetError) && code === undefined) throw error;
    process.stderr.write(`producer: ${message}\n`);
    return usage ? 2 : 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});

#!/usr/bin/env -S node --import tsx
import { setFlagsFromString } from "node:v8";
import { runAlone } from "@streaming-data-lake/command";
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

void runAlone({ command, run: () => run(argumentsOf(command)) }, [TargetError]);

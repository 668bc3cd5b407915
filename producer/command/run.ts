import { once } from "node:events";
import { createClient } from "../core/calls/transport";
import type { Arguments } from "./args";
import { Explanation } from "./explain";
import { Sender, type Stop } from "./sender";
import { openSource, type Source } from "./source";
import { checkStream } from "./stream-check";
import { exitCode, type Summary, summaryJson, summaryLine } from "./summary";
import { findTarget } from "./target";

/**
 * Runs the command with the given arguments.
 *
 * @returns The exit code.
 * @throws UsageError, or TargetError when the stream can't be used.
 */
export async function run(args: Arguments): Promise<number> {
  const stop: Stop = { taking: new AbortController(), delivering: new AbortController() };
  let stoppedBy: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    // A second signal means that the user won't wait, so the records that were taken go to the spool file.
    if (stoppedBy !== undefined) stop.delivering.abort();
    stoppedBy ??= signal;
    stop.taking.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    return await send(args, stop, () => stoppedBy);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

async function send(
  args: Arguments,
  stop: Stop,
  stoppedBy: () => NodeJS.Signals | undefined,
): Promise<number> {
  const { signal } = stop.taking;
  let badLines = 0;
  let brokenOff: string | undefined;
  let note = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const name = args.file === "-" ? "standard input" : args.file;
  const source = openSource(args, {
    onBadLine: ({ line, reason }) => {
      badLines++;
      note(`${name}:${line}: ${reason}`);
    },
    onBrokenOff: ({ lines, message }) => {
      brokenOff = `${name} breaks off after line ${lines}: ${message}`;
      note(brokenOff);
    },
  });
  if (args.dryRun) {
    await print(source, signal);
    return badLines > 0 || brokenOff ? 1 : 0;
  }
  const target = findTarget(args);
  const client = createClient(target);
  try {
    const shards = await checkStream(client, target);
    if (args.explain) {
      const explanation = new Explanation(target.streamName, shards);
      for await (const record of source.records(signal)) explanation.add(record);
      console.log(args.json ? explanation.json() : explanation.text());
      return badLines > 0 || brokenOff ? 1 : 0;
    }
    const sender = new Sender(args, target, client, source.count, stop);
    note = (line) => sender.note(line);
    const sent = await sender.send(source.records(signal));
    const summary: Summary = { ...sent, badLines, brokenOff, stoppedBy: stoppedBy() };
    console.log(args.json ? summaryJson(summary) : summaryLine(summary));
    return exitCode(summary, args.continuous);
  } finally {
    client.destroy();
  }
}

async function print(source: Source, signal: AbortSignal): Promise<void> {
  for await (const { data } of source.records(signal)) {
    if (signal.aborted) return;
    if (!process.stdout.write(data)) await once(process.stdout, "drain");
  }
}

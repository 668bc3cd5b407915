import { inside } from "@streaming-data-lake/lake/paths";
import type { Stack } from "@streaming-data-lake/terraform/types";
import type { StreamCounters } from "../counters";
import { type DirectPut, startDirectPut } from "../firehose/direct-put";
import { directPutStream } from "../stream/direct-put-name";
import type { Closing } from "./closing";
import { LocalStreams } from "./local-streams";
import type { ConsumerParts, ReadySource } from "./shared";

/** Firehose's API, and the logs in which it keeps records until they are delivered. */
export interface ReadableDirectPut {
  readonly directPut: DirectPut;
  /** Counters of the logs. They change as the run goes on. */
  readonly counters: readonly StreamCounters[];
  /** The logs, by the ARN of their delivery stream. */
  readonly sources: ReadonlyMap<string, ReadySource>;
}

/** Starts the API for delivery streams with Direct PUT. Returns undefined when there are none. */
export async function openDirectPut(
  { stack, firehosePort }: { readonly stack: Stack; readonly firehosePort?: number | undefined },
  { dir, onLost, onTrouble }: ConsumerParts,
  closing: Closing,
): Promise<ReadableDirectPut | undefined> {
  const direct = stack.deliveryStreams.filter(({ sourceStreamArn }) => sourceStreamArn === undefined);
  if (direct.length === 0) return undefined;
  const logs = new LocalStreams(direct.map(({ name }) => directPutStream(name)));
  const { region, accountId } = stack;
  const directPut = await startDirectPut({
    path: inside(dir, "spool", "direct-put"),
    region,
    accountId,
    ...(firehosePort !== undefined && { port: firehosePort }),
    names: stack.deliveryStreams.map(({ name }) => name),
    direct: direct.map(({ name }) => name),
    onTrouble,
    onLost: ({ message }) => onLost(`Firehose's port has ended: ${message}`),
    onPut: (put) => logs.onPut(put),
  });
  closing.add(() => directPut.close());
  const sources = new Map<string, ReadySource>();
  for (const { name, arn } of direct) {
    const source = logs.open(directPut.kinesis, directPutStream(name));
    sources.set(arn, { source, streamIsNew: directPut.created.has(source.name) });
  }
  return { directPut, counters: logs.counters, sources };
}

import { inside } from "@streaming-data-lake/lake/paths";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { sourceCalls, sourceProblem } from "../access/firehose";
import { AuthorizedSource } from "../access/streams";
import type { StreamCounters } from "../counters";
import { ConversionDatabase } from "../firehose/database";
import { Delivery } from "../firehose/delivery";
import { type DirectPut, startDirectPut } from "../firehose/direct-put";
import { directPutStream } from "../stream/direct-put-name";
import { LocalSource } from "../stream/local-source";
import type { StreamSource } from "../stream/stream-source";
import type { Closing } from "./closing";
import type { Invokers } from "./functions";
import type { ConsumerParts, ReadySource } from "./shared";

/** Starts the API for delivery streams with Direct PUT; undefined when there are none. */
export async function directPut(
  { stack, firehosePort }: { readonly stack: Stack; readonly firehosePort?: number | undefined },
  { dir, onLost, onTrouble }: ConsumerParts,
  streams: StreamCounters[],
  sources: Map<string, ReadySource>,
  closing: Closing,
): Promise<DirectPut | undefined> {
  const direct = stack.deliveryStreams.filter(({ sourceStreamArn }) => sourceStreamArn === undefined);
  if (direct.length === 0) return undefined;
  const counters = new Map(
    direct.map(({ name }) => [
      directPutStream(name),
      { name: directPutStream(name), acknowledged: 0, bytes: 0, throttled: 0, throttledReads: 0 },
    ]),
  );
  const ready = new Map<string, StreamSource>();
  const { region, accountId } = stack;
  const opened = await startDirectPut({
    path: inside(dir, "spool", "direct-put"),
    region,
    accountId,
    ...(firehosePort !== undefined && { port: firehosePort }),
    names: stack.deliveryStreams.map(({ name }) => name),
    direct: direct.map(({ name }) => name),
    onTrouble,
    onLost: ({ message }) => onLost(`Firehose's port has ended: ${message}`),
    onPut: ({ stream, records, bytes }) => {
      const counted = counters.get(stream);
      if (!counted) return;
      counted.acknowledged += records;
      counted.bytes += bytes;
      ready.get(stream)?.arrivals.notify();
    },
  });
  closing.add(() => opened.close());
  for (const { name, arn } of direct) {
    const source = new LocalSource(opened.kinesis, directPutStream(name));
    ready.set(source.name, source);
    sources.set(arn, { source, streamIsNew: opened.created.has(source.name) });
  }
  streams.push(...counters.values());
  return opened;
}

export async function openDeliveries(
  stack: Stack,
  shared: ConsumerParts,
  invokers: Invokers,
  lake: string,
  sources: ReadonlyMap<string, ReadySource>,
  closing: Closing,
): Promise<Delivery[]> {
  const database = new ConversionDatabase(inside(shared.dir, "spool", "duckdb"), shared.abort);
  closing.add(() => database.close());
  const deliveries: Delivery[] = [];
  for (const delivery of stack.deliveryStreams) {
    const stream = stack.streams.find(({ arn }) => arn === delivery.sourceStreamArn);
    const ready = sources.get(delivery.sourceStreamArn ?? delivery.arn);
    const { transform } = delivery.processing;
    const runtime = transform && invokers.get(transform.functionArn);
    if (transform && !runtime)
      shared.onTrouble(`not run here: ${delivery.address}: its transform function is not run here`);
    if (!ready || (transform && !runtime)) continue;
    const source = stream
      ? new AuthorizedSource(ready.source, shared.authorize, sourceCalls(stack, delivery, stream), () =>
          sourceProblem(delivery),
        )
      : ready.source;
    const invoke = runtime?.invoke.bind(runtime);
    const opened = await Delivery.open({
      ...shared,
      ...ready,
      source,
      delivery,
      stack,
      lake,
      database,
      invoke,
    });
    deliveries.push(opened);
    closing.add(async () => {
      await runtime?.close();
      await opened.close();
    });
  }
  return deliveries;
}

import { inside } from "@streaming-data-lake/lake/paths";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { sourceCalls, sourceProblem } from "../access/firehose";
import { AuthorizedSource } from "../access/streams";
import { ConversionDatabase } from "../firehose/database";
import { Delivery } from "../firehose/delivery";
import type { Closing } from "./closing";
import type { Invokers } from "./functions";
import type { ConsumerParts, ReadySource } from "./shared";

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

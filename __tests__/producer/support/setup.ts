import { KinesisProducer, type ProducerOptions, type ProducerRecord } from "@streaming-data-lake/producer";
import { ManualClock } from "./manual-clock";
import { ScriptedService } from "./scripted-service";

/** A producer whose service and time a test controls; its jitter is always half of the span. */
export function setUp(options: Partial<ProducerOptions> = {}) {
  const service = new ScriptedService();
  const clock = new ManualClock();
  const producer = new KinesisProducer({
    streamName: "readings",
    client: service.client,
    clock,
    random: () => 0.5,
    shardLimits: false,
    ...options,
  });
  return { service, clock, producer };
}

export function record(data: string, partitionKey = "key"): ProducerRecord {
  return { data, partitionKey };
}

/** What a promise has come to by now. */
export async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  const pending = Symbol("pending");
  const state = await Promise.race([promise, Promise.resolve(pending)]).catch((error: Error) => error);
  return state === pending ? "pending" : state;
}

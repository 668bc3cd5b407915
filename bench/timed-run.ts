import { encodeReading, partitionKeyField } from "@streaming-data-lake/dataset";
import { simulateReadings } from "@streaming-data-lake/dataset/simulate";
import { KinesisProducer } from "@streaming-data-lake/producer";
import type { Runner } from "@streaming-data-lake/runner";

export interface Taken {
  readonly seconds: number;
  /** Processor time of this process, which includes the runner and the producer. */
  readonly processorSeconds: number;
}

/** Measures sending readings one by one until they are processed and delivered. */
export async function timedRun(runner: Runner, streamName: string, count: number): Promise<Taken> {
  const started = performance.now();
  const before = process.cpuUsage();
  const producer = new KinesisProducer({
    streamName,
    region: runner.region,
    endpoint: runner.endpoint,
    shardLimits: false,
  });
  for await (const { error } of producer.sendAll(readings(count))) if (error) throw error;
  await producer.close();
  await runner.drain();
  await runner.flush();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, processorSeconds: (user + system) / 1_000_000 };
}

function* readings(count: number) {
  const all = simulateReadings({ seed: 9, intervalMs: 1 });
  for (let sent = 0; sent < count; sent++) {
    const reading = all.next().value;
    yield { partitionKey: reading[partitionKeyField], data: encodeReading(reading) };
  }
}

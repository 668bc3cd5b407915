import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { createClient, KinesisProducer, type ProducerOptions } from "@streaming-data-lake/producer";

/** A process with Kinesis's API. */
export interface Service {
  readonly endpoint: string;
  stop(): void;
}

/** Starts `<script>.ts` of this folder in a separate process. */
export async function startService(script: string, ...args: readonly string[]): Promise<Service> {
  const child: ChildProcess = fork(join(__dirname, `${script}.ts`), args, { execArgv: ["--import", "tsx"] });
  const [port] = await once(child, "message");
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}

/** 200-byte readings of fifty sensors. */
export const readings = Array.from({ length: 1_000 }, (_, at) => {
  const sensor = `sensor-${String(at % 50).padStart(3, "0")}`;
  const json = `{"sensor_id":"${sensor}","temperature":22.5,"humidity":65.2,"location":"warehouse-A","note":"`;
  return { data: Buffer.from(`${json.padEnd(197, "x")}"}\n`), partitionKey: sensor };
});

export function readingAt(at: number): (typeof readings)[number] {
  return readings[at % readings.length] as (typeof readings)[number];
}

/** How long a load runs: for a number of readings or for a time. */
export type Extent = { readonly readings: number } | { readonly milliseconds: number };

const timeCheck = 500;

/**
 * Runs a load.
 *
 * @param work Calls `goOn` with each reading's number to ask whether to continue, and resolves when all are
 *   acknowledged.
 * @returns Readings a second.
 */
async function timed(
  extent: Extent,
  work: (goOn: (at: number) => boolean) => Promise<unknown>,
): Promise<number> {
  const started = performance.now();
  let sent = 0;
  let over = false;
  await work((at) => {
    if ("readings" in extent) over = at >= extent.readings;
    else if (at % timeCheck === 0) over ||= performance.now() - started > extent.milliseconds;
    if (!over) sent++;
    return !over;
  });
  return (sent / (performance.now() - started)) * 1000;
}

/** Sends readings with one `PutRecord` call after the other. */
export function putRecordLoop(client: KinesisClient, streamName: string, count: number): Promise<number> {
  return timed({ readings: count }, async (goOn) => {
    for (let at = 0; goOn(at); at++) {
      const { data, partitionKey } = readingAt(at);
      await client.send(
        new PutRecordCommand({ StreamName: streamName, Data: data, PartitionKey: partitionKey }),
      );
    }
  });
}

/** Sends readings with `PutRecords` calls of 500, several at once, and nothing else: failed records are lost. */
export function putRecordsLoop(
  client: KinesisClient,
  streamName: string,
  extent: Extent,
  concurrency: number,
): Promise<number> {
  return timed(extent, (goOn) => {
    let next = 0;
    const loop = async () => {
      for (;;) {
        const Records = [];
        while (Records.length < 500 && goOn(next)) {
          const { data, partitionKey } = readingAt(next++);
          Records.push({ Data: data, PartitionKey: partitionKey });
        }
        if (Records.length === 0) return;
        await client.send(new PutRecordsCommand({ StreamName: streamName, Records }));
      }
    };
    return Promise.all(Array.from({ length: concurrency }, loop));
  });
}

/** Sends readings with the producer, and checks the promise of every record. */
export async function producerLoop(options: ProducerOptions, extent: Extent): Promise<number> {
  const producer = new KinesisProducer({ shardLimits: false, ...options });
  let lost: Error | undefined;
  const onLost = (error: Error) => {
    lost = error;
  };
  const rate = await timed(extent, async (goOn) => {
    for (let at = 0; goOn(at); at++) {
      producer.put(readingAt(at)).catch(onLost);
      if (producer.full) await producer.ready();
    }
    await producer.flush();
  });
  await producer.close();
  if (lost) throw lost;
  return rate;
}

export function clientOf(endpoint: string): KinesisClient {
  return createClient({ endpoint });
}

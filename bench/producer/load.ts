import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { createClient, KinesisProducer, type ProducerOptions } from "@streaming-data-lake/producer";

/** A process that speaks Kinesis. */
export interface Service {
  readonly endpoint: string;
  stop(): void;
}

/** Starts `bench/<script>.ts` in a process of its own. */
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

/** How long a load goes on: as many readings, or so many milliseconds. */
export type Extent = { readonly readings: number } | { readonly milliseconds: number };

const timeCheck = 500;

/**
 * Runs a load.
 *
 * @param work Asks with each reading's number whether to go on, and resolves when the last one is answered for.
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

/** One `PutRecord` after the other. */
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

/** `PutRecords` of 500, so many calls at once, with nothing else: what fails is lost. */
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

/** The producer, every record's promise watched. */
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

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Kinesis } from "@streaming-data-lake/kinesis";
import { type Prepared, RawClient, repeat } from "./kinesis/client";
import {
  peakMemory,
  processorTime,
  type Server,
  startKinesalite,
  startKinesisLocal,
  startOurs,
} from "./kinesis/servers";
import { atLeast, below, type Measurement } from "./measurement";

const recordsACall = 500;
const recordBytes = 200;
const shards = 4;

/** Number of records that our store is filled with. */
const stored = Number(process.env.BENCH_RECORDS ?? 5_000_000);

interface Rate {
  /** Records a second. */
  readonly records: number;
  /** Microseconds of processor time that the server takes for each record. */
  readonly microseconds: number;
}

export async function run(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  const put = new Map<string, Rate>();
  const note = (what: string, { records, microseconds }: Rate, target?: number) => {
    const unit = "records/s";
    measurements.push(
      target === undefined ? { what, value: records, unit } : atLeast(what, records, unit, target),
      { what: "... of the server's processor", value: microseconds, unit: "us/record" },
    );
  };

  const starts = [
    { start: startOurs, missing: "" },
    { start: startKinesalite, missing: "kinesalite is not installed (npm run tools)" },
    {
      start: startKinesisLocal,
      missing: "kinesis-local is not installed (KINESIS_LOCAL=path of its main.js)",
    },
  ];
  for (const { start, missing } of starts) {
    const server = await start();
    if (!server) {
      process.stderr.write(`${missing}: left out\n`);
      continue;
    }
    const { name } = server;
    const ours = name === "ours";
    const scale = ours ? 1 : name === "kinesalite" ? 0.1 : 0.02;
    try {
      await withStream(server);
      // The call is made before it is measured, so that its code has been compiled.
      await putRecords(server, 50_000 * scale);
      const rate = await putRecords(server, 300_000 * scale);
      put.set(name, rate);
      note(`PutRecords, 500 x 200 bytes, 4 at once: ${name}`, rate, ours ? 150_000 : undefined);
      await getRecords(server);
      note(`GetRecords: ${name}`, await getRecords(server), ours ? 300_000 : undefined);
      await putRecord(server, 20_000 * scale);
      const single = await putRecord(server, 30_000 * scale);
      note(`PutRecord, 32 connections: ${name}`, single, ours ? 15_000 : undefined);
    } finally {
      await server.stop();
    }
  }
  const [ours, peer] = [put.get("ours"), put.get("kinesalite")];
  if (ours && peer)
    measurements.push(
      atLeast("PutRecords: ours is faster than kinesalite by", ours.records / peer.records, "times", 10),
    );

  const filled = await startOurs();
  try {
    await withStream(filled);
    await putRecords(filled, 100_000);
    const first = await putRecords(filled, 100_000);
    await putRecords(filled, stored - 300_000);
    const last = await putRecords(filled, 100_000);
    note(`PutRecords with ${stored} records stored: ours`, last);
    const flat = first.microseconds / last.microseconds;
    measurements.push(atLeast("... of what it was with 100,000, by processor time", flat, "", 0.9));
    measurements.push(below("... memory at its most", peakMemory(filled), "MiB", 200));
    await filled.kill();
    const opening = await openingTime(join(filled.folder, "data"));
    measurements.push(below("... opened again after it was killed", opening, "ms", 500));
  } finally {
    await filled.stop();
  }
  return measurements;
}

async function openingTime(path: string): Promise<number> {
  const began = performance.now();
  const kinesis = Kinesis.open({ path });
  const milliseconds = performance.now() - began;
  await kinesis.close();
  return milliseconds;
}

/** Measures the time and the processor time that a server needs for some records. */
async function measure(server: Server, work: () => Promise<number>): Promise<Rate> {
  const [time, processor] = [performance.now(), processorTime(server)];
  const records = await work();
  return {
    records: records / ((performance.now() - time) / 1000),
    microseconds: ((processorTime(server) - processor) * 1000) / records,
  };
}

async function withStream(server: Server): Promise<void> {
  const client = new RawClient(server.port, 1);
  await client.json("CreateStream", { StreamName: "bench", ShardCount: shards });
  for (;;) {
    const answer = await client.json("DescribeStreamSummary", { StreamName: "bench" });
    if ((answer.StreamDescriptionSummary as { StreamStatus: string }).StreamStatus === "ACTIVE") break;
    await sleep(20);
  }
  client.close();
}

async function putRecords(server: Server, records: number): Promise<Rate> {
  const client = new RawClient(server.port, 4);
  const calls = Array.from({ length: 16 }, () =>
    client.prepare("PutRecords", {
      StreamName: "bench",
      Records: Array.from({ length: recordsACall }, record),
    }),
  );
  const rate = await measure(server, async () => {
    await repeat(records / recordsACall, 4, async (i) => {
      const answer = await client.send(calls[i % calls.length] as Prepared);
      if (!answer.includes('"FailedRecordCount":0')) throw new Error(`records were refused: ${answer}`);
    });
    return records;
  });
  client.close();
  return rate;
}

async function putRecord(server: Server, records: number): Promise<Rate> {
  const client = new RawClient(server.port, 32);
  const calls = Array.from({ length: 64 }, () =>
    client.prepare("PutRecord", { StreamName: "bench", ...record() }),
  );
  const rate = await measure(server, async () => {
    await repeat(records, 32, (i) => client.send(calls[i % calls.length] as Prepared));
    return records;
  });
  client.close();
  return rate;
}

const record = () => ({
  Data: randomBytes(recordBytes).toString("base64"),
  PartitionKey: randomBytes(8).toString("hex"),
});

function occurrences(bytes: Buffer, text: string): number {
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) count++;
  return count;
}

/** The next shard iterator of an answer, which is before or after the records. */
function nextIterator(answer: Buffer): string {
  const name = '"NextShardIterator":"';
  const start = answer.lastIndexOf(name) + name.length;
  return answer.toString("latin1", start, answer.indexOf('"', start));
}

/** Measures reading all shards to their ends. */
async function getRecords(server: Server): Promise<Rate> {
  const client = new RawClient(server.port, shards);
  const { Shards } = await client.json("ListShards", { StreamName: "bench" });
  const rate = await measure(server, async () => {
    const counts = await Promise.all(
      (Shards as readonly { ShardId: string }[]).map(async ({ ShardId }) => {
        const { ShardIterator } = await client.json("GetShardIterator", {
          StreamName: "bench",
          ShardId,
          ShardIteratorType: "TRIM_HORIZON",
        });
        let iterator = ShardIterator as string;
        let count = 0;
        for (;;) {
          const answer = await client.send(client.prepare("GetRecords", { ShardIterator: iterator }));
          const found = occurrences(answer, '"SequenceNumber"');
          count += found;
          iterator = nextIterator(answer);
          if (found === 0) return count;
        }
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  });
  client.close();
  return rate;
}

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { RawClient, repeat } from "./kinesis/client";
import { peakMemory, type Server, startKinesalite, startKinesisLocal, startOurs } from "./kinesis/servers";
import type { Measurement } from "./measurement";

const recordsACall = 500;
const recordBytes = 200;
const shards = 4;

/** Records that our store is filled up to. */
const stored = Number(process.env.BENCH_RECORDS ?? 5_000_000);

export async function run(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  const rates = new Map<string, number>();
  const put = (server: Server, rate: number, target?: number) => {
    rates.set(server.name, rate);
    measurements.push(
      row(`PutRecords, 500 x 200 bytes, 4 at once: ${server.name}`, rate, "records/s", target),
    );
  };

  const ours = await startOurs();
  try {
    await withStream(ours);
    await putRecords(ours, 100_000);
    put(ours, await putRecords(ours, 300_000), 150_000);
    const read = await getRecords(ours);
    measurements.push(row("GetRecords: ours", read, "records/s", 300_000));
    const single = await putRecord(ours, 60_000);
    measurements.push(row("PutRecord, 32 connections: ours", single, "records/s", 15_000));
  } finally {
    await ours.stop();
  }

  for (const peer of [await startKinesalite(), await startKinesisLocal()]) {
    if (!peer) {
      process.stderr.write("kinesis-local is not installed (KINESIS_LOCAL=path of its main.js): left out\n");
      continue;
    }
    try {
      await withStream(peer);
      put(peer, await putRecords(peer, peer.name === "kinesalite" ? 50_000 : 10_000));
      measurements.push(row(`GetRecords: ${peer.name}`, await getRecords(peer), "records/s"));
      measurements.push(
        row(`PutRecord, 32 connections: ${peer.name}`, await putRecord(peer, 2_000), "records/s"),
      );
    } finally {
      await peer.stop();
    }
  }
  const times = (rates.get("ours") ?? 0) / (rates.get("kinesalite") ?? 1);
  measurements.push({ ...row("PutRecords: ours is faster than kinesalite by", times, "times", 10) });

  const filled = await startOurs();
  try {
    await withStream(filled);
    await putRecords(filled, 100_000);
    const first = await putRecords(filled, 100_000);
    await putRecords(filled, stored - 300_000);
    const last = await putRecords(filled, 100_000);
    measurements.push(row(`PutRecords with ${stored} records stored: ours`, last, "records/s"));
    measurements.push(row("... of what it was with 100,000", last / first, "", 0.9));
    const memory = peakMemory(filled);
    measurements.push({
      what: "... memory at its most",
      value: memory,
      unit: "MiB",
      target: "under 200",
      reached: memory < 200,
    });
  } finally {
    await filled.stop();
  }
  return measurements;
}

function row(what: string, value: number, unit: string, target?: number): Measurement {
  if (target === undefined) return { what, value, unit };
  return {
    what,
    value,
    unit,
    target: `at least ${target.toLocaleString("en-US")}`,
    reached: value >= target,
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

/** @returns records a second. */
async function putRecords(server: Server, records: number): Promise<number> {
  const client = new RawClient(server.port, 4);
  const bodies = Array.from({ length: 16 }, () =>
    Buffer.from(
      JSON.stringify({
        StreamName: "bench",
        Records: Array.from({ length: recordsACall }, () => ({
          Data: randomBytes(recordBytes).toString("base64"),
          PartitionKey: randomBytes(8).toString("hex"),
        })),
      }),
    ),
  );
  const begun = performance.now();
  await repeat(records / recordsACall, 4, (i) =>
    client.call("PutRecords", bodies[i % bodies.length] as Buffer),
  );
  const rate = records / ((performance.now() - begun) / 1000);
  client.close();
  return rate;
}

/** @returns records a second. */
async function putRecord(server: Server, records: number): Promise<number> {
  const client = new RawClient(server.port, 32);
  const bodies = Array.from({ length: 64 }, () =>
    Buffer.from(
      JSON.stringify({
        StreamName: "bench",
        Data: randomBytes(recordBytes).toString("base64"),
        PartitionKey: randomBytes(8).toString("hex"),
      }),
    ),
  );
  const begun = performance.now();
  await repeat(records, 32, (i) => client.call("PutRecord", bodies[i % bodies.length] as Buffer));
  const rate = records / ((performance.now() - begun) / 1000);
  client.close();
  return rate;
}

/** Reads all shards to their ends. @returns records a second. */
async function getRecords(server: Server): Promise<number> {
  const client = new RawClient(server.port, shards);
  const { Shards } = await client.json("ListShards", { StreamName: "bench" });
  const begun = performance.now();
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
        const answer = await client.call("GetRecords", JSON.stringify({ ShardIterator: iterator }));
        let found = 0;
        for (
          let at = answer.indexOf("SequenceNumber");
          at >= 0;
          at = answer.indexOf("SequenceNumber", at + 14)
        )
          found++;
        count += found;
        iterator = /"NextShardIterator":"([^"]+)"/.exec(answer.toString("latin1"))?.[1] ?? "";
        if (found === 0) return count;
      }
    }),
  );
  const rate = counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - begun) / 1000);
  client.close();
  return rate;
}

import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import { KinesisProducer } from "@streaming-data-lake/producer";
import { plainBatchBytes } from "../producer/command/sender";
import { atLeast, below, type Measurement, median } from "./measurement";
import {
  clientOf,
  producerLoop,
  putRecordLoop,
  putRecordsLoop,
  readingAt,
  startService,
} from "./producer/load";
import { encode, encodePeer, loadPeers, writablePeer } from "./producer/peers";

const streamName = "readings";
const rate = "readings/s";
const peers = loadPeers();
/** Duration of each run of a load. */
const span = { milliseconds: 1_500 };

/** Compares the producer with bare loops on the same SDK, with itself when it aggregates, and with its peers. */
export async function run(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [name, measure] of Object.entries(scenarios)) {
    process.stderr.write(`  ${name}\n`);
    measurements.push(...(await measure()));
  }
  return measurements;
}

/** The scenarios, each of which can be run on its own. */
export const scenarios: Readonly<Record<string, () => Promise<Measurement[]>>> = {
  nullSink,
  slowSink,
  embedded,
  shardSecond,
  encoding,
  memory,
  commandMemory,
};

/** Runs the loads in turn, for several rounds, so that other work on the machine disturbs all of them equally. */
async function inTurn<K extends string>(
  rounds: number,
  loads: Record<K, () => Promise<number>>,
): Promise<Record<K, number>> {
  const rates = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++)
    for (const [name, load] of Object.entries<() => Promise<number>>(loads))
      rates.set(name, [...(rates.get(name) ?? []), await load()]);
  return Object.fromEntries([...rates].map(([name, values]) => [name, median(values)])) as Record<K, number>;
}

async function nullSink(): Promise<Measurement[]> {
  const sink = await startService("sink", "0");
  const client = clientOf(sink.endpoint);
  const rates = await inTurn(5, {
    naive: () => putRecordLoop(client, streamName, 500),
    four: () => putRecordsLoop(client, streamName, span, 4),
    eight: () => putRecordsLoop(client, streamName, span, 8),
    producer: () => producerLoop({ streamName, endpoint: sink.endpoint }, span),
    ...(peers && { peer: () => writablePeer(peers, sink.endpoint, 30_000) }),
  } as Record<"naive" | "four" | "eight" | "producer" | "peer", () => Promise<number>>);
  client.destroy();
  sink.stop();
  return [
    { what: "null sink: PutRecord one by one", value: rates.naive, unit: rate },
    { what: "null sink: bare PutRecords loop, 4 calls at once", value: rates.four, unit: rate },
    { what: "null sink: bare PutRecords loop, 8 calls at once", value: rates.eight, unit: rate },
    ...(peers ? [{ what: "null sink: aws-kinesis-writable", value: rates.peer, unit: rate }] : []),
    { what: "null sink: producer", value: rates.producer, unit: rate },
    atLeast("  against PutRecord", rates.producer / rates.naive, "times", 150),
    atLeast("  against the best bare loop", rates.producer / Math.max(rates.four, rates.eight), "times", 0.9),
  ];
}

async function slowSink(): Promise<Measurement[]> {
  const sink = await startService("sink", "20");
  const client = clientOf(sink.endpoint);
  const loops = ["8", "16", "32", "64"];
  const rates = await inTurn<string>(5, {
    ...Object.fromEntries(
      loops.map((loop) => [loop, () => putRecordsLoop(client, streamName, span, Number(loop))]),
    ),
    producer: () => producerLoop({ streamName, endpoint: sink.endpoint }, span),
  });
  client.destroy();
  sink.stop();
  const { producer = Number.NaN } = rates;
  const best = Math.max(...loops.map((loop) => rates[loop] ?? 0));
  return [
    ...loops.map((loop) => ({
      what: `20 ms sink: bare PutRecords loop, ${loop} calls at once`,
      value: rates[loop] ?? Number.NaN,
      unit: rate,
    })),
    { what: "20 ms sink: producer", value: producer, unit: rate },
    atLeast("  against the best bare loop", producer / best, "times", 0.9),
  ];
}

async function embedded(): Promise<Measurement[]> {
  const service = await startService("embedded");
  const client = clientOf(service.endpoint);
  await client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 4 }));
  const options = { streamName, endpoint: service.endpoint, maxBatchBytes: plainBatchBytes };
  const { single, aggregated } = await inTurn(3, {
    single: () => producerLoop(options, { readings: 20_000 }),
    aggregated: () => producerLoop({ ...options, aggregate: true }, { readings: 100_000 }),
  });
  client.destroy();
  service.stop();
  return [
    { what: "embedded Kinesis, 4 shards: producer", value: single, unit: rate },
    { what: "embedded Kinesis, 4 shards: producer, aggregating", value: aggregated, unit: rate },
    atLeast("  against single records", aggregated / single, "times", 5),
  ];
}

/** Measures what one shard takes in a second, within the limits that the producer keeps to. */
async function shardSecond(): Promise<Measurement[]> {
  const sink = await startService("sink", "0");
  const during = async (aggregate: boolean) => {
    const producer = new KinesisProducer({
      streamName,
      endpoint: sink.endpoint,
      aggregate,
      aggregateBytes: aggregate ? 250_000 : undefined,
    });
    let sending = true;
    const send = async () => {
      for (let at = 0; sending; at++) {
        producer.put(readingAt(at % 50)).catch(() => undefined);
        if (producer.full) await producer.ready();
      }
    };
    const done = send();
    // The burst at the start is over after this time.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const [records, from] = [producer.metrics().records, performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const perSecond = ((producer.metrics().records - records) / (performance.now() - from)) * 1000;
    sending = false;
    await producer.close({ deadlineMs: 0 });
    await done;
    return perSecond;
  };
  const single = await during(false);
  const aggregated = await during(true);
  sink.stop();
  return [
    { what: "one shard's limit: producer", value: single, unit: rate },
    { what: "one shard's limit: producer, aggregating", value: aggregated, unit: rate },
    atLeast("  against single records", aggregated / single, "times", 5),
  ];
}

async function encoding(): Promise<Measurement[]> {
  if (!peers) return [];
  const count = 200_000;
  const { own, peer } = await inTurn(5, {
    own: async () => encode(count),
    peer: async () => encodePeer(peers, count),
  });
  return [
    { what: "encoding aggregates: aws-kinesis-agg (protobufjs)", value: peer, unit: rate },
    { what: "encoding aggregates: producer", value: own, unit: rate },
    { what: "  against aws-kinesis-agg", value: own / peer, unit: "times" },
  ];
}

async function memory(): Promise<Measurement[]> {
  const sink = await startService("sink", "0");
  const child = fork(join(__dirname, "producer/memory.ts"), [sink.endpoint, "5000000"], {
    execArgv: ["--import", "tsx"],
  });
  const [value] = (await once(child, "message")) as [number];
  sink.stop();
  return [below("memory while sending 5,000,000 readings", value, "MiB RSS", 200)];
}

/** Measures the peak resident memory of the command, which also generates the readings. Linux only. */
async function commandMemory(): Promise<Measurement[]> {
  if (process.platform !== "linux") return [];
  const count = 2_000_000;
  const peak = async (...flags: readonly string[]) => {
    const sink = await startService("sink", "0");
    const target = ["--endpoint", sink.endpoint, "--stream", streamName, "--region", "us-east-1"];
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "producer/cli.ts", ...target, "--count", String(count), "--quiet", ...flags],
      { cwd: resolve(__dirname, ".."), stdio: "ignore", env: { ...process.env, ...credentials } },
    );
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, peakOf(child.pid ?? 0));
    }, 50);
    const [code] = await once(child, "exit");
    clearInterval(timer);
    sink.stop();
    if (code !== 0) throw new Error(`the producer ended with exit code ${code}`);
    return most;
  };
  const what = `memory of the command, ${count.toLocaleString("en-US")} readings`;
  return [
    below(`${what}, plain`, await peak(), "MiB RSS", 200),
    below(`${what}, aggregated`, await peak("--aggregate"), "MiB RSS", 200),
  ];
}

const credentials = { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" };

/** Peak resident memory of a process in MiB; 0 if it has ended. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

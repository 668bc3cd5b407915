import { join } from "node:path";
import { Signal } from "@streaming-data-lake/timing";
import { expect, it } from "vitest";
import { randomNumbers } from "../producer/support/random";
import { diceOf, reading, readLines, recordingHandler, TestLake } from "../runner/fixtures/harness";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";
import { kinesisClient } from "../support/kinesis-client";
import { RunnerProcess } from "./processes";

const kills = 25;
const seed = Number(process.env.SEED ?? 1);
const stream = "lab-test-readings";

it(`a kill at any moment, ${kills} times over, loses no acknowledged record and delivers none twice (seed ${seed})`, async () => {
  const folder = temporaryFolder();
  const dir = join(folder, ".local");
  const stackFile = writeStack(join(folder, "stack"), {
    handler: recordingHandler(`${diceOf(seed)} if (dice < 0.05) throw new Error("now and then");`),
    // On a busy machine a process is slow to start; what is killed here is the runner alone.
    fn: { timeout: 60, environment: { variables: { EVENTS: join(folder, "events.ndjson") } } },
    stream: { shard_count: 2 },
    mapping: { maximum_retry_attempts: 1, parallelization_factor: 2, batch_size: 20 },
    // The shortest intervals, so that many kills come while objects are being written.
    s3: {
      buffering_interval: 1,
      s3_backup_configuration: {
        bucket_arn: "${aws_s3_bucket.lake.arn}",
        prefix: "raw/",
        buffering_interval: 1,
      },
    },
  });
  const load = new Load();
  const random = randomNumbers(seed);
  for (let kill = 0; kill < kills; kill++) {
    const { runner, endpoint } = await startRunner(stackFile, dir);
    const stopped = load.start(endpoint);
    // From the first acknowledged record on any moment will do.
    await load.progress();
    await new Promise((resolve) => setTimeout(resolve, random() * 600));
    await runner.kill();
    await stopped;
  }
  const last = await startRunner(stackFile, dir);
  const discrepancies = await last.runner.finish();

  const lake = new TestLake(join(dir, "lake"));
  const delivered = (await lake.rows()).map(({ sensor_id }) => String(sensor_id));
  const backedUp = lake
    .text("raw/")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).sensor_id);
  const handled = readLines(join(folder, "events.ndjson")).flatMap((event) => idsOf(event));
  const dead = readLines(join(dir, "dead-letters.ndjson")) as { requestContext: { condition: string } }[];

  expect(load.acknowledged.size).toBeGreaterThan(kills);
  // A record that the function did not succeed with was handed to it all the same, before it was discarded.
  expect(dead.filter(({ requestContext }) => requestContext.condition !== "RetryAttemptsExhausted")).toEqual(
    [],
  );
  expect({
    delivered: missing(load.acknowledged, delivered),
    backedUp: missing(load.acknowledged, backedUp),
    handled: missing(load.acknowledged, handled),
  }).toEqual({ delivered: [], backedUp: [], handled: [] });
  expect(discrepancies).toEqual([]);
  expect(duplicates(delivered)).toBe(0);
  expect(duplicates(backedUp)).toBe(0);
  console.log(
    `${kills} kills, ${load.acknowledged.size} acknowledged records: 0 lost; delivered twice: ${duplicates(delivered)}; ` +
      `handed to the function again: ${duplicates(handled)}; dead letters: ${dead.length}`,
  );
}, 300_000);

/** Puts small batches, one after the other, and remembers what was acknowledged. */
class Load {
  readonly acknowledged = new Set<string>();
  private readonly grown = new Signal();
  private next = 0;

  /** Resolves when further records are acknowledged. */
  progress(): Promise<void> {
    return this.grown.next();
  }

  /** @returns a promise that resolves when the endpoint is gone. */
  async start(endpoint: string): Promise<void> {
    const client = kinesisClient({ endpoint, region: "eu-west-1" });
    client.config.maxAttempts = async () => 1;
    try {
      for (;;) {
        const ids = Array.from({ length: 25 }, () => `id-${this.next++}`);
        const Records = ids.map((id) => ({
          PartitionKey: id,
          Data: Buffer.from(reading(0, { sensor_id: id })),
        }));
        await client.putRecords({ StreamName: stream, Records });
        for (const id of ids) this.acknowledged.add(id);
        this.grown.notify();
      }
    } catch {
      // Killed: what was under way was not acknowledged.
    } finally {
      client.destroy();
    }
  }
}

async function startRunner(stack: string, dir: string) {
  const runner = RunnerProcess.start({ stack, dir });
  const started = await runner.started();
  if ("refused" in started) throw new Error(started.refused);
  return { runner, endpoint: started.endpoint };
}

function idsOf(event: unknown): string[] {
  const { Records } = event as { Records: { kinesis: { data: string } }[] };
  return Records.map(({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, "base64").toString()).sensor_id);
}

function missing(expected: ReadonlySet<string>, found: readonly string[]): string[] {
  const there = new Set(found);
  return [...expected].filter((id) => !there.has(id));
}

function duplicates(ids: readonly string[]): number {
  return ids.length - new Set(ids).size;
}

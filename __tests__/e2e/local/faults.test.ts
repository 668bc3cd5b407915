import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { encodeReading } from "@streaming-data-lake/dataset";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Fault, faults } from "../../../local/runner/faults";
import { type Runner, startRunner } from "../../../local/runner/runner";
import { loadStack, type Stack } from "../../../terraform/index";
import { read } from "../../docs/support";
import { temporaryFolder } from "../../support/folders";
import { synthesizeInto } from "../../support/pipeline-folder";

const minute = 60_000;

const holdingFunction: readonly Fault[] = [
  "function-throttled",
  "function-failing",
  "mapping-disabled",
  "mapping-behind",
  "function-read-denied",
  "key-disabled",
];
const holdingDelivery: readonly Fault[] = [
  "delivery-read-denied",
  "delivery-behind",
  "delivery-write-denied",
  "key-disabled",
];

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(2);
}

const stackWith = (more: Record<string, unknown> = {}): Stack => {
  const settings = { maximumRetryAttempts: 2, batchingWindowSeconds: 0, customerManagedKey: true, ...more };
  return loadStack(synthesizeInto(join(temporaryFolder(), "cdktf.out"), { settings }));
};
const usualStack = stackWith();
const impatientStack = () => stackWith({ functionTimeoutSeconds: 1 });

/** A row of the table of docs/operations.md: what rings, in which order, and within how many minutes the first does. */
interface Row {
  readonly fault: string;
  /** In their order; those of one group in any. */
  readonly groups: readonly (readonly string[])[];
  readonly within: number;
}

const rows: readonly Row[] = [
  ...read("docs/operations.md").matchAll(
    /^\|[^|\n]*\(`([a-z-]+)`\) \| ([^|\n]+) \| (\d+) (minutes?|hours?) \|$/gm,
  ),
].map(([, fault = "", rings = "", number = "", unit = ""]) => ({
  fault,
  groups: rings.split(/, then /).map((group) => group.split(/ and |, /)),
  within: Number(number) * (unit.startsWith("hour") ? 60 : 1),
}));

/** The pipeline's own stack with its own alarms, and a clock that goes as fast as the test. */
class Rehearsal {
  /** Minutes after the fault began at which each alarm rang first. */
  readonly rang = new Map<string, number>();
  private minutes = 0;

  private constructor(
    private readonly runner: Runner,
    private readonly client: Kinesis,
    private readonly prefix: string,
  ) {}

  static async start(stack: Stack): Promise<Rehearsal> {
    const runner = await startRunner({
      stack,
      dir: join(temporaryFolder(), ".local"),
      sampleMilliseconds: 5,
      enforceLimits: true,
      onTrouble: () => {},
      onAlarm: () => {},
    });
    const client = new Kinesis({
      endpoint: runner.endpoint,
      region: runner.region,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      // What is refused is meant to be.
      maxAttempts: 1,
    });
    onTestFinished(async () => {
      client.destroy();
      await runner.close();
    });
    return new Rehearsal(runner, client, "sensor-lake-dev-");
  }

  /** Begins it while records are in the delivery's buffer, as they always are where records come. */
  async begin(fault: string): Promise<void> {
    await this.put(usual());
    await this.runner.drain();
    this.minutes = 0;
    for (const each of needed(fault)) this.runner.faults.begin(each);
  }

  end(fault: string): void {
    for (const each of needed(fault)) this.runner.faults.end(each);
  }

  /** Names of the alarms in ALARM. */
  get ringing(): readonly string[] {
    return this.runner.counters.alarms
      .filter(({ state }) => state === "ALARM")
      .map(({ name }) => name.replace(this.prefix, ""));
  }

  /** Sends readings, lets each part do what it can, and moves on. */
  async pass(minutes: number, data: readonly string[]): Promise<void> {
    await this.put(data);
    await this.settled();
    await delay(this.pace);
    for (const alarm of this.ringing) if (!this.rang.has(alarm)) this.rang.set(alarm, this.minutes);
    this.minutes += minutes;
    vi.setSystemTime(Date.now() + minutes * minute);
    if (minutes === 1) return;
    // Schedules that are due then are started; what is asked for afterwards waits for them.
    await delay(50);
    await this.runner.rollup({ hours: [] });
  }

  /** Producers are refused with a disabled key, and by a full shard. */
  private async put(data: readonly string[]): Promise<void> {
    const StreamName = this.runner.streams[0] ?? "";
    for (let start = 0; start < data.length; start += 500) {
      const Records = data
        .slice(start, start + 500)
        .map((text, at) => ({ Data: Buffer.from(text), PartitionKey: `key-${at}` }));
      await this.client.putRecords({ StreamName, Records }).catch(() => {});
    }
  }

  /** Resolves when all is done with but what the fault holds up. */
  private async settled(): Promise<void> {
    const { counters, faults: active } = this.runner;
    const holdsFunction = active.first(...holdingFunction) !== undefined;
    const holdsDelivery = active.first(...holdingDelivery) !== undefined;
    if (!holdsFunction && !holdsDelivery) {
      await this.runner.drain();
      return this.runner.flush();
    }
    const [stream, mapping, delivery] = [counters.streams[0], counters.mappings[0], counters.deliveries[0]];
    const all = stream?.acknowledged ?? 0;
    if (!holdsFunction) await until(() => (mapping?.succeeded ?? 0) + (mapping?.failed ?? 0) >= all);
    if (holdsDelivery) return this.runner.flush(AbortSignal.timeout(1)).catch(() => {});
    await until(() => (delivery?.userRecords ?? 0) >= all);
    await this.runner.flush();
  }

  /** Milliseconds of a minute: as many as it takes to try again, or to give up. */
  private get pace(): number {
    if (this.runner.faults.first("function-slow")) return 1_000;
    if (this.runner.faults.first("delivery-behind")) return 150;
    if (this.runner.faults.first("function-failing")) return 400;
    return this.runner.faults.first(...holdingFunction) ? 150 : 10;
  }

  /** Another reader of the stream, which asks more often than five times within a second. */
  async readTooOften(): Promise<void> {
    const [StreamName = ""] = this.runner.streams;
    const from = { StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "LATEST" } as const;
    const { ShardIterator } = await this.client.getShardIterator(from);
    const reads = Array.from({ length: 7 }, () => this.client.getRecords({ ShardIterator }));
    await Promise.allSettled(reads);
  }
}

/** A fault of the table as faults of the runner: nothing goes to the queue unless the function fails. */
function needed(fault: string): readonly Fault[] {
  if (fault === "queue-write-denied") return [fault, "function-failing"];
  return fault in faults ? [fault as Fault] : [];
}

const reading = (temperature = 20) =>
  encodeReading({
    sensor_id: "sensor-001",
    temperature,
    humidity: 50,
    timestamp: new Date().toISOString(),
    location: "warehouse-A",
  });

/** What is sent in a minute, where the fault is in what is sent. */
const sent: Readonly<Record<string, () => readonly string[]>> = {
  "shard-full": () => Array.from({ length: 1500 }, () => reading()),
  "reader-greedy": () => usual(),
  "no-json": () => [reading(), "no JSON\n"],
  "too-warm": () => [reading(35)],
  // One a minute is discarded within it.
  "function-failing": () => [reading()],
  "queue-write-denied": () => [reading()],
};

/** Minutes that those faults last whose minutes are dear. */
const minutesOf: Readonly<Record<string, number>> = { "function-slow": 8, "reader-greedy": 8 };

/** Alarms on queues: a message stays there until somebody takes it. */
const queued = ["dead-letters", "roll-up-dead-letters"];

const usual = () => Array.from({ length: 5 }, () => reading());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-02T10:16:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a fault rings exactly the alarms of docs/operations.md, in time, and they end with it", () => {
  it("the table has the runner's faults, and its faults are in the table", () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.map(({ fault }) => fault).toSorted()).toEqual(
      [...new Set([...Object.keys(faults), ...Object.keys(sent)])].toSorted(),
    );
  });

  it.each(rows.map((row) => [row.fault, row] as const))(
    "%s",
    async (fault, { groups, within }) => {
      const rehearsal = await Rehearsal.start(fault === "function-slow" ? impatientStack() : usualStack);
      // What takes hours is watched by the quarter of an hour.
      const isSlow = fault.startsWith("query") || fault.startsWith("schedule");
      const step = isSlow ? 15 : 1;
      const lasting = isSlow ? 300 : (minutesOf[fault] ?? 25);
      const pass = async (times: number, data: () => readonly string[], meanwhile?: () => Promise<void>) => {
        for (let time = 0; time < times; time += step) {
          await meanwhile?.();
          await rehearsal.pass(step, data());
        }
      };
      await pass(isSlow ? 60 : 6, usual);
      expect(rehearsal.ringing).toEqual([]);

      await rehearsal.begin(fault);
      await pass(
        lasting,
        sent[fault] ?? usual,
        fault === "reader-greedy" ? () => rehearsal.readTooOften() : undefined,
      );
      if (process.env.SHOW_FAULTS) process.stderr.write(`${fault} ${JSON.stringify([...rehearsal.rang])}\n`);
      expect([...rehearsal.rang.keys()].toSorted()).toEqual(groups.flat().toSorted());
      const times = groups.map((group) => Math.max(...group.map((alarm) => rehearsal.rang.get(alarm) ?? 0)));
      expect(times, "in this order").toEqual(times.toSorted((one, other) => one - other));
      expect(times[0]).toBeLessThanOrEqual(within);

      rehearsal.end(fault);
      await pass(isSlow ? 240 : 15, usual);
      expect(rehearsal.ringing.filter((alarm) => !queued.includes(alarm))).toEqual([]);
    },
    120_000,
  );
});

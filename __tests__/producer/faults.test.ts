import { decodeAggregate } from "@streaming-data-lake/aggregation";
import { KinesisProducer, type ProducerOptions, type Receipt } from "@streaming-data-lake/producer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shareOf } from "../support/share";
import { EmbeddedKinesis, type Stored } from "./support/embedded";
import { FaultServer, type Faults } from "./support/fault-server";
import { randomNumbers } from "./support/random";

/** What each seed mixes its own shares of. */
const everything: Faults = {
  internalError: 0.05,
  callThrottle: 0.05,
  cutBefore: 0.05,
  cutAfter: 0.05,
  wrongCount: 0.05,
  entryFailure: 0.1,
  delayMs: 15,
  shardLimits: { recordsPerSecond: 400, bytesPerSecond: 100_000 },
};

function mixOf(seed: number): Partial<Faults> {
  const random = randomNumbers(seed + 1_000);
  const share = (most: number) => (random() < 0.3 ? 0 : most * random() * 2);
  const { shardLimits, delayMs, ...shares } = everything;
  return {
    ...Object.fromEntries(Object.entries(shares).map(([name, most]) => [name, share(most)])),
    delayMs: random() * delayMs,
    shardLimits: random() < 0.5 ? shardLimits : undefined,
  };
}

const modes: Record<string, Pick<ProducerOptions, "ordered" | "aggregate">> = {
  "as it comes": {},
  "in order": { ordered: true },
  aggregated: { aggregate: true },
  "aggregated, in order": { aggregate: true, ordered: true },
};

/** Seeds of each mode; `FAULT_SEEDS` for more. */
const seeds = Array.from({ length: Number(process.env.FAULT_SEEDS ?? 6) }, (_, at) => at + 1);

/** The payloads of a stored record. */
function payloads({ data }: Stored): string[] {
  const inner = decodeAggregate(data);
  return inner === undefined ? [data.toString()] : inner.map((record) => record.data.toString());
}

let kinesis: EmbeddedKinesis;
beforeAll(async () => {
  kinesis = await EmbeddedKinesis.start();
});
afterAll(() => kinesis.stop());

describe.each(Object.entries(modes))("under any mix of faults, %s", (name, mode) => {
  it.each(shareOf(seeds, 3))("loses nothing and invents nothing (seed %i)", async (seed) => {
    const stream = `${name.replace(/\W+/g, "-")}-${seed}`;
    await kinesis.createStream(stream, 3);
    const proxy = await FaultServer.start(kinesis.endpoint, seed, mixOf(seed));
    const random = randomNumbers(seed);
    const producer = new KinesisProducer({
      streamName: stream,
      endpoint: proxy.endpoint,
      ...mode,
      lingerMs: 5,
      maxBatchRecords: 40,
      aggregateBytes: 1_000,
      maxBufferedBytes: 8_000,
      shardLimits: false,
      random: () => random() / 10,
    });
    const sent = Array.from({ length: 400 }, (_, at) => ({
      partitionKey: `sensor-${at % 17}`,
      data: `sensor-${at % 17} ${at} ${"x".repeat(60 * random())}`,
    }));
    const acknowledged = new Map<string, Receipt>();
    await Promise.all(
      sent.map(async (record) => {
        const receipt = await producer.put(record);
        expect(acknowledged.has(record.data)).toBe(false);
        acknowledged.set(record.data, receipt);
      }),
    );
    await producer.close();
    await proxy.stop();

    const stored = await kinesis.read(stream);
    const byPlace = new Map(stored.map((record) => [`${record.shardId} ${record.sequenceNumber}`, record]));
    const all = new Set(sent.map(({ data }) => data));
    for (const record of stored) for (const payload of payloads(record)) expect(all).toContain(payload);
    for (const { data } of sent) {
      const { shardId, sequenceNumber, subSequenceNumber = 0 } = acknowledged.get(data) as Receipt;
      const record = byPlace.get(`${shardId} ${sequenceNumber}`);
      expect(record && payloads(record)[subSequenceNumber]).toBe(data);
    }
    if (mode.ordered) expectOrder(stored);
  });
});

/** Each key's records come in the order they were put; one whose answer was lost may come again. */
function expectOrder(stored: readonly Stored[]): void {
  const last = new Map<string, number>();
  const seen = new Set<string>();
  for (const payload of stored.flatMap(payloads)) {
    if (seen.has(payload)) continue;
    seen.add(payload);
    const [key = "", number] = payload.split(" ");
    expect(Number(number)).toBeGreaterThan(last.get(key) ?? -1);
    last.set(key, Number(number));
  }
}

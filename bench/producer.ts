import { type Measurement, median } from "./measurement";
import { clientOf, producerLoop, putRecordLoop, putRecordsLoop, startService } from "./producer-load";

const stream = { streamName: "readings" };

/** Runs each of the loads in turn, several times over: what else the machine does disturbs all of them alike. */
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

export async function run(): Promise<readonly Measurement[]> {
  return [...(await nullSink()), ...(await slowSink())];
}

async function nullSink(): Promise<Measurement[]> {
  const sink = await startService("producer-sink", "0");
  const client = clientOf(sink.endpoint);
  try {
    const count = 200_000;
    const rates = await inTurn(7, {
      naive: () => putRecordLoop(client, stream.streamName, 1_000),
      four: () => putRecordsLoop(client, stream.streamName, count, 4),
      eight: () => putRecordsLoop(client, stream.streamName, count, 8),
      producer: () => producerLoop({ ...stream, endpoint: sink.endpoint }, count),
    });
    const bare = Math.max(rates.four, rates.eight);
    return [
      { what: "null sink: PutRecord one by one", value: rates.naive, unit: "readings/s" },
      { what: "null sink: bare PutRecords loop, 4 calls at once", value: rates.four, unit: "readings/s" },
      { what: "null sink: bare PutRecords loop, 8 calls at once", value: rates.eight, unit: "readings/s" },
      { what: "null sink: producer", value: rates.producer, unit: "readings/s" },
      atLeast("  against PutRecord", rates.producer / rates.naive, 150),
      atLeast("  against the best bare loop", rates.producer / bare, 0.9),
    ];
  } finally {
    client.destroy();
    sink.stop();
  }
}

async function slowSink(): Promise<Measurement[]> {
  const sink = await startService("producer-sink", "20");
  const client = clientOf(sink.endpoint);
  try {
    const count = 300_000;
    const loops = [8, 16, 32, 64];
    const bare = (concurrency: number) => () => putRecordsLoop(client, stream.streamName, count, concurrency);
    const rates = await inTurn(5, {
      ...Object.fromEntries(loops.map((concurrency) => [`${concurrency}`, bare(concurrency)])),
      producer: () => producerLoop({ ...stream, endpoint: sink.endpoint }, count),
    } as Record<string, () => Promise<number>>);
    const best = Math.max(...loops.map((concurrency) => rates[concurrency] ?? 0));
    const { producer = Number.NaN } = rates;
    return [
      ...loops.map((concurrency) => ({
        what: `20 ms sink: bare loop, ${concurrency} calls at once`,
        value: rates[concurrency] ?? Number.NaN,
        unit: "readings/s",
      })),
      { what: "20 ms sink: producer", value: producer, unit: "readings/s" },
      atLeast("  against the best bare loop", producer / best, 0.9),
    ];
  } finally {
    client.destroy();
    sink.stop();
  }
}

function atLeast(what: string, value: number, least: number): Measurement {
  return { what, value, unit: "times", target: `at least ${least}`, reached: value >= least };
}

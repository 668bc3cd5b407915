import type { Simulator } from "@streaming-data-lake/console";
import { encodeReading, partitionKeyField, sensorColumns } from "@streaming-data-lake/dataset";
import { simulateReadings } from "@streaming-data-lake/dataset/simulate";
import { KinesisProducer, type ProducerRecord } from "@streaming-data-lake/producer";
import type { Runner } from "@streaming-data-lake/runner/runner";
import type { Stack } from "@streaming-data-lake/terraform/types";
import { pause } from "@streaming-data-lake/timing";

/** Milliseconds between two moments at which the readings that are due are sent. */
const beat = 50;
/** Bad readings, sent in turn: invalid JSON, an object that is not a reading, a value of the wrong type. */
const bad: readonly ((line: string) => string)[] = [
  (line) => line.slice(0, Math.floor(line.length / 2)),
  () => '{"unknown":"field"}\n',
  (line) => line.replace(/"temperature":-?[\d.]+/, '"temperature":"hot"'),
];

/** A simulator that sends readings to the stack's stream; undefined for a stack that is not a pipeline of readings. */
export function readingSimulator(stack: Stack, { endpoint, region }: Runner): Simulator | undefined {
  const takesReadings = ({ conversion }: Stack["deliveryStreams"][number]) => {
    const table = stack.tables.find(
      ({ database, name }) => database === conversion?.database && name === conversion.table,
    );
    const names = table?.columns.map(({ name }) => name) ?? [];
    return sensorColumns.every(({ name }) => names.includes(name));
  };
  const delivery = stack.deliveryStreams.find(takesReadings);
  const stream = stack.streams.find(({ arn }) => arn === delivery?.sourceStreamArn);
  if (!stream) return undefined;
  return {
    defaults: { rate: 10, keys: 10, invalidShare: 0.02 },
    async run({ rate, keys, invalidShare }, onSent, stop) {
      const producer = new KinesisProducer({
        streamName: stream.name,
        region,
        endpoint,
        signal: stop,
        shardLimits: false,
      });
      try {
        const records = due(recordsOf({ rate, keys, invalidShare }), rate, stop);
        for await (const { error } of producer.sendAll(records)) {
          if (error && !stop.aborted) throw error;
          if (!error) onSent(1);
        }
      } catch (error) {
        if (!stop.aborted) throw error;
      } finally {
        await producer.close();
      }
    },
  };
}

function* recordsOf({ rate, keys, invalidShare }: Simulator["defaults"]): Generator<ProducerRecord> {
  let badOnes = 0;
  for (const reading of simulateReadings({ sensors: keys, intervalMs: 1000 / rate })) {
    const line = encodeReading(reading);
    const isBad = Math.random() < invalidShare;
    const spoil = isBad ? bad[badOnes++ % bad.length] : undefined;
    yield { partitionKey: reading[partitionKeyField], data: spoil ? spoil(line) : line };
  }
}

/** Yields `rate` records a second until it is stopped. */
async function* due(
  records: Iterable<ProducerRecord>,
  rate: number,
  stop: AbortSignal,
): AsyncGenerator<ProducerRecord> {
  const began = performance.now();
  let sent = 0;
  for (const record of records) {
    while (!stop.aborted && performance.now() < began + (1000 * sent) / rate) await pause(beat, stop);
    if (stop.aborted) return;
    yield record;
    sent++;
  }
}

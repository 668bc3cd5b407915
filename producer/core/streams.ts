import { Writable } from "node:stream";
import { Signal } from "@streaming-data-lake/timing";
import type { ProducerRecord, Receipt } from "./record";

/** The outcome of a record: where it is on the stream, or the error that says why it is not. */
export type SendOutcome =
  | { readonly record: ProducerRecord; readonly receipt: Receipt; readonly error?: undefined }
  | { readonly record: ProducerRecord; readonly receipt?: undefined; readonly error: Error };

/** The part of a producer that streams use. */
interface Target {
  readonly full: boolean;
  put(record: ProducerRecord): Promise<Receipt>;
  ready(): Promise<void>;
  flush(): Promise<void>;
}

export function writable(producer: Target): Writable {
  const stream = new Writable({
    objectMode: true,
    write(record: ProducerRecord, _encoding, callback) {
      producer.put(record).catch((error: Error) => stream.destroy(error));
      if (producer.full) producer.ready().then(() => callback(), callback);
      else callback();
    },
    final(callback) {
      producer.flush().then(() => callback(), callback);
    },
  });
  return stream;
}

/** Most outcomes that wait for a reader that is slower than the stream. */
const maxOutcomes = 50_000;

export async function* sendAll(
  producer: Target,
  source: AsyncIterable<ProducerRecord> | Iterable<ProducerRecord>,
): AsyncGenerator<SendOutcome> {
  let outcomes: Promise<SendOutcome>[] = [];
  let waiting = 0;
  let left = false;
  let ended = false;
  const put = new Signal();
  const taken = new Signal();

  const feed = async (): Promise<void> => {
    try {
      for await (const record of source) {
        if (left) return;
        outcomes.push(
          producer.put(record).then(
            (receipt) => ({ record, receipt }),
            (error: Error) => ({ record, error }),
          ),
        );
        waiting++;
        put.notify();
        if (producer.full) await producer.ready();
        while (waiting >= maxOutcomes && !left) await taken.next();
      }
      await producer.flush();
    } finally {
      ended = true;
      put.notify();
    }
  };
  const feeding = feed();
  // The error is thrown to the reader below, after the outcomes of earlier records have been yielded.
  feeding.catch(() => undefined);
  try {
    for (;;) {
      while (outcomes.length === 0 && !ended) await put.next();
      if (outcomes.length === 0) break;
      const batch = outcomes;
      outcomes = [];
      for (const outcome of batch) {
        const settled = await outcome;
        waiting--;
        taken.notify();
        yield settled;
      }
    }
    await feeding;
  } finally {
    left = true;
    taken.notify();
  }
}

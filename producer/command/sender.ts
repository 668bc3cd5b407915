import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { abortable } from "@streaming-data-lake/timing";
import { callFailure } from "../core/calls/failure";
import { UndeliveredError } from "../core/errors";
import { KinesisProducer } from "../core/producer";
import type { ProducerRecord } from "../core/record";
import type { Arguments } from "./args";
import { paced } from "./pace";
import { Progress } from "./progress";
import { Spool } from "./spool";
import type { Summary } from "./summary";
import type { Target } from "./target";

/** Two controllers: one stops taking records, the other gives up the records that were taken. */
export interface Stop {
  readonly taking: AbortController;
  readonly delivering: AbortController;
}

/** Bytes of a call to an embedded Kinesis, which takes at most 7 MiB of JSON and is slow with more than a few. */
export const plainBatchBytes = 1024 * 1024;

/**
 * Most bytes of records that the producer holds. Small records take several times their size in memory while they are
 * sent. This many bytes of readings fill about thirty calls, as many as one process can usefully have in flight.
 */
const maxBufferedBytes = 2 * 1024 * 1024;

/** Sends records and shows the progress. Records that can't be delivered go to the spool file. */
export class Sender {
  readonly #producer: KinesisProducer;
  readonly #progress: Progress | undefined;
  readonly #spool: Spool;
  /** Why the last undelivered record was given up. */
  #reason: string | undefined;

  constructor(
    private readonly args: Arguments,
    private readonly target: Target,
    client: KinesisClient,
    count: number | undefined,
    private readonly stop: Stop,
  ) {
    const { aggregate, ordered, lingerMs, timeToLiveMs, shardLimits, quiet } = args;
    const plain = target.endpoint?.startsWith("http:") ?? false;
    this.#producer = new KinesisProducer({
      streamName: target.streamName,
      client,
      aggregate,
      ordered,
      lingerMs,
      maxBufferedBytes,
      timeToLiveMs,
      maxBatchBytes: plain ? plainBatchBytes : undefined,
      shardLimits: shardLimits === "off" || (shardLimits === undefined && plain) ? false : undefined,
      signal: stop.delivering.signal,
      onWarning: (message) => this.note(message),
    });
    this.#progress = quiet ? undefined : new Progress(() => this.#producer.metrics(), process.stderr, count);
    this.#spool = new Spool(
      args.spool ?? `undelivered-${new Date().toISOString().replace(/[:.]/g, "-")}.ndjson`,
    );
  }

  /** Shows the user a message in addition to the progress. */
  note(line: string): void {
    if (this.#progress) this.#progress.note(line);
    else process.stderr.write(`${line}\n`);
  }

  /** Sends all records, or those that were taken until the command is stopped. */
  async send(
    records: AsyncIterable<ProducerRecord> | Iterable<ProducerRecord>,
  ): Promise<Omit<Summary, "badLines" | "brokenOff" | "stoppedBy">> {
    const producer = this.#producer;
    const { rate, continuous, deadlineMs } = this.args;
    const { signal } = this.stop.taking;
    const perSecond = rate ?? (continuous ? 1 : undefined);
    const started = performance.now();
    const undelivered = (error: Error) => this.#undelivered(error);
    try {
      const source = perSecond ? paced(records, perSecond, signal) : records;
      await each(source, (record) => {
        if (signal.aborted) return false;
        producer.send(record, undelivered);
        return producer.full ? until(producer.ready(), signal).then(() => !signal.aborted) : !signal.aborted;
      });
      await until(producer.flush(), signal);
    } finally {
      await producer.close({ deadlineMs });
      this.#progress?.end();
    }
    const metrics = producer.metrics();
    return {
      stream: this.target.streamName,
      sent: metrics.records,
      undelivered: metrics.undelivered,
      undeliveredReason: this.#reason,
      spool: this.#spool.records > 0 ? this.#spool.file : undefined,
      seconds: (performance.now() - started) / 1000,
      metrics,
    };
  }

  /** Keeps a record in the spool file. If that fails, the record is printed, so that it is not lost. */
  #keep(record: ProducerRecord): void {
    try {
      this.#spool.add(record);
    } catch (error) {
      this.note(`${(error as Error).message}; undelivered: ${record.data.toString().trimEnd()}`);
    }
  }

  #undelivered(error: Error): void {
    if (!(error instanceof UndeliveredError)) throw error;
    this.#reason = error.message;
    this.#keep(error.record);
    if (error.reason !== "Refused" || callFailure(error.cause).kind === "invalid") return;
    // The service would refuse every other record too.
    if (!this.stop.taking.signal.aborted) this.note(`${this.target.streamName}: ${error.message}`);
    this.stop.taking.abort();
  }
}

/** Waits for a promise, or until the signal is aborted. */
const until = (promise: Promise<void>, signal: AbortSignal): Promise<void> =>
  abortable(promise, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

/**
 * Calls `take` with each item in order, until it says that it takes no more. Items that are there are not waited for,
 * whereas `for await` would make three promises for each.
 */
async function each<T>(
  items: AsyncIterable<T> | Iterable<T>,
  take: (item: T) => boolean | Promise<boolean>,
): Promise<void> {
  if (!(Symbol.iterator in items)) {
    for await (const item of items) if (!(await take(item))) return;
    return;
  }
  for (const item of items) {
    const more = take(item);
    if (more !== true && !(await more)) return;
  }
}

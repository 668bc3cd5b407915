import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { DeliveryStream, S3Destination, Stack } from "@streaming-data-lake/terraform/types";
import { AccessDenied, type Authorize } from "../access/control";
import { destinationCalls } from "../access/firehose";
import { accessLogCalls } from "../access/s3";
import { type BufferCounters, type DeliveryCounters, deliveryCounters } from "../counters";
import type { RunStart } from "../lifecycle/run-start";
import { type ShardState, StreamConsumer } from "../stream/consumer";
import { deaggregate } from "../stream/deaggregate";
import { compareSequenceNumbers, lowestSequenceNumber } from "../stream/sequence";
import type { KinesisRecord, StreamSource } from "../stream/stream-source";
import type { ObjectBuffer, Persist } from "./buffer";
import { checkKeys, checkTable, tableOf } from "./checks";
import type { Database } from "./database";
import { ErrorLog } from "./error-log";
import { ParquetBuffer } from "./parquet-buffer";
import { RawBuffer } from "./raw-buffer";
import { Sink } from "./sink";

export interface DeliveryOptions {
  readonly delivery: DeliveryStream;
  readonly source: StreamSource;
  readonly stack: Pick<Stack, "tables" | "region" | "accountId" | "access">;
  readonly database: Database;
  /** The runner's folder. */
  readonly dir: string;
  /** When a consumer began to read; see `RunnerFolder`. */
  readonly readingSince: (consumer: string, saved?: number) => number;
  /** Folder of the buckets. */
  readonly lake: string;
  readonly runStart: RunStart;
  /** The stream was made by this run: no checkpoint is one in it. */
  readonly streamIsNew: boolean;
  readonly abort: AbortSignal;
  readonly authorize: Authorize;
  readonly onTrouble: (message: string) => void;
  /** Told when the source can't be read on. */
  readonly onLost: (message: string) => void;
}

/**
 * A delivery stream: reads its Kinesis stream, takes apart what producers aggregated, and hands every record to the
 * destination and to the source backup, each with its own buffer and its own checkpoints.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
 */
export class Delivery {
  private constructor(
    private readonly options: DeliveryOptions,
    readonly counters: DeliveryCounters,
    private readonly sinks: readonly Sink[],
  ) {
    this.consumer = new StreamConsumer({
      ...options,
      // Firehose begins with what comes after the delivery stream was made.
      start: { since: Math.min(...sinks.map(({ since }) => since)) },
      state: (shardId) => this.shard(shardId),
      onRecords: (shardId, records) => this.take(shardId, records),
      onShardEnd: (shardId) => this.finish(shardId),
    });
  }

  private readonly consumer: StreamConsumer;

  /** @throws StackError when its table or its keys could never be written, or its state is damaged. */
  static async open(options: DeliveryOptions): Promise<Delivery> {
    const { abort, delivery, dir, lake, onTrouble, readingSince, streamIsNew } = options;
    const name = fileName(delivery.address);
    await checkTable(options);
    const buffers: BufferCounters[] = [];
    const counters = deliveryCounters(delivery.name, options.source.name, buffers);
    const sinks: Sink[] = [];
    for (const kind of ["destination", "backup"] as const) {
      const destination = delivery[kind];
      if (!destination) continue;
      checkKeys(delivery, destination, lake);
      const calls = destinationCalls(
        options.stack,
        delivery,
        destination,
        kind === "destination" && delivery.conversion !== undefined,
      );
      const accessLog = new AccessLog(options, destination.bucket);
      const log = new ErrorLog({ ...options, destination, authorize: () => options.authorize(...calls.log) });
      const sink = await Sink.open({
        kind,
        deliveryStream: delivery.name,
        destination,
        configuration: JSON.stringify([
          destination,
          kind === "destination" ? delivery.conversion : undefined,
        ]),
        newBuffer: bufferFactory(options, kind, destination),
        readingSince: (saved) => readingSince(`${name}.${kind}`, saved),
        spool: inside(dir, "spool", name, kind),
        stateFile: inside(dir, "checkpoints", `${name}.${kind}.json`),
        lake,
        counters,
        authorize: (keys) => {
          options.authorize(...calls.prepare, ...keys.flatMap(calls.write));
          if (keys.length > 0) accessLog.write();
        },
        onError: (error) => log.write(error),
        streamIsNew,
        abort,
        onTrouble,
      });
      sinks.push(sink);
      buffers.push(sink.counters);
    }
    return new Delivery(options, counters, sinks);
  }

  start(): Promise<void> {
    return this.consumer.start();
  }

  /** Resolves when every record that was put before this call is in the buffers. */
  drain(abort?: AbortSignal): Promise<void> {
    return this.consumer.drained(abort);
  }

  /** Writes the buffers. */
  async flush(): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.flush()));
  }

  /** Resolves when nothing works any more, after the abort; what is in the buffers is read again by the next run. */
  async close(): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.close()));
    await this.consumer.stopped();
  }

  /** A shard is read from where the sink that is furthest back needs it. */
  private shard(shardId: string): ShardState | undefined {
    const states = this.sinks.map((sink) => sink.shard(shardId));
    if (states.every((state) => state?.finished)) return { finished: true };
    const after = lowestSequenceNumber(states.map((state) => state?.after));
    return after ? { after } : undefined;
  }

  private async take(shardId: string, records: readonly KinesisRecord[]): Promise<void> {
    const { counters } = this;
    const delivered = records.map((record) => ({ record, userRecords: deaggregate(record) }));
    const after = this.sinks[0]?.shard(shardId)?.after;
    for (const { record, userRecords } of delivered) {
      if (after && compareSequenceNumbers(record.sequenceNumber, after) <= 0) continue;
      this.options.runStart.count(counters, record.arrival);
      counters.userRecords += userRecords.length;
    }
    await Promise.all(this.sinks.map((sink) => sink.push(shardId, delivered)));
  }

  private async finish(shardId: string): Promise<void> {
    await this.flush();
    if (this.options.abort.aborted) return;
    for (const sink of this.sinks) sink.finishShard(shardId);
  }
}

/** The log of who uses a bucket, which S3 writes when it may. */
class AccessLog {
  private isSilent = false;

  constructor(
    private readonly options: Pick<DeliveryOptions, "authorize" | "onTrouble" | "stack">,
    private readonly bucket: string,
  ) {}

  write(): void {
    const { authorize, onTrouble, stack } = this.options;
    if (this.isSilent) return;
    try {
      authorize(...accessLogCalls(stack, this.bucket));
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      this.isSilent = true;
      onTrouble(`${this.bucket} has no access log: ${error.message}`);
    }
  }
}

function bufferFactory(
  options: DeliveryOptions,
  kind: "destination" | "backup",
  destination: S3Destination,
): (path: string, persist: Persist) => ObjectBuffer {
  const { delivery, stack, database } = options;
  const conversion = kind === "destination" ? delivery.conversion : undefined;
  if (!conversion) {
    const { appendDelimiter, compression } = destination;
    return (path, persist) => new RawBuffer({ path, persist, gzip: compression === "GZIP", appendDelimiter });
  }
  const table = tableOf(delivery, stack, conversion);
  const { region, accountId } = stack;
  return (path, persist) =>
    new ParquetBuffer({ path, persist, table, conversion, database, region, accountId });
}

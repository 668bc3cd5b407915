import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { DeliveryStream, S3Destination, Stack } from "@streaming-data-lake/terraform/types";
import { AccessDenied, type Authorize } from "../access/control";
import { destinationCalls, transformCalls } from "../access/firehose";
import { accessLogCalls } from "../access/s3";
import { type BufferCounters, countRead, type DeliveryCounters, deliveryCounters } from "../counters";
import type { Faults } from "../faults";
import type { Journal } from "../journal/journal";
import type { InvocationOutcome } from "../lambda/process/worker";
import type { RunStart } from "../lifecycle/run-start";
import { type ShardProgress, StreamConsumer } from "../stream/consumer";
import { deaggregate } from "../stream/deaggregate";
import { isInSequence, isUpTo, lowestSequenceNumber } from "../stream/sequence";
import type { KinesisRecord, StreamSource } from "../stream/stream-source";
import type { FinishedObject, ObjectBuffer, Persist } from "./buffer";
import { checkConversionTable, checkObjectKeys, conversionTableOf, partitionProblem } from "./checks";
import type { ConversionDatabase } from "./database";
import { HttpBuffer } from "./destinations/http-buffer";
import { ErrorLog } from "./error-log";
import { ParquetBuffer } from "./parquet-buffer";
import { isProcessed, Processor } from "./processing/processor";
import { RawBuffer } from "./raw-buffer";
import { RoutedBuffer } from "./routed-buffer";
import { Sink } from "./sink";
import type { Delivered } from "./spool";

export interface DeliveryOptions {
  readonly delivery: DeliveryStream;
  readonly source: StreamSource;
  readonly stack: Pick<Stack, "tables" | "region" | "accountId" | "access">;
  readonly database: ConversionDatabase;
  /** Records what becomes of the records. @default - nothing is recorded */
  readonly journal?: Journal | undefined;
  readonly faults: Faults;
  /** Invokes the transform function; absent when the delivery stream has none. */
  readonly invoke?: ((payload: string) => Promise<InvocationOutcome>) | undefined;
  /** The runner's folder. */
  readonly dir: string;
  /** When a consumer began to read; see `RunnerFolder`. */
  readonly readingSince: (consumer: string, saved?: number) => number;
  /** Folder of the buckets. */
  readonly lake: string;
  readonly runStart: RunStart;
  /** Whether this run has created the stream, so that checkpoints of an earlier stream do not apply to it. */
  readonly streamIsNew: boolean;
  readonly abort: AbortSignal;
  readonly authorize: Authorize;
  readonly onTrouble: (message: string) => void;
  /** Called when the source can no longer be read. */
  readonly onLost: (message: string) => void;
}

/**
 * A delivery stream. It reads its Kinesis stream, de-aggregates KPL records, and passes every record to the destination
 * and to the source backup, each of which has its own buffer and checkpoints.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
 */
export class Delivery {
  private constructor(
    private readonly options: DeliveryOptions,
    readonly counters: DeliveryCounters,
    private readonly sinks: readonly Sink[],
    private readonly processor: Processor | undefined,
  ) {
    this.consumer = new StreamConsumer({
      ...options,
      // Firehose starts with the records that arrive after the delivery stream was created.
      start: { since: Math.min(...sinks.map(({ since }) => since)) },
      state: (shardId) => this.shard(shardId),
      delayedBy: "delivery-behind",
      onRecords: (shardId, records) => this.take(shardId, records),
      onShardEnd: (shardId) => this.finish(shardId),
    });
  }

  private readonly consumer: StreamConsumer;

  /** @throws StackError when its table or its keys could never be written, or its state is damaged. */
  static async open(options: DeliveryOptions): Promise<Delivery> {
    const { abort, delivery, dir, faults, lake, onTrouble, readingSince, streamIsNew } = options;
    const name = fileName(delivery.address);
    await checkConversionTable(options);
    const buffers: BufferCounters[] = [];
    const counters = deliveryCounters(delivery.name, options.source.name, buffers);
    const sinks: Sink[] = [];
    for (const kind of ["destination", "backup"] as const) {
      const destination = delivery[kind];
      if (!destination) continue;
      checkObjectKeys(delivery, destination);
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
        configuration: configurationOf(delivery, kind, destination),
        newBuffer: bufferFactory(options, kind, destination, counters),
        readingSince: (saved) => readingSince(`${name}.${kind}`, saved),
        spool: inside(dir, "spool", name, kind),
        stateFile: inside(dir, "checkpoints", `${name}.${kind}.json`),
        lake,
        admitWrite: () => faults.check("delivery-write-denied", "key-disabled"),
        authorize: (keys) => {
          options.authorize(...calls.prepare, ...keys.flatMap(calls.write));
          if (keys.length > 0) accessLog.write();
        },
        onError: (error) => log.write(error),
        onFailure: () => {
          counters.writeErrors++;
        },
        onWritten: (contents, objects, writtenSince) => {
          for (const { object } of objects) countObject(counters, kind, object);
          options.journal?.add({
            kind: "objects",
            time: Date.now(),
            since: writtenSince,
            delivery: delivery.name,
            sink: kind,
            bucket: destination.bucket,
            spans: Array.from(contents.spans, ([shard, ends]) => ({
              stream: options.source.name,
              shard,
              ...ends,
            })),
            records: contents.records,
            objects: objects.map(({ key, object }) => ({ key, kind: object.kind, records: object.records })),
          });
        },
        streamIsNew,
        abort,
        onTrouble,
      });
      sinks.push(sink);
      buffers.push(sink.counters);
    }
    const { region } = options.stack;
    const authorize = transformAccess(options);
    const processor = isProcessed(delivery)
      ? await Processor.open({ delivery, region, invoke: options.invoke, authorize, abort })
      : undefined;
    return new Delivery(options, counters, sinks, processor);
  }

  get name(): string {
    return this.options.delivery.name;
  }

  /** Name of the source stream. */
  get streamName(): string {
    return this.options.source.name;
  }

  /**
   * When a record began to wait in a destination's buffer, in milliseconds since 1970; undefined when it is not in the
   * buffer.
   */
  waitsSince(kind: "destination" | "backup", shardId: string, sequenceNumber: string): number | undefined {
    const sink = this.sinks.find((one) => one.kind === kind);
    const ends = sink?.contents.spans.get(shardId);
    return ends && isInSequence(sequenceNumber, ends) ? (sink?.counters.since ?? Date.now()) : undefined;
  }

  /** Whether a destination has written a record. */
  isDone(kind: "destination" | "backup", shardId: string, sequenceNumber: string): boolean {
    const { after, finished = false } = this.sinks.find((one) => one.kind === kind)?.shard(shardId) ?? {};
    return finished || isUpTo(after, sequenceNumber);
  }

  start(): Promise<void> {
    return this.consumer.start();
  }

  /** Resolves when every record that was put before this call is in the buffers. */
  drain(abort?: AbortSignal): Promise<void> {
    return this.consumer.drained(abort);
  }

  /** Writes what is in the buffers. */
  async flush(): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.flush()));
  }

  /** Resolves after the abort, when all work has ended. The next run reads again what is still in the buffers. */
  async close(): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.close()));
    await this.consumer.stopped();
  }

  /** The state of a shard. Reading starts where the sink that is furthest behind needs it. */
  private shard(shardId: string): ShardProgress | undefined {
    const states = this.sinks.map((sink) => sink.shard(shardId));
    if (states.every((state) => state?.finished)) return { finished: true };
    const after = lowestSequenceNumber(states.map((state) => state?.after));
    return after ? { after } : undefined;
  }

  private async take(shardId: string, records: readonly KinesisRecord[]): Promise<void> {
    const { counters } = this;
    const { abort, delivery, faults } = this.options;
    await faults.over(delivery.name, abort, "delivery-read-denied", "key-disabled");
    if (abort.aborted) return;
    const delivered = records.map((record) => ({ record, userRecords: deaggregate(record) }));
    const newest = records.at(-1);
    if (newest && delivery.sourceStreamArn)
      counters.behindMilliseconds = faults.streamTime() - newest.arrival;
    const after = this.sinks[0]?.shard(shardId)?.after;
    for (const { record, userRecords } of delivered) {
      if (isUpTo(after, record.sequenceNumber)) continue;
      countRead(counters, record.arrival, this.options.runStart);
      counters.userRecords += userRecords.length;
    }
    await Promise.all(
      this.sinks.map(async (sink) =>
        sink.push(
          shardId,
          sink.kind === "destination" ? await this.process(sink, shardId, delivered) : delivered,
        ),
      ),
    );
  }

  /** Applies the processors to the records that the destination does not have yet. */
  private async process(
    sink: Sink,
    shardId: string,
    delivered: readonly Delivered[],
  ): Promise<readonly Delivered[]> {
    if (!this.processor) return delivered;
    const fresh = sink.fresh(shardId, delivered);
    const processed = await this.processor.process(fresh);
    for (const [at, { userRecords }] of processed.entries()) {
      const more = userRecords.length - (fresh[at]?.userRecords.length ?? 0);
      if (more > 0) this.counters.extracted += more;
      else this.counters.dropped -= more;
    }
    return processed;
  }

  private async finish(shardId: string): Promise<void> {
    await this.flush();
    for (const sink of this.sinks) sink.finishShard(shardId);
  }
}

function countObject(
  counters: DeliveryCounters,
  sink: "destination" | "backup",
  { kind, records }: FinishedObject,
): void {
  if (kind === "parquet") counters.parquetObjects++;
  if (kind === "raw") counters.rawObjects++;
  if (kind === "error") counters.errorObjects++;
  if (sink === "backup") counters.backedUp += records;
  else if (kind === "error") counters.rejected += records;
  else counters.delivered += records;
}

/** The settings whose change makes a new version of the delivery stream. */
function configurationOf(
  delivery: DeliveryStream,
  kind: "destination" | "backup",
  destination: S3Destination,
): string {
  const { conversion, httpEndpoint, processing } = delivery;
  if (kind === "backup") return JSON.stringify([destination, undefined]);
  return JSON.stringify([
    destination,
    conversion,
    ...(isProcessed(delivery) ? [processing] : []),
    ...(httpEndpoint ? [httpEndpoint] : []),
  ]);
}

/** The access log of a bucket, which S3 writes if it is allowed to. */
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
  counters: DeliveryCounters,
): (path: string, persist: Persist) => ObjectBuffer {
  const newBuffer = plainBufferFactory(options, kind, destination);
  if (kind === "backup" || !isProcessed(options.delivery)) return newBuffer;
  const onExceeded = () => {
    counters.partitionsExceeded++;
  };
  const problemOf = (keys: ReadonlyMap<string, string>) =>
    options.delivery.dynamicPartitioning ? partitionProblem(options.delivery, destination, keys) : undefined;
  return (path, persist) => new RoutedBuffer({ path, persist, newBuffer, problemOf, onExceeded });
}

function plainBufferFactory(
  options: DeliveryOptions,
  kind: "destination" | "backup",
  destination: S3Destination,
): (path: string, persist: Persist) => ObjectBuffer {
  const { abort, delivery, stack, database } = options;
  const { httpEndpoint: endpoint } = delivery;
  if (kind === "destination" && endpoint) {
    const { appendDelimiter } = destination;
    return (path, persist) =>
      new HttpBuffer({ path, persist, endpoint, appendDelimiter, abort, sourceArn: delivery.arn });
  }
  const conversion = kind === "destination" ? delivery.conversion : undefined;
  if (!conversion) {
    const { appendDelimiter, compression } = destination;
    return (path, persist) => new RawBuffer({ path, persist, gzip: compression === "GZIP", appendDelimiter });
  }
  const table = conversionTableOf(delivery, stack, conversion);
  const { region, accountId } = stack;
  return (path, persist) =>
    new ParquetBuffer({ path, persist, table, conversion, database, region, accountId });
}

/** A function that checks whether the role may invoke the transform function, and reports each denial once. */
function transformAccess({ authorize, delivery, onTrouble, stack }: DeliveryOptions): () => void {
  const calls = transformCalls(stack, delivery);
  let told = "";
  return () => {
    try {
      authorize(...calls);
    } catch (error) {
      if (error instanceof AccessDenied && told !== error.message) {
        told = error.message;
        onTrouble(`${delivery.name}: can't invoke its transform function: ${told}`);
      }
      throw error;
    }
  };
}

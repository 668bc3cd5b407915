import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { DeliveryStream, S3Destination, Stack } from "@streaming-data-lake/terraform/types";
import { type BufferCounters, type DeliveryCounters, deliveryCounters } from "../counters";
import { type ShardState, StreamConsumer } from "../stream/consumer";
import { deaggregate } from "../stream/deaggregate";
import { compareSequenceNumbers, lowestSequenceNumber } from "../stream/sequence";
import type { KinesisRecord, StreamSource } from "../stream/stream-source";
import type { ObjectBuffer } from "./buffer";
import { ParquetBuffer } from "./parquet-buffer";
import { RawBuffer } from "./raw-buffer";
import { Sink } from "./sink";

export interface DeliveryOptions {
  readonly delivery: DeliveryStream;
  readonly source: StreamSource;
  readonly stack: Pick<Stack, "tables" | "region" | "accountId">;
  readonly connection: DuckDBConnection;
  /** The runner's folder. */
  readonly dir: string;
  /** Folder of the buckets. */
  readonly lake: string;
  /** Records that came before are an earlier run's. Milliseconds since 1970. */
  readonly startedAt: number;
  readonly onTrouble: (message: string) => void;
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
    private readonly abort = new AbortController(),
  ) {
    this.consumer = new StreamConsumer({
      ...options,
      // Firehose begins with what comes after the delivery stream was made.
      start: { since: Math.min(...sinks.map(({ since }) => since)) },
      state: (shardId) => this.shard(shardId),
      onRecords: (shardId, records) => this.take(shardId, records),
      onShardEnd: (shardId) => this.finish(shardId),
      abort: abort.signal,
    });
  }

  private readonly consumer: StreamConsumer;

  static async open(options: DeliveryOptions): Promise<Delivery> {
    const { delivery, dir, lake, onTrouble } = options;
    const buffers: BufferCounters[] = [];
    const counters = deliveryCounters(delivery.name, options.source.name, buffers);
    const sinks: Sink[] = [];
    for (const kind of ["destination", "backup"] as const) {
      const destination = delivery[kind];
      if (!destination) continue;
      const sink = await Sink.open({
        kind,
        deliveryStream: delivery.name,
        destination,
        configuration: JSON.stringify([
          destination,
          kind === "destination" ? delivery.conversion : undefined,
        ]),
        newBuffer: bufferFactory(options, kind, destination),
        spool: join(dir, "spool", delivery.address, kind),
        stateFile: join(dir, "checkpoints", `${delivery.address}.${kind}.json`),
        lake,
        counters,
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

  /** Stops; what is in the buffers is read again by the next run. */
  async close(): Promise<void> {
    this.abort.abort();
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
      if (record.arrival >= this.options.startedAt) counters.readNew++;
      else counters.readOld++;
      counters.userRecords += userRecords.length;
    }
    await Promise.all(this.sinks.map((sink) => sink.push(shardId, delivered)));
  }

  private async finish(shardId: string): Promise<void> {
    await this.flush();
    if (this.abort.signal.aborted) return;
    for (const sink of this.sinks) sink.finishShard(shardId);
  }
}

function bufferFactory(
  { delivery, stack, connection }: DeliveryOptions,
  kind: "destination" | "backup",
  destination: S3Destination,
): (path: string) => ObjectBuffer {
  const conversion = kind === "destination" ? delivery.conversion : undefined;
  if (!conversion) {
    const { appendDelimiter, compression } = destination;
    return (path) => new RawBuffer({ path, gzip: compression === "GZIP", appendDelimiter });
  }
  const table = stack.tables.find(
    ({ database, name }) => database === conversion.database && name === conversion.table,
  );
  if (!table) throw new StackError(`${delivery.address}: there is no table ${conversion.table}`);
  const { region, accountId } = stack;
  return (path) => new ParquetBuffer({ path, table, conversion, connection, region, accountId });
}

import type { KinesisContext } from "./context";
import { startOf } from "./operations/reading/position";
import { readShard, type ShardRead } from "./operations/reading/read";
import { requireShardIndex, shardToRead } from "./operations/resolve";
import type { Shard } from "./streams/shard";
import type { StoredStream } from "./streams/stream";

/** Where reading begins. */
export type ReaderStart =
  /** The first record after a sequence number. */
  | { readonly after: string }
  /** The record that has this sequence number. */
  | { readonly at: string }
  /** This many records before a sequence number, or before the end of the shard. */
  | { readonly back: number; readonly before?: string | undefined }
  /** The first record that arrived at this time or later. Milliseconds since 1970. */
  | { readonly since: number }
  | "oldest"
  | "newest";

export interface ReadLimits {
  readonly records: number;
  /** Largest size of data and partition keys together. A single record that exceeds it is still returned. Bytes. */
  readonly bytes: number;
}

/** Reads a shard in order within this process, without HTTP, base64 or AWS's limits. */
export class ShardReader {
  private constructor(
    private readonly kinesis: KinesisContext,
    private readonly stream: StoredStream,
    private readonly shard: Shard,
    private from: number,
  ) {}

  /** @throws KinesisError when the stream or shard does not exist, or the sequence number belongs to another shard. */
  static async open(
    kinesis: KinesisContext,
    streamName: string,
    shardId: string,
    start: ReaderStart,
  ): Promise<ShardReader> {
    const { stream, shard } = shardToRead(
      kinesis,
      streamName,
      requireShardIndex(kinesis, streamName, shardId),
    );
    const at = (
      type: "TRIM_HORIZON" | "LATEST" | "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER",
      sequenceNumber?: string,
    ) => startOf(kinesis, stream, shard, { type, sequenceNumber, operation: "GetShardIterator" });
    let from: number;
    if (start === "oldest") from = await at("TRIM_HORIZON");
    else if (start === "newest") from = await at("LATEST");
    else if ("after" in start) from = await at("AFTER_SEQUENCE_NUMBER", start.after);
    else if ("at" in start) from = await at("AT_SEQUENCE_NUMBER", start.at);
    else if ("back" in start) {
      const { before } = start;
      const end = before === undefined ? await at("LATEST") : await at("AT_SEQUENCE_NUMBER", before);
      from = Math.max(shard.log.oldest, end - start.back);
    } else from = await shard.log.firstSince(Math.max(start.since, stream.horizon()));
    return new ShardReader(kinesis, stream, shard, from);
  }

  /** Reads the next records. The result is empty when there are none yet. */
  async read(limits: ReadLimits): Promise<ShardRead> {
    const read = await readShard(this.stream, this.shard, this.kinesis.clock, { ...limits, from: this.from });
    this.from = read.next;
    return read;
  }

  /** Resolves when there may be more to read, or when the signal is aborted. */
  more(abort: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (abort.aborted || this.shard.ended) {
        resolve();
        return;
      }
      const done = () => {
        cancel();
        abort.removeEventListener("abort", done);
        resolve();
      };
      abort.addEventListener("abort", done, { once: true });
      let cancel = () => {};
      cancel = this.shard.log.onRecord(this.from, done);
    });
  }
}

import type { Context } from "./context";
import { startOf } from "./operations/reading/position";
import { readShard, type ShardRead } from "./operations/reading/read";
import { requireShardIndex, shardToRead } from "./operations/resolve";
import type { Shard } from "./streams/shard";
import type { Stream } from "./streams/stream";

/** Where reading begins: behind a sequence number, with the first record since a time, or at one of the ends. */
export type ReaderStart =
  | { readonly after: string }
  /** With the record itself. */
  | { readonly at: string }
  /** So many records before a sequence number, or before the end. */
  | { readonly back: number; readonly before?: string | undefined }
  /** Milliseconds since 1970. */
  | { readonly since: number }
  | "oldest"
  | "newest";

export interface ReadLimits {
  readonly records: number;
  /** Of data and partition keys; one record is given though it is larger. */
  readonly bytes: number;
}

/** Reads a shard in order within this process: no HTTP, no base64, no limit of AWS's. */
export class ShardReader {
  private constructor(
    private readonly kinesis: Context,
    private readonly stream: Stream,
    private readonly shard: Shard,
    private from: number,
  ) {}

  /** @throws AwsError when there is no such stream or shard, or the sequence number is of another. */
  static async open(
    kinesis: Context,
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

  /** The records that come next, which may be none. */
  async read(limits: ReadLimits): Promise<ShardRead> {
    const read = await readShard(this.stream, this.shard, this.kinesis.clock, { ...limits, from: this.from });
    this.from = read.next;
    return read;
  }

  /** Resolves when there may be more to read, or when aborted. */
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

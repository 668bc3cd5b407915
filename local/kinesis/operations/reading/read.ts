import type { Clock } from "../../clock";
import type { Output } from "../../protocol/model";
import { RecordList } from "../../streams/record-list";
import type { Shard } from "../../streams/shard";
import { shardName } from "../../streams/state";
import type { StoredStream } from "../../streams/stream";

export interface ShardRead {
  readonly records: RecordList;
  /** Number of the record from which to continue reading. */
  readonly next: number;
  /** How far the reader is behind the newest record, or 0 when it has read everything. Milliseconds. */
  readonly behind: number;
  /** Whether the shard is closed and all its records have been read. */
  readonly ended: boolean;
  readonly children: Output<"GetRecords">["ChildShards"];
}

/** Reads a shard, and tells the reader's position afterwards. GetRecords and SubscribeToShard both use it. */
export async function readShard(
  stream: StoredStream,
  shard: Shard,
  clock: Clock,
  limits: { readonly from: number; readonly records: number; readonly bytes: number },
): Promise<ShardRead> {
  // This is read before the records, since a record that is written in between belongs to the next call.
  const sealed = shard.ended;
  const { slices, next } = await shard.log.read({ ...limits, notBefore: stream.horizon() });
  const records = new RecordList(shard, slices);
  const ended = sealed && records.length === 0 && next >= shard.log.next;
  const now = clock.now();
  let behind = 0;
  if (ended) behind = Math.max(0, now - (shard.state.closedAt ?? now));
  else if (next < shard.log.next) behind = Math.max(0, now - (records.lastArrival ?? now));
  return {
    records,
    next,
    behind,
    ended,
    children: ended ? children(stream, shard) : undefined,
  };
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ChildShard.html */
function children(stream: StoredStream, shard: Shard): Output<"GetRecords">["ChildShards"] {
  return stream.children(shard).map(({ id, state }) => ({
    ShardId: id,
    ParentShards: [state.parent, state.adjacentParent]
      .filter((parent) => parent !== undefined)
      .map((parent) => shardName(parent)),
    HashKeyRange: { StartingHashKey: state.from, EndingHashKey: state.to },
  }));
}

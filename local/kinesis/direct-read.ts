import type { Account } from "./account";
import { startOf } from "./operations/position";
import { readShard } from "./operations/read";
import { requireShardIndex, shardToRead } from "./operations/resolve";

export interface DirectReadInput {
  readonly streamName: string;
  readonly shardId: string;
  /** Sequence number of the last record that was read; absent to begin with the oldest. */
  readonly after?: string;
  /** Records to bring at most. */
  readonly records: number;
  /** Bytes of records to bring at most; at least one record is brought. */
  readonly bytes: number;
}

export interface DirectRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

export interface DirectRead {
  readonly records: readonly DirectRecord[];
  /** How long ago the records came that are still ahead. Milliseconds, 0 when none are. */
  readonly behind: number;
  /** The shard is closed and read to its end. */
  readonly ended: boolean;
}

/**
 * Reads the log of a shard for a consumer in this process. No request, iterator or encoding is in between, and the
 * shard's limits on reading do not count it.
 *
 * @throws AwsError ResourceNotFoundException when there is no such stream or shard, InvalidArgumentException when the
 *   sequence number is not one of this shard.
 */
export async function readDirectly(kinesis: Account, input: DirectReadInput): Promise<DirectRead> {
  const { streamName, shardId, after, records: most, bytes } = input;
  const index = requireShardIndex(kinesis, streamName, shardId);
  const { stream, shard } = shardToRead(kinesis, streamName, index);
  const from = await startOf(kinesis, stream, shard, {
    type: after === undefined ? "TRIM_HORIZON" : "AFTER_SEQUENCE_NUMBER",
    sequenceNumber: after,
    operation: "GetShardIterator",
  });
  const { records, behind, ended } = await readShard(stream, shard, kinesis.clock, {
    from,
    records: most,
    bytes,
  });
  return {
    records: Array.from(records, (record) => ({
      sequenceNumber: record.SequenceNumber,
      partitionKey: record.PartitionKey,
      data: record.Data,
      arrival: record.ApproximateArrivalTimestamp ?? kinesis.clock.now(),
    })),
    behind,
    ended,
  };
}

import type { KinesisContext } from "../../context";
import { internalFailure, invalidArgument } from "../../protocol/errors";
import type { WireValue } from "../../protocol/shape";
import type { shardIteratorType } from "../../protocol/shapes";
import { parseSequenceNumber } from "../../streams/sequence-number";
import type { Shard } from "../../streams/shard";
import { shardName } from "../../streams/state";
import type { StoredStream } from "../../streams/stream";

export interface Start {
  readonly type: WireValue<typeof shardIteratorType>;
  readonly sequenceNumber?: string | undefined;
  /** Time for the type AT_TIMESTAMP. Milliseconds since 1970. */
  readonly timestamp?: number | undefined;
  readonly operation: "GetShardIterator" | "SubscribeToShard";
}

/**
 * Number of the record with which reading begins.
 *
 * @throws KinesisError when the parts of the position contradict each other, or the sequence number belongs to another
 * shard.
 */
export async function startOf(
  kinesis: KinesisContext,
  stream: StoredStream,
  shard: Shard,
  start: Start,
): Promise<number> {
  const { type, sequenceNumber, timestamp } = start;
  if (sequenceNumber !== undefined && sequenceNumber !== "") {
    if (type === "TRIM_HORIZON" || type === "LATEST")
      throw invalidArgument(`${eitherOr} Request specified ${type} and also a StartingSequenceNumber.`);
    if (type !== "AT_TIMESTAMP") return recordOf(kinesis, stream, shard, start, sequenceNumber);
  }
  switch (type) {
    case "TRIM_HORIZON":
      return shard.log.oldest;
    case "LATEST":
      return shard.log.next;
    case "AT_TIMESTAMP": {
      const now = kinesis.clock.now();
      if (timestamp === undefined)
        throw invalidArgument(
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
        );
      if (timestamp > now)
        throw invalidArgument(
          `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timestamp}, currentTimestampInMillis: ${now}`,
        );
      return shard.log.firstSince(Math.max(timestamp, stream.horizon()));
    }
    default:
      throw invalidArgument(`${eitherOr} Request specified ${type} and no StartingSequenceNumber.`);
  }
}

const eitherOr =
  "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber.";

function recordOf(
  kinesis: KinesisContext,
  stream: StoredStream,
  shard: Shard,
  { type, operation }: Start,
  sequenceNumber: string,
): number {
  const used = `StartingSequenceNumber ${sequenceNumber} used in ${operation} on shard ${shard.id} in stream ${stream.name} under account ${kinesis.accountId} is invalid`;
  const number = parseSequenceNumber(sequenceNumber);
  if (!number) throw invalidArgument(`${used}.`);
  const { index, created } = shard.state;
  if (number.shardIndex !== index)
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardName(number.shardIndex)}, while it was used in a call to a shard with ${shard.id}`,
    );
  if (number.version !== 2 || number.shardCreated !== created) {
    if (number.version === 0) throw internalFailure();
    throw invalidArgument(`${used} because it did not come from this stream.`);
  }
  return type === "AT_SEQUENCE_NUMBER" ? shard.recordAt(number) : shard.recordAfter(number);
}

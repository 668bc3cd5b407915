import type { KinesisContext } from "../context";
import { invalidArgument, KinesisError, validation } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import { decodeIterator, encodeIterator, iteratorLifetime } from "../streams/iterator";
import type { PutResults } from "../streams/put-results";
import { parseSequenceNumber } from "../streams/sequence-number";
import type { Shard } from "../streams/shard";
import type { PutEntry, StoredStream } from "../streams/stream";
import { startOf } from "./reading/position";
import { readShard } from "./reading/read";
import {
  requiredStream,
  requireShardIndex,
  type StreamSelector,
  shardToRead,
  streamNameOf,
  streamNotFound,
} from "./resolve";

const mebibyte = 1024 * 1024;
/** Largest size of the data and partition keys of a PutRecords call. Bytes. */
const mostPutBytes = 10 * mebibyte;
/** Largest size of the records that a GetRecords call returns. Bytes. */
const mostReadBytes = 10 * mebibyte;
const mostReadRecords = 10_000;

export async function putRecord(
  kinesis: KinesisContext,
  input: Input<"PutRecord">,
): Promise<Output<"PutRecord">> {
  const stream = writableStream(kinesis, input);
  const { PartitionKey, Data, ExplicitHashKey, SequenceNumberForOrdering: ordering } = input;
  requireRecordSize(stream, PartitionKey, Data);
  if (ordering !== undefined) {
    const number = parseSequenceNumber(ordering);
    if (!number || number.arrived * 1000 > kinesis.clock.now())
      throw invalidArgument(
        `ExclusiveMinimumSequenceNumber ${ordering} used in PutRecord on stream ${stream.name} under account ${kinesis.accountId} is invalid.`,
      );
  }
  const results = await put(kinesis, stream, [{ PartitionKey, Data, ExplicitHashKey }]);
  return { ...results.first(), EncryptionType: encryption(stream) };
}

export async function putRecords(
  kinesis: KinesisContext,
  input: Input<"PutRecords">,
): Promise<Output<"PutRecords">> {
  const stream = writableStream(kinesis, input);
  let bytes = 0;
  for (let i = 0; i < input.Records.length; i++) {
    const { PartitionKey, Data } = input.Records[i] as PutEntry;
    requireRecordSize(stream, PartitionKey, Data, i + 1);
    bytes += Data.length + PartitionKey.length;
  }
  if (bytes > mostPutBytes) throw invalidArgument(`Records size exceeds ${mostPutBytes / mebibyte} MB limit`);
  const results = await put(kinesis, stream, input.Records);
  return {
    FailedRecordCount: results.failures,
    Records: results,
    EncryptionType: encryption(stream),
  };
}

function writableStream(kinesis: KinesisContext, reference: StreamSelector): StoredStream {
  const stream = requiredStream(kinesis, reference);
  const { status } = stream.state;
  if (status !== "ACTIVE" && status !== "UPDATING") throw streamNotFound(kinesis, stream.name);
  return stream;
}

const encryption = ({ state }: StoredStream) => (state.keyId === undefined ? undefined : ("KMS" as const));

/**
 * Requires a record's data and partition key together not to exceed the stream's maximum record size.
 *
 * @param place Position of the record in a PutRecords call, beginning at 1.
 * @throws KinesisError when the record is too large.
 */
function requireRecordSize(stream: StoredStream, key: string, data: Uint8Array, place?: number): void {
  const limit = stream.state.maxRecordKiB * 1024;
  // A UTF-16 code unit needs at most three bytes in UTF-8.
  if (data.length + key.length * 3 <= limit) return;
  const member = place === undefined ? "data" : `records.${place}.member.data`;
  if (data.length > limit)
    throw validation(
      `1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=${data.length} cap=${data.length}]' at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
    );
  if (data.length + Buffer.byteLength(key) > limit)
    throw invalidArgument(
      `The size of a record's data and partition key together exceeds the stream's maximum record size of ${limit} bytes.`,
    );
}

async function put(
  kinesis: KinesisContext,
  stream: StoredStream,
  entries: readonly PutEntry[],
): Promise<PutResults> {
  const results = await stream.put(entries);
  let bytes = 0;
  for (let i = 0; i < entries.length; i++) {
    const { Data, PartitionKey } = entries[i] as PutEntry;
    if (results.stored(i)) bytes += Data.length + PartitionKey.length;
  }
  const records = entries.length - results.failures;
  if (records > 0) kinesis.onPut({ stream: stream.name, records, bytes });
  return results;
}

export async function getShardIterator(
  kinesis: KinesisContext,
  input: Input<"GetShardIterator">,
): Promise<Output<"GetShardIterator">> {
  const name = streamNameOf(kinesis, input);
  const index = requireShardIndex(kinesis, name, input.ShardId);
  const { stream, shard } = shardToRead(kinesis, name, index);
  const from = await startOf(kinesis, stream, shard, {
    type: input.ShardIteratorType,
    sequenceNumber: input.StartingSequenceNumber,
    timestamp: input.Timestamp,
    operation: "GetShardIterator",
  });
  return { ShardIterator: iteratorAt(kinesis, stream, shard, from) };
}

function iteratorAt(kinesis: KinesisContext, stream: StoredStream, shard: Shard, from: number): string {
  const position = {
    streamId: stream.state.id,
    streamName: stream.name,
    shardIndex: shard.state.index,
    from,
    givenAt: kinesis.clock.now(),
  };
  return encodeIterator(position, kinesis.store.iteratorKey);
}

export async function getRecords(
  kinesis: KinesisContext,
  input: Input<"GetRecords">,
): Promise<Output<"GetRecords">> {
  const position = decodeIterator(input.ShardIterator, kinesis.store.iteratorKey);
  const now = kinesis.clock.now();
  if (!position || position.givenAt > now) throw invalidArgument("Invalid ShardIterator.");
  if (now - position.givenAt > iteratorLifetime)
    throw new KinesisError(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${javaDate(position.givenAt)} while right now it is ${javaDate(now)} which is further in the future than the tolerated delay of ${iteratorLifetime} milliseconds.`,
    );
  const { stream, shard } = shardToRead(kinesis, position.streamName, position.shardIndex);
  if (stream.state.id !== position.streamId) throw invalidArgument("Invalid ShardIterator.");
  stream.admitRead(shard, now);
  const read = await readShard(stream, shard, kinesis.clock, {
    from: position.from,
    records: input.Limit ?? mostReadRecords,
    bytes: mostReadBytes,
  });
  if (kinesis.enforceLimits) shard.noteRead(read.records.size, now);
  return {
    Records: read.records,
    NextShardIterator: read.ended ? undefined : iteratorAt(kinesis, stream, shard, read.next),
    MillisBehindLatest: read.behind,
    ChildShards: read.children,
  };
}

/** A time in the format of Java's `Date.toString`, such as "Thu Jan 22 01:22:02 UTC 2015". */
function javaDate(time: number): string {
  const [, weekday, day, month, year, clock] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(new Date(time).toUTCString()) ?? [];
  return `${weekday} ${month} ${day} ${clock} UTC ${year}`;
}

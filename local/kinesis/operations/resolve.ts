import type { KinesisContext } from "../context";
import { invalidArgument, limitExceeded, notFound, resourceInUse } from "../protocol/errors";
import type { Shard } from "../streams/shard";
import { isOpen, type StreamState, shardIndexOf, shardName } from "../streams/state";
import type { StoredStream } from "../streams/stream";

/** The members with which a call identifies its stream. */
export interface StreamSelector {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
}

/** The name of the stream that a call identifies. A stream with this name need not exist. */
export function streamNameOf(kinesis: KinesisContext, reference: StreamSelector): string {
  const { StreamName, StreamARN, StreamId } = reference;
  const byId = StreamId && kinesis.streams.find(({ state }) => state.id === StreamId)?.name;
  if (StreamId && !byId) throw notFound(`Stream ${StreamId} under account ${kinesis.accountId} not found.`);
  const byArn = StreamARN && nameInArn(kinesis, StreamARN);
  const names = new Set([StreamName, byArn, byId].filter((name) => name !== undefined));
  if (names.size > 1)
    throw invalidArgument(
      `StreamName, StreamARN and StreamId name different streams: ${[...names].join(", ")}.`,
    );
  const [name] = names;
  if (name === undefined) throw invalidArgument("Either StreamName or StreamARN should be provided.");
  return name;
}

function nameInArn(kinesis: KinesisContext, arn: string): string {
  const name = arn.slice(arn.indexOf(":stream/") + ":stream/".length);
  if (arn !== kinesis.streamArn(name)) {
    const account = arn.split(":")[4];
    throw notFound(`Stream ${name} under account ${account} not found.`);
  }
  return name;
}

/** @throws KinesisError ResourceNotFoundException when the stream does not exist. */
export function requiredStream(kinesis: KinesisContext, reference: StreamSelector): StoredStream {
  const name = streamNameOf(kinesis, reference);
  const stream = kinesis.stream(name);
  if (!stream) throw streamNotFound(kinesis, name);
  return stream;
}

export const streamNotFound = (kinesis: KinesisContext, name: string) =>
  notFound(`Stream ${name} under account ${kinesis.accountId} not found.`);

/** @throws KinesisError ResourceInUseException when the stream is not ACTIVE. */
export function activeStreamOf(kinesis: KinesisContext, reference: StreamSelector): StoredStream {
  const stream = requiredStream(kinesis, reference);
  requireActive(kinesis, stream.state);
  return stream;
}

export function requireActive(kinesis: KinesisContext, { name, status }: StreamState): void {
  if (status !== "ACTIVE")
    throw resourceInUse(
      `Stream ${name} under account ${kinesis.accountId} not ACTIVE, instead in state ${status}`,
    );
}

/** The shard that a call is to split or merge. @throws KinesisError when it does not exist, or is already closed. */
export function shardToReshard(kinesis: KinesisContext, stream: StoredStream, shardId: string): Shard {
  const index = requireShardIndex(kinesis, stream.name, shardId);
  const shard = stream.shard(index);
  if (!shard) throw shardNotFound(kinesis, stream.name, shardName(index));
  if (!isOpen(shard.state))
    throw invalidArgument(
      `Shard ${shard.id} in stream ${stream.name} under account ${kinesis.accountId} has already been merged or split, and thus is not eligible for merging or splitting.`,
    );
  return shard;
}

/** The index in a shard's id. @throws KinesisError when the text cannot be a shard id. */
export function requireShardIndex(kinesis: KinesisContext, streamName: string, shardId: string): number {
  const index = shardIndexOf(shardId);
  if (index === undefined) throw shardNotFound(kinesis, streamName, shardId);
  return index;
}

function shardNotFound(kinesis: KinesisContext, streamName: string, shardId: string): Error {
  return notFound(
    `Could not find shard ${shardId} in stream ${streamName} under account ${kinesis.accountId}.`,
  );
}

/** The shard that a call is to read. @throws KinesisError when it does not exist. */
export function shardToRead(
  kinesis: KinesisContext,
  streamName: string,
  shardIndex: number,
): { stream: StoredStream; shard: Shard } {
  const stream = kinesis.stream(streamName);
  const shard = stream?.shard(shardIndex);
  if (!stream || !shard)
    throw notFound(
      `Shard ${shardName(shardIndex)} in stream ${streamName} under account ${kinesis.accountId} does not exist`,
    );
  return { stream, shard };
}

/** @throws KinesisError LimitExceededException when the account's provisioned streams would have too many shards. */
export function requireShards(kinesis: KinesisContext, additional: number): void {
  const open = provisionedShards(kinesis);
  if (open + additional <= kinesis.shardLimit) return;
  throw limitExceeded(
    `This request would exceed the shard limit for the account ${kinesis.accountId} in ${kinesis.region}. Current shard count for the account: ${open}. Limit: ${kinesis.shardLimit}. Number of additional shards that would have resulted from this request: ${additional}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
  );
}

export function provisionedShards(kinesis: KinesisContext): number {
  return kinesis.streams
    .filter(({ state }) => state.mode === "PROVISIONED")
    .reduce((sum, { openShardCount }) => sum + openShardCount, 0);
}

import type { KinesisContext } from "../context";
import { invalidArgument, limitExceeded, resourceInUse, validation } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import { firstShards } from "../streams/on-demand";
import { isOpen, type ShardState, type StreamState, shardIndexOf, shardName } from "../streams/state";
import type { StoredStream } from "../streams/stream";
import { requireOnDemandForAuto, requireWarmThroughput, warmShards } from "./capacity";
import { provisionedShards, requiredStream, requireShards } from "./resolve";
import { requireTags } from "./tags";
import { openToken, sealToken } from "./token";

/** Largest number of shards that DescribeStream returns. */
const describedShards = 100;
const listedStreams = 100;
/** Largest number of streams in the CREATING state. */
const creatingAtOnce = 5;

export function createStream(kinesis: KinesisContext, input: Input<"CreateStream">): undefined {
  const { StreamName: name, ShardCount, Tags: tags = {}, WarmThroughputMiBps } = input;
  const mode = input.StreamModeDetails?.StreamMode ?? "PROVISIONED";
  const onDemand = mode === "ON_DEMAND";
  if (onDemand && ShardCount !== undefined)
    throw validation("ShardCount can't be given for a stream in the ON_DEMAND mode.");
  if (!onDemand && ShardCount === undefined)
    throw validation(
      "1 validation error detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be null",
    );
  requireTags(
    tags,
    tags,
    (reason) => `Failed to create stream ${name} under account ${kinesis.accountId} because ${reason}`,
  );
  if (WarmThroughputMiBps !== undefined) requireWarmThroughput(kinesis, mode, WarmThroughputMiBps);
  const distribution = input.RecordDistributionStrategy ?? "USER_PARTITION_KEY";
  if (distribution === "AUTO") requireOnDemandForAuto(mode);
  if (kinesis.stream(name))
    throw resourceInUse(`Stream ${name} under account ${kinesis.accountId} already exists.`);
  if (!onDemand) requireShards(kinesis, ShardCount ?? 0);
  const creating = kinesis.streams.filter(({ state }) => state.status === "CREATING").length;
  if (kinesis.enforceLimits && creating >= creatingAtOnce)
    throw limitExceeded(
      `Only ${creatingAtOnce} streams can be in the CREATING state at once; ${creating} are.`,
    );
  const shards = onDemand ? Math.max(firstShards, warmShards(WarmThroughputMiBps)) : (ShardCount ?? 0);
  kinesis.addStream(
    {
      name,
      mode,
      tags,
      distribution,
      maxRecordKiB: input.MaxRecordSizeInKiB ?? 1024,
      ...(WarmThroughputMiBps === undefined ? {} : { warmThroughput: WarmThroughputMiBps }),
    },
    shards,
  );
}

export function deleteStream(kinesis: KinesisContext, input: Input<"DeleteStream">): undefined {
  const stream = requiredStream(kinesis, input);
  if (stream.state.consumers.length > 0 && !input.EnforceConsumerDeletion)
    throw resourceInUse(
      `Stream ${stream.name} under account ${kinesis.accountId} has registered consumers. Deregister them, or set EnforceConsumerDeletion.`,
    );
  stream.begin("DELETING", { kind: "delete" }, { consumers: [] });
  stream.wake();
}

export function describeStream(
  kinesis: KinesisContext,
  input: Input<"DescribeStream">,
): Output<"DescribeStream"> {
  const stream = requiredStream(kinesis, input);
  const { state } = stream;
  const limit = Math.min(input.Limit ?? describedShards, describedShards);
  const rest = shardsBehind(state, input.ExclusiveStartShardId);
  return {
    StreamDescription: {
      ...common(kinesis, state),
      Shards: rest.slice(0, limit).map((shard) => describeShard(stream, shard)),
      HasMoreShards: rest.length > limit,
    },
  };
}

/** A stream's shards after the given one, in the order of their ids. Without one, all its shards. */
export function shardsBehind(state: StreamState, shardId: string | undefined): readonly ShardState[] {
  if (shardId === undefined) return state.shards;
  const index = shardIndexOf(shardId);
  return index === undefined ? [] : state.shards.filter((shard) => shard.index > index);
}

export function describeShard(stream: StoredStream, { index, from, to, parent, adjacentParent }: ShardState) {
  const shard = stream.shard(index);
  const idOf = (parentIndex: number | undefined) =>
    parentIndex === undefined ? undefined : shardName(parentIndex);
  return {
    ShardId: shardName(index),
    ParentShardId: idOf(parent),
    AdjacentParentShardId: idOf(adjacentParent),
    HashKeyRange: { StartingHashKey: from, EndingHashKey: to },
    SequenceNumberRange: {
      StartingSequenceNumber: shard?.startingSequenceNumber ?? "",
      EndingSequenceNumber: shard?.endingSequenceNumber,
    },
  };
}

/**
 * Describes a stream without its StreamId, which AWS returns too. Clients that get one, such as the Kinesis Client
 * Library 3.5, use it from then on, and their SDK then derives one of AWS's host names from it and ignores the
 * configured endpoint.
 */
export function describeStreamSummary(
  kinesis: KinesisContext,
  input: Input<"DescribeStreamSummary">,
): Output<"DescribeStreamSummary"> {
  const { state } = requiredStream(kinesis, input);
  return {
    StreamDescriptionSummary: {
      ...common(kinesis, state),
      OpenShardCount: state.shards.filter(isOpen).length,
      ConsumerCount: state.consumers.length,
      WarmThroughput:
        state.warmThroughput === undefined
          ? undefined
          : { TargetMiBps: state.warmThroughput, CurrentMiBps: state.warmThroughput },
      MaxRecordSizeInKiB: state.maxRecordKiB,
      RecordDistributionStrategy: state.distribution,
    },
  };
}

function common(kinesis: KinesisContext, state: StreamState) {
  return {
    StreamName: state.name,
    StreamARN: kinesis.streamArn(state.name),
    StreamStatus: state.status,
    StreamModeDetails: { StreamMode: state.mode },
    RetentionPeriodHours: state.retentionHours,
    StreamCreationTimestamp: state.createdAt,
    EnhancedMonitoring: [{ ShardLevelMetrics: state.metrics }],
    EncryptionType: state.keyId === undefined ? ("NONE" as const) : ("KMS" as const),
    KeyId: state.keyId,
  };
}

export function listStreams(kinesis: KinesisContext, input: Input<"ListStreams">): Output<"ListStreams"> {
  const { Limit: limit = listedStreams, ExclusiveStartStreamName, NextToken } = input;
  if (NextToken !== undefined && ExclusiveStartStreamName !== undefined)
    throw invalidArgument("NextToken and ExclusiveStartStreamName cannot be provided together.");
  const after =
    NextToken === undefined ? ExclusiveStartStreamName : openToken<string>(kinesis, "streams", NextToken);
  const rest = kinesis.streams.filter(({ name }) => after === undefined || name > after);
  const listed = rest.slice(0, limit);
  const more = rest.length > limit;
  return {
    StreamNames: listed.map(({ name }) => name),
    HasMoreStreams: more,
    NextToken: more ? sealToken(kinesis, "streams", listed.at(-1)?.name) : undefined,
    StreamSummaries: listed.map(({ state }) => ({
      StreamName: state.name,
      StreamARN: kinesis.streamArn(state.name),
      StreamStatus: state.status,
      StreamModeDetails: { StreamMode: state.mode },
      StreamCreationTimestamp: state.createdAt,
    })),
  };
}

export function describeLimits(kinesis: KinesisContext): Output<"DescribeLimits"> {
  return {
    ShardLimit: kinesis.shardLimit,
    OpenShardCount: provisionedShards(kinesis),
    OnDemandStreamCount: kinesis.streams.filter(({ state }) => state.mode === "ON_DEMAND").length,
    OnDemandStreamCountLimit: 50,
  };
}

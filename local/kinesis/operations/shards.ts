import type { KinesisContext } from "../context";
import { invalidArgument, limitExceeded, validation } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import { isOpen, type ShardState, type StreamState } from "../streams/state";
import type { StoredStream } from "../streams/stream";
import {
  activeStreamOf,
  requireActive,
  requiredStream,
  requireShardIndex,
  requireShards,
  shardToReshard,
  streamNameOf,
  streamNotFound,
} from "./resolve";
import { describeShard, shardsBehind } from "./streams";
import { openToken, sealToken } from "./token";

const listedShards = 1000;
const mostShards = 10_000;
const day = 86_400_000;
const scalingsADay = 10;

interface Place {
  readonly streamId: string;
  readonly after: number;
  readonly filter?: Input<"ListShards">["ShardFilter"];
}

export function listShards(kinesis: KinesisContext, input: Input<"ListShards">): Output<"ListShards"> {
  const { NextToken, StreamName, StreamARN, StreamId, ExclusiveStartShardId, StreamCreationTimestamp } =
    input;
  const named = StreamName ?? StreamARN ?? StreamId;
  if (named === undefined && NextToken === undefined)
    throw invalidArgument("Either NextToken or StreamName should be provided.");
  if (named !== undefined && NextToken !== undefined)
    throw invalidArgument("NextToken and StreamName cannot be provided together.");
  if (
    NextToken !== undefined &&
    (ExclusiveStartShardId ?? StreamCreationTimestamp ?? input.ShardFilter) !== undefined
  )
    throw invalidArgument(
      "NextToken and ExclusiveStartShardId, StreamCreationTimestamp or ShardFilter cannot be provided together.",
    );
  const place = NextToken === undefined ? undefined : openToken<Place>(kinesis, "shards", NextToken);
  const stream = place
    ? requiredStream(kinesis, { StreamId: place.streamId })
    : requiredStream(kinesis, input);
  const { state } = stream;
  if (StreamCreationTimestamp !== undefined && seconds(StreamCreationTimestamp) !== seconds(state.createdAt))
    throw streamNotFound(kinesis, stream.name);
  const filter = place ? place.filter : input.ShardFilter;
  const rest = place
    ? state.shards.filter(({ index }) => index > place.after)
    : shardsBehind(state, ExclusiveStartShardId);
  const matching = filtered(kinesis, stream, rest, filter);
  const limit = Math.min(input.MaxResults ?? listedShards, listedShards);
  const listed = matching.slice(0, limit);
  const next: Place = { streamId: state.id, after: listed.at(-1)?.index ?? 0, filter };
  return {
    Shards: listed.map((shard) => describeShard(stream, shard)),
    NextToken: matching.length > limit ? sealToken(kinesis, "shards", next) : undefined,
  };
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html */
function filtered(
  kinesis: KinesisContext,
  stream: StoredStream,
  shards: readonly ShardState[],
  filter: Place["filter"] = { Type: "FROM_TRIM_HORIZON" },
): readonly ShardState[] {
  const { Type, ShardId, Timestamp } = filter;
  if ((Type === "AFTER_SHARD_ID") !== (ShardId !== undefined))
    throw invalidArgument(
      ShardId === undefined
        ? "ShardId must be provided when the ShardFilter type is AFTER_SHARD_ID."
        : `ShardId cannot be provided when the ShardFilter type is ${Type}.`,
    );
  const timed = Type === "AT_TIMESTAMP" || Type === "FROM_TIMESTAMP";
  if (timed !== (Timestamp !== undefined))
    throw invalidArgument(
      timed
        ? `Timestamp must be provided when the ShardFilter type is ${Type}.`
        : `Timestamp cannot be provided when the ShardFilter type is ${Type}.`,
    );
  const horizon = stream.horizon();
  const openAt = (time: number) =>
    shards.filter((shard) => shard.created * 1000 <= time && endOf(shard) >= time);
  const from = (time: number) => shards.filter((shard) => endOf(shard) >= time);
  switch (Type) {
    case "AFTER_SHARD_ID": {
      const after = requireShardIndex(kinesis, stream.name, ShardId ?? "");
      return shards.filter(({ index }) => index > after);
    }
    case "AT_LATEST":
      return shards.filter(isOpen);
    case "FROM_TRIM_HORIZON":
      return from(horizon);
    case "AT_TRIM_HORIZON":
      // The horizon of a stream that is younger than its retention period is the creation of its first shards.
      return openAt(Math.max(horizon, Math.min(...stream.state.shards.map(({ created }) => created * 1000))));
    case "AT_TIMESTAMP":
      return openAt(Math.max(Timestamp ?? 0, horizon));
    case "FROM_TIMESTAMP":
      return from(Math.max(Timestamp ?? 0, horizon));
  }
}

const endOf = ({ closedAt }: ShardState): number => closedAt ?? Number.POSITIVE_INFINITY;

export function splitShard(kinesis: KinesisContext, input: Input<"SplitShard">): undefined {
  requireShardIndex(kinesis, streamNameOf(kinesis, input), input.ShardToSplit);
  const stream = activeStreamOf(kinesis, input);
  requireProvisioned(stream.state);
  const shard = shardToReshard(kinesis, stream, input.ShardToSplit);
  requireShards(kinesis, 1);
  const { NewStartingHashKey: at } = input;
  const { index, from, to } = shard.state;
  if (BigInt(at) <= BigInt(from) + 1n || BigInt(at) >= BigInt(to))
    throw invalidArgument(
      `NewStartingHashKey ${at} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ${kinesis.accountId} is not both greater than one plus the shard's StartingHashKey ${from} and less than the shard's EndingHashKey ${to}.`,
    );
  stream.begin("UPDATING", { kind: "split", shard: index, at });
}

export function mergeShards(kinesis: KinesisContext, input: Input<"MergeShards">): undefined {
  const { ShardToMerge, AdjacentShardToMerge } = input;
  const name = streamNameOf(kinesis, input);
  for (const shardId of [ShardToMerge, AdjacentShardToMerge]) requireShardIndex(kinesis, name, shardId);
  const stream = activeStreamOf(kinesis, input);
  requireProvisioned(stream.state);
  const shard = shardToReshard(kinesis, stream, ShardToMerge);
  const adjacent = shardToReshard(kinesis, stream, AdjacentShardToMerge);
  // The shard with the lower hash keys must be given first.
  if (BigInt(shard.state.to) + 1n !== BigInt(adjacent.state.from))
    throw invalidArgument(
      `Shards ${shard.id} and ${adjacent.id} in stream ${stream.name} under account ${kinesis.accountId} are not an adjacent pair of shards eligible for merging`,
    );
  stream.begin("UPDATING", { kind: "merge", shard: shard.state.index, adjacent: adjacent.state.index });
}

export function updateShardCount(
  kinesis: KinesisContext,
  input: Input<"UpdateShardCount">,
): Output<"UpdateShardCount"> {
  const stream = requiredStream(kinesis, input);
  requireActive(kinesis, stream.state);
  requireProvisioned(stream.state);
  const { TargetShardCount: target } = input;
  const open = stream.openShardCount;
  const counts = `Current open shard count: ${open}, Target shard count: ${target}`;
  const most = Math.min(kinesis.shardLimit, mostShards);
  if (target > most)
    throw limitExceeded(
      `Target shard count or number of open shards cannot be greater than ${most}. ${counts}`,
    );
  if (target > open * 2)
    throw limitExceeded(
      `UpdateShardCount cannot scale up over double your current open shard count. ${counts}`,
    );
  if (target < open / 2)
    throw limitExceeded(
      `UpdateShardCount cannot scale down below half your current open shard count. ${counts}`,
    );
  requireShards(kinesis, target - open);
  const now = kinesis.clock.now();
  const recent = stream.state.shardCountUpdates.filter((time) => time > now - day);
  if (kinesis.enforceLimits && recent.length >= scalingsADay)
    throw limitExceeded(
      `UpdateShardCount can be called ${scalingsADay} times in 24 hours for stream ${stream.name} under account ${kinesis.accountId}.`,
    );
  stream.begin("UPDATING", { kind: "scale", shards: target }, { shardCountUpdates: [...recent, now] });
  return {
    StreamName: stream.name,
    CurrentShardCount: open,
    TargetShardCount: target,
    StreamARN: kinesis.streamArn(stream.name),
  };
}

function requireProvisioned({ mode, name }: StreamState): void {
  if (mode !== "PROVISIONED")
    throw validation(
      `Stream ${name} is in the ON_DEMAND mode. This API is only supported for data streams with the PROVISIONED mode.`,
    );
}

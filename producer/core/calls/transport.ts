import {
  KinesisClient,
  type KinesisClientConfig,
  ListShardsCommand,
  type ListShardsCommandOutput,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { type HashRange, hexHashKey, ShardMap } from "../shards/shard-map";
import { endpointOfEnvironment } from "./endpoint";

/** The part of a `KinesisClient` that the producer uses. */
export type KinesisSender = Pick<KinesisClient, "send">;

/** Most connections to the endpoint, which must not be fewer than the calls in flight. */
const maxSockets = 128;

/**
 * A logger without `info` and `error`. For a logger that has them, as the default one does, the SDK deep-copies each
 * input and output. The methods here are those that the SDK's credential chain calls.
 */
const silentLogger = {
  trace: () => undefined,
  debug: () => undefined,
  warn: () => undefined,
} as unknown as NonNullable<KinesisClientConfig["logger"]>;

/**
 * A client for the producer. The SDK's own retries are off, because the producer knows which entries of a call failed.
 *
 * An `http:` endpoint is not AWS but an embedded Kinesis. It is reached over HTTP/1.1 with connections that are kept
 * alive, and never sees the user's credentials. AWS is reached over HTTP/2, the SDK's default.
 */
export function createClient({
  region,
  endpoint = endpointOfEnvironment(),
  profile,
}: Pick<KinesisClientConfig, "region" | "profile"> & { readonly endpoint?: string }): KinesisClient {
  const common = {
    endpoint,
    maxAttempts: 1,
    logger: silentLogger,
  };
  if (!endpoint?.startsWith("http:")) return new KinesisClient({ ...common, region, profile });
  return new KinesisClient({
    ...common,
    region: region ?? "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    requestHandler: new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets } }),
  });
}

/** Lists the open shards of a stream: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
export async function callListShards(
  client: KinesisSender,
  streamName: string,
  signal: AbortSignal,
): Promise<ShardMap> {
  const shards: HashRange[] = [];
  let nextToken: string | undefined;
  do {
    const page: ListShardsCommandOutput = await client.send(
      new ListShardsCommand(nextToken ? { NextToken: nextToken } : { StreamName: streamName }),
      { abortSignal: signal },
    );
    for (const { ShardId, HashKeyRange, SequenceNumberRange } of page.Shards ?? []) {
      if (SequenceNumberRange?.EndingSequenceNumber !== undefined) continue;
      shards.push({
        shardId: String(ShardId),
        startingHashKey: hexHashKey(String(HashKeyRange?.StartingHashKey)),
        endingHashKey: hexHashKey(String(HashKeyRange?.EndingHashKey)),
      });
    }
    nextToken = page.NextToken;
  } while (nextToken);
  return new ShardMap(shards);
}

import {
  KinesisClient,
  type KinesisClientConfig,
  ListShardsCommand,
  type ListShardsCommandOutput,
  PutRecordsCommand,
  type PutRecordsCommandOutput,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { type Entry, requestBody } from "./request-body";
import { hexHashKey, type Shard, ShardMap } from "./shard-map";

/** What the producer needs of a `KinesisClient`. */
export type KinesisSender = Pick<KinesisClient, "send">;

/** Connections to the endpoint at most: never fewer than calls in flight. */
const maxSockets = 128;

/**
 * A client for the producer: without the SDK's own retries, since the producer's retry knows which entries failed.
 *
 * An `http:` endpoint is no AWS but an embedded Kinesis: it is spoken to over HTTP/1.1 with connections kept alive,
 * and never shown the user's credentials. AWS is spoken to over HTTP/2, the SDK's default.
 */
export function createClient({
  region,
  endpoint,
  profile,
}: Pick<KinesisClientConfig, "region" | "profile"> & { readonly endpoint?: string }): KinesisClient {
  const silent = () => undefined;
  const common = {
    endpoint,
    maxAttempts: 1,
    // With its default logger the SDK deep-copies each input and output for it.
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  };
  if (!endpoint?.startsWith("http:")) return new KinesisClient({ ...common, region, profile });
  return new KinesisClient({
    ...common,
    region: region ?? "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    requestHandler: new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets } }),
  });
}

/** The open shards of a stream: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
export async function listShards(
  client: KinesisSender,
  streamName: string,
  signal: AbortSignal,
): Promise<ShardMap> {
  const shards: Shard[] = [];
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

/** One PutRecords call: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
export function putRecords(
  client: KinesisSender,
  streamName: string,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<PutRecordsCommandOutput> {
  if (!(client instanceof KinesisClient))
    return client.send(
      new PutRecordsCommand({
        StreamName: streamName,
        Records: entries.map(({ data, partitionKey, explicitHashKey }) => ({
          Data: data,
          PartitionKey: partitionKey,
          ExplicitHashKey: explicitHashKey,
        })),
      }),
      { abortSignal: signal },
    );

  // The SDK walks its schema for every member of every entry, which is most of a call's cost: the body is written
  // by us, and the SDK signs and sends it.
  const command = new PutRecordsCommand({ StreamName: streamName, Records: [] });
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: requestBody(streamName, entries) });
      return next(args);
    },
    { step: "build", priority: "high", name: "putRecordsBody" },
  );
  return client.send(command, { abortSignal: signal });
}

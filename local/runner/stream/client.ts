import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { KinesisStream } from "@streaming-data-lake/terraform/types";

/** A client for a local Kinesis. It uses plain HTTP and placeholder credentials. */
export function kinesisClient(endpoint: string, region: string): KinesisClient {
  return new KinesisClient({
    endpoint,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    }),
    // The SDK's default logger, although silent, makes the SDK copy every input and output.
    logger: undefined as never,
  });
}

/** A stream that was found or created. */
export interface ReadyStream {
  /** Number of open shards. It may differ from the stack's when the stream existed before. */
  readonly shards: number;
  /**
   * Whether the stream was created just now, so that checkpoints of an earlier stream of this name do not apply to it.
   */
  readonly created: boolean;
}

/** Creates the stream unless it exists, and waits until it is active. */
export async function ensureStream(
  client: KinesisClient,
  stream: KinesisStream,
  abortSignal?: AbortSignal,
): Promise<ReadyStream> {
  const StreamName = stream.name;
  let created = false;
  try {
    await client.send(new DescribeStreamSummaryCommand({ StreamName }), { abortSignal });
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: stream.shardCount }), {
      abortSignal,
    });
    created = true;
  }
  for (;;) {
    const { StreamDescriptionSummary: summary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName }),
      { abortSignal },
    );
    if (summary?.StreamStatus !== "ACTIVE") {
      await sleep(20, undefined, { signal: abortSignal });
      continue;
    }
    if ((summary.RetentionPeriodHours ?? 24) < stream.retentionHours)
      await client.send(
        new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: stream.retentionHours }),
        { abortSignal },
      );
    return { shards: summary.OpenShardCount ?? stream.shardCount, created };
  }
}

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

/** A client for a Kinesis on this machine: plain HTTP, and no one's credentials. */
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
    // The default logger, though silent, makes the SDK copy every input and output.
    logger: undefined as never,
  });
}

/**
 * Creates the stream unless it exists, and waits until it is active.
 *
 * @returns the number of open shards, which may differ from the stack's when the stream was there before.
 */
export async function ensureStream(client: KinesisClient, stream: KinesisStream): Promise<number> {
  const StreamName = stream.name;
  try {
    await client.send(new DescribeStreamSummaryCommand({ StreamName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: stream.shardCount }));
  }
  for (;;) {
    const { StreamDescriptionSummary: summary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    );
    if (summary?.StreamStatus !== "ACTIVE") {
      await sleep(20);
      continue;
    }
    if ((summary.RetentionPeriodHours ?? 24) < stream.retentionHours)
      await client.send(
        new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: stream.retentionHours }),
      );
    return summary.OpenShardCount ?? stream.shardCount;
  }
}

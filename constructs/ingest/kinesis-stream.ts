import { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { Construct } from "constructs";
import type { Problems } from "../core/problems";
import type { Metric } from "../monitoring/metric";

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html#kinesis-metrics-shard */
export type ShardLevelMetric =
  | "IncomingBytes"
  | "IncomingRecords"
  | "IteratorAgeMilliseconds"
  | "OutgoingBytes"
  | "OutgoingRecords"
  | "ReadProvisionedThroughputExceeded"
  | "WriteProvisionedThroughputExceeded";

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
export interface StreamProps {
  /** 1-128 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** @default "PROVISIONED" */
  readonly mode?: "PROVISIONED" | "ON_DEMAND";
  /** Shards, 1 or more; only when provisioned. A shard takes 1,000 records or 1 MB a second. @default 1 */
  readonly shardCount?: number;
  /** Hours that records stay readable, 24-8760; every hour above 24 costs extra. @default 24 */
  readonly retentionHours?: number;
  /** Customer-managed key. @default - the key that AWS manages, `alias/aws/kinesis` */
  readonly encryptionKey?: KmsKey;
  /** Metrics by shard; each is a paid custom metric. @default - none */
  readonly shardLevelMetrics?: readonly ShardLevelMetric[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching */
export const streamReadActions = [
  "kinesis:DescribeStream",
  "kinesis:DescribeStreamSummary",
  "kinesis:GetRecords",
  "kinesis:GetShardIterator",
  "kinesis:ListShards",
];

/** https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html */
export const streamWriteActions = [
  "kinesis:DescribeStreamSummary",
  "kinesis:ListShards",
  "kinesis:PutRecord",
  "kinesis:PutRecords",
];

const defaultRetentionHours = 24;

/** Hours that the records of a stream, existing or to be made, stay readable. */
export function retentionHoursOf(existing: KinesisStream | undefined, props: StreamProps): number {
  return (existing ? existing.retentionPeriodInput : props.retentionHours) ?? defaultRetentionHours;
}

export function checkStreamProps(problems: Problems, props: StreamProps, defaultName: string): void {
  problems.name(
    "name",
    props.name ?? defaultName,
    /^[a-zA-Z0-9_.-]{1,128}$/,
    "1-128 letters, digits and _.-",
  );
  problems.integer("retentionHours", props.retentionHours, 24, 8760, "hours");
  if (props.mode === "ON_DEMAND")
    problems.require(
      "shardCount",
      props.shardCount,
      props.shardCount === undefined,
      "an ON_DEMAND stream has no shard count",
    );
  else problems.integer("shardCount", props.shardCount, 1, 20_000, "shards");
}

/** A stream, encrypted at rest. */
export function createStream(scope: Construct, id: string, name: string, props: StreamProps): KinesisStream {
  const mode = props.mode ?? "PROVISIONED";
  return new KinesisStream(scope, id, {
    name: props.name ?? name,
    streamModeDetails: { streamMode: mode },
    shardCount: mode === "PROVISIONED" ? (props.shardCount ?? 1) : undefined,
    retentionPeriod: props.retentionHours ?? defaultRetentionHours,
    encryptionType: "KMS",
    kmsKeyId: props.encryptionKey?.arn ?? "alias/aws/kinesis",
    shardLevelMetrics: props.shardLevelMetrics && [...props.shardLevelMetrics],
    // Without it a destroy fails while a consumer is registered.
    enforceConsumerDeletion: true,
  });
}

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
export function streamMetric(stream: KinesisStream, metricName: string, statistic: string): Metric {
  return { namespace: "AWS/Kinesis", metricName, dimensions: { StreamName: stream.name }, statistic };
}

import { DataAwsKinesisStream } from "@cdktf/provider-aws/lib/data-aws-kinesis-stream";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import { streamLimits } from "@streaming-data-lake/rules/limits";
import { streamName } from "@streaming-data-lake/rules/names";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { grant } from "../access/grant";
import type { PolicyStatement } from "../access/policy-statement";
import type { Grantee } from "../access/role";
import { checkKey, decryptStatements, encryptStatements, type KeyReference, keyArn } from "../core/key";
import { madeHere } from "../core/made-here";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { list, number, oneOf, optional, pathIn, type Shapes, shaped, text } from "../core/shape";
import { claimName } from "../core/unique-names";
import type { Metric } from "../monitoring/metric";

const shardLevelMetrics = [
  "IncomingBytes",
  "IncomingRecords",
  "IteratorAgeMilliseconds",
  "OutgoingBytes",
  "OutgoingRecords",
  "ReadProvisionedThroughputExceeded",
  "WriteProvisionedThroughputExceeded",
] as const;

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html#kinesis-metrics-shard */
export type ShardLevelMetric = (typeof shardLevelMetrics)[number];

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
export interface StreamProps {
  /** Name of the stream: 1-128 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** Capacity mode of the stream. @default "PROVISIONED" */
  readonly mode?: "PROVISIONED" | "ON_DEMAND";
  /** Shards of a provisioned stream, 1 or more. A shard takes 1,000 records or 1 MiB a second. @default 1 */
  readonly shardCount?: number;
  /** Hours that records stay readable, 24-8760. AWS charges extra for more than 24. @default 24 */
  readonly retentionHours?: number;
  /** Customer-managed key of the stream. @default - the key that AWS manages, `alias/aws/kinesis` */
  readonly encryptionKey?: KeyReference;
  /** Metrics that are also published for each shard, and charged as custom metrics. @default - none */
  readonly shardLevelMetrics?: readonly ShardLevelMetric[];
}

export const streamShapes: Shapes<StreamProps> = {
  name: optional(text),
  mode: optional(oneOf("PROVISIONED", "ON_DEMAND")),
  shardCount: optional(number(streamLimits.shardCount)),
  retentionHours: optional(number(streamLimits.retentionHours)),
  encryptionKey: optional(references.key),
  shardLevelMetrics: optional(list(oneOf(...shardLevelMetrics))),
};

/** Properties of a stream that another app has created. */
export interface ExistingStreamProps {
  /**
   * Hours that its records stay readable, 24-8760.
   *
   * @default - those of this app's resource or data source, or else 24, the minimum
   */
  readonly retentionHours?: number;
  /**
   * The stream's customer-managed key. Grants include the key only if it is given here.
   *
   * @default - the key that AWS manages
   */
  readonly encryptionKey?: KeyReference;
}

const existingShapes: Shapes<ExistingStreamProps> = {
  retentionHours: optional(number(streamLimits.retentionHours)),
  encryptionKey: optional(references.key),
};

/** A Kinesis data stream, created by this app or by another. */
export interface IStream {
  readonly name: string;
  readonly arn: string;
  /** Hours that records stay readable; absent when this is not known. */
  readonly retentionHours?: number;
  /** Permissions that a reader needs, including those on the stream's key. */
  readonly readStatements: readonly PolicyStatement[];
  /** Permissions that Firehose needs, including those on the stream's key. */
  readonly deliveryStatements: readonly PolicyStatement[];
  /** Lets a consumer read records. */
  grantRead(grantee: Grantee): IamRolePolicy;
  /** Lets a producer put records. */
  grantWrite(grantee: Grantee): IamRolePolicy;
  /** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
  metric(metricName: string, statistic: string): Metric;
  metricIncomingRecords(): Metric;
  metricIncomingBytes(): Metric;
  /** Records that were refused because a shard was full. */
  metricWriteThrottles(): Metric;
  /** Reads that were refused because a shard's readers asked too often. */
  metricReadThrottles(): Metric;
}

/**
 * A stream: an `IStream`; its ARN; or an object with its ARN, such as a `KinesisStream` or a `DataAwsKinesisStream`.
 * Use {@link Stream.fromArn} to give the retention and the customer-managed key of an existing stream as well.
 */
export type StreamReference = IStream | string | { readonly arn: string };

export const streamReference = references.arnReference("a stream");

const managedKey = "alias/aws/kinesis";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching */
const readActions = [
  "kinesis:DescribeStream",
  "kinesis:DescribeStreamSummary",
  "kinesis:GetRecords",
  "kinesis:GetShardIterator",
  "kinesis:ListShards",
];

/** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
const deliveryActions = readActions.filter((action) => action !== "kinesis:DescribeStreamSummary");

/** https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html */
const writeActions = [
  "kinesis:DescribeStreamSummary",
  "kinesis:ListShards",
  "kinesis:PutRecord",
  "kinesis:PutRecords",
];

abstract class StreamBase extends Construct implements IStream {
  abstract readonly name: string;
  abstract readonly arn: string;
  abstract readonly retentionHours?: number;
  protected abstract readonly encryptionKey?: KeyReference;

  get readStatements(): readonly PolicyStatement[] {
    return [{ actions: [...readActions], resources: [this.arn] }, ...decryptStatements(this.encryptionKey)];
  }

  get deliveryStatements(): readonly PolicyStatement[] {
    return [{ actions: deliveryActions, resources: [this.arn] }, ...decryptStatements(this.encryptionKey)];
  }

  grantRead(grantee: Grantee): IamRolePolicy {
    ({ grantee } = shaped(this, { grantee }, { grantee: references.grantee }));
    return grant(this, grantee, this.readStatements);
  }

  grantWrite(grantee: Grantee): IamRolePolicy {
    ({ grantee } = shaped(this, { grantee }, { grantee: references.grantee }));
    return grant(this, grantee, [
      { actions: [...writeActions], resources: [this.arn] },
      ...encryptStatements(this.encryptionKey),
    ]);
  }

  metric(metricName: string, statistic: string): Metric {
    return { namespace: "AWS/Kinesis", metricName, dimensions: { StreamName: this.name }, statistic };
  }

  metricIncomingRecords(): Metric {
    return this.metric("IncomingRecords", "Sum");
  }

  metricIncomingBytes(): Metric {
    return this.metric("IncomingBytes", "Sum");
  }

  metricWriteThrottles(): Metric {
    return this.metric("WriteProvisionedThroughputExceeded", "Sum");
  }

  metricReadThrottles(): Metric {
    return this.metric("ReadProvisionedThroughputExceeded", "Sum");
  }
}

/** A Kinesis data stream that is encrypted at rest. */
export class Stream extends StreamBase {
  readonly stream: KinesisStream;
  readonly name: string;
  readonly arn: string;
  readonly retentionHours: number;
  protected readonly encryptionKey?: KeyReference;

  /** A stream that another app or stack has created, by its ARN. This construct does not change it. */
  static fromArn(scope: Construct, id: string, arn: string, known: ExistingStreamProps = {}): IStream {
    const path = pathIn(scope, id);
    arn = shaped(scope, { arn }, { arn: text }, path).arn;
    known = shaped(scope, known, existingShapes, path);
    return new ExistingStream(scope, id, arn, known);
  }

  constructor(scope: Construct, id: string, props: StreamProps = {}) {
    super(scope, id);
    props = shaped(this, props, streamShapes);
    const { mode = "PROVISIONED", retentionHours = streamLimits.retentionHours.minimum } = props;
    const name = props.name ?? defaultName(this);
    Problems.check(this, (problems) => checkStream(problems, { ...props, name }));
    claimName(this, "Kinesis stream", "name", name);
    // The address of a child with this id is that of its parent.
    this.stream = new KinesisStream(this, "Default", {
      name,
      streamModeDetails: { streamMode: mode },
      shardCount: mode === "PROVISIONED" ? (props.shardCount ?? 1) : undefined,
      retentionPeriod: retentionHours,
      encryptionType: "KMS",
      kmsKeyId: props.encryptionKey ? keyArn(props.encryptionKey) : managedKey,
      shardLevelMetrics: props.shardLevelMetrics && [...props.shardLevelMetrics],
      // Without this, a destroy fails while a consumer is registered.
      enforceConsumerDeletion: true,
    });
    this.name = this.stream.name;
    this.arn = this.stream.arn;
    this.retentionHours = retentionHours;
    this.encryptionKey = props.encryptionKey;
  }
}

class ExistingStream extends StreamBase {
  readonly name: string;
  readonly retentionHours?: number;
  protected readonly encryptionKey?: KeyReference;

  constructor(
    scope: Construct,
    id: string,
    readonly arn: string,
    known: ExistingStreamProps,
  ) {
    super(scope, id);
    // An ARN is such as arn:aws:kinesis:us-east-1:123456789012:stream/orders.
    this.name = Token.isUnresolved(arn) ? Fn.element(Fn.split("/", arn), 1) : arn.replace(/^.*\//, "");
    const made = madeHere(this, KinesisStream, arn);
    const madeHours = made && (made.retentionPeriodInput ?? streamLimits.retentionHours.minimum);
    this.retentionHours =
      known.retentionHours ?? madeHours ?? madeHere(this, DataAwsKinesisStream, arn)?.retentionPeriod;
    this.encryptionKey = known.encryptionKey;
    Problems.check(this, (problems) => {
      problems.name(
        "arn",
        arn,
        /^arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/[\w.-]{1,128}$/,
        "a stream's ARN, such as arn:aws:kinesis:us-east-1:123456789012:stream/orders",
      );
      problems.integer("retentionHours", known.retentionHours, streamLimits.retentionHours);
      checkKey(problems, "encryptionKey", known.encryptionKey);
      if (madeHours !== undefined && !Token.isUnresolved(madeHours))
        problems.require(
          "retentionHours",
          known.retentionHours,
          known.retentionHours === undefined || known.retentionHours === madeHours,
          `must be the stream's, ${madeHours}`,
        );
      const key = made?.kmsKeyIdInput ?? managedKey;
      if (known.encryptionKey === undefined && key !== managedKey)
        problems.add(
          "encryptionKey",
          undefined,
          "the stream has a customer-managed key, which its readers and writers must be granted",
        );
    });
  }
}

/** The stream that a reference stands for. An `IStream` is returned unchanged. */
export function streamOf(scope: Construct, id: string, stream: StreamReference): IStream {
  if (typeof stream === "string") return Stream.fromArn(scope, id, stream);
  return "readStatements" in stream ? stream : Stream.fromArn(scope, id, stream.arn);
}

function checkStream(problems: Problems, props: StreamProps): void {
  problems.name("name", props.name, streamName.pattern, streamName.says);
  problems.integer("retentionHours", props.retentionHours, streamLimits.retentionHours);
  checkKey(problems, "encryptionKey", props.encryptionKey);
  if (props.mode === "ON_DEMAND")
    problems.require(
      "shardCount",
      props.shardCount,
      props.shardCount === undefined,
      "an ON_DEMAND stream has no shard count",
    );
  else problems.integer("shardCount", props.shardCount, streamLimits.shardCount);
}

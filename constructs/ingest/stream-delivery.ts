import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream";
import { Construct } from "constructs";
import { needStackOf } from "../access/grant";
import { allow, serviceRole } from "../access/iam";
import { type RoleReference, roleArn } from "../access/role";
import { catalogArn, databaseArn } from "../catalog/glue-arns";
import { addRawRecords } from "../catalog/raw-records";
import { encryptStatements, keyArn } from "../core/key";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import { shaped } from "../core/shape";
import { claimName } from "../core/unique-names";
import type { Metric } from "../monitoring/metric";
import { s3Destination } from "./delivery-destination";
import { type DeliveryPlan, fixedPart, planDelivery } from "./delivery-plan";
import { type IStream, streamOf } from "./stream";
import {
  defaultBufferSeconds,
  isTable,
  type StreamDeliveryProps,
  streamDeliveryShapes,
} from "./stream-delivery-props";
import { checkStreamDelivery } from "./stream-delivery-rules";

/** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
const bucketActions = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
const objectActions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
const schemaActions = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"];

/** A Firehose delivery stream from a Kinesis stream to S3. Records for a Parquet table are converted to its columns. */
export class StreamDelivery extends Construct {
  readonly deliveryStream: KinesisFirehoseDeliveryStream;
  readonly role: RoleReference;
  readonly logGroup: CloudwatchLogGroup;
  /** Whether records are converted to a table's columns. */
  readonly converts: boolean;
  /** Whether records are also kept as they were sent. */
  readonly keepsRaw: boolean;
  /** Whether records are partitioned by keys that are read from them (dynamic partitioning). */
  readonly partitions: boolean;
  /** The longest time that records wait in the buffer. Seconds. */
  readonly bufferSeconds: number;

  constructor(scope: Construct, id: string, props: StreamDeliveryProps) {
    super(scope, id);
    props = shaped(this, props, streamDeliveryShapes);
    const name = props.name ?? defaultName(this);
    const plan = planDelivery(props);
    const stream = streamOf(this, "stream", props.stream);
    needStackOf(this, "stream", stream);
    needStackOf(this, "to", isTable(props.to) ? props.to : props.to.lake);
    Problems.check(this, (problems) => checkStreamDelivery(this, problems, props, plan, name));
    claimName(this, "Firehose stream", "name", name);
    if (plan.table) addRawRecords(plan.table, plan.rawPrefix);
    const encryptionKey = props.encryptionKey ?? plan.lake.pipelineKey;
    this.converts = plan.conversion !== undefined;
    this.keepsRaw = plan.rawPrefix !== undefined;
    this.partitions = props.dynamicPartitioning !== undefined;
    this.bufferSeconds = props.buffer?.seconds ?? defaultBufferSeconds;
    this.logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/kinesisfirehose/${name}`,
      retentionInDays: props.logRetentionDays ?? 14,
      kmsKeyId: encryptionKey && keyArn(encryptionKey),
    });
    this.role =
      props.role ??
      serviceRole(this, "role", {
        name: props.roleName ?? name,
        nameProp: props.roleName === undefined ? "name" : "roleName",
        service: "firehose.amazonaws.com",
        description: `Delivers ${name} to S3`,
      });
    const role = roleArn(this.role);
    this.deliveryStream = new KinesisFirehoseDeliveryStream(this, "delivery-stream", {
      name,
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: stream.arn, roleArn: role },
      extendedS3Configuration: s3Destination(this, role, this.logGroup, plan, props),
      dependsOn: [...new Set(this.attachPolicies(stream, plan))],
    });
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
  metric(metricName: string, statistic: string): Metric {
    const dimensions = { DeliveryStreamName: this.deliveryStream.name };
    return { namespace: "AWS/Firehose", metricName, dimensions, statistic };
  }

  metricDeliveredRecords(): Metric {
    return this.metric("DeliveryToS3.Records", "Sum");
  }

  /** Seconds since the arrival of the oldest record that is not delivered yet. */
  metricDataFreshness(): Metric {
    return this.metric("DeliveryToS3.DataFreshness", "Maximum");
  }

  /** Milliseconds between the last record that Firehose has read and the newest record of the stream. */
  metricBehindStream(): Metric {
    return this.metric("KinesisMillisBehindLatest", "Maximum");
  }

  /** Seconds since the arrival of the oldest record that has not yet been written as it was sent. */
  metricRawFreshness(): Metric {
    return this.metric("BackupToS3.DataFreshness", "Maximum");
  }

  /** 1 when records went to the errors prefix because more partitions were active at a time than the quota allows. */
  metricPartitionsExceeded(): Metric {
    return this.metric("PartitionCountExceeded", "Maximum");
  }

  metricFailedConversions(): Metric {
    return this.metric("FailedConversion.Records", "Sum");
  }

  private attachPolicies(stream: IStream, plan: DeliveryPlan): IamRolePolicy[] {
    const { lake, conversion, prefix, errorPrefix, rawPrefix } = plan;
    const prefixes = [prefix, errorPrefix, rawPrefix].filter((one) => one !== undefined);
    const policies = [
      allow(this, "read-stream", this.role, stream.deliveryStatements),
      allow(this, "write-bucket", this.role, [
        { actions: [...bucketActions], resources: [lake.bucketArn] },
        {
          actions: [...objectActions],
          resources: prefixes.map((one) => `${lake.bucketArn}/${fixedPart(one)}*`),
        },
        ...encryptStatements(lake.encryptionKey),
      ]),
      allow(this, "write-logs", this.role, [
        { actions: ["logs:PutLogEvents"], resources: [`${this.logGroup.arn}:log-stream:*`] },
      ]),
    ];
    if (conversion)
      policies.push(
        allow(this, "read-schema", this.role, [
          {
            actions: [...schemaActions],
            resources: [
              catalogArn(conversion.arn),
              databaseArn(conversion.arn, conversion.database),
              conversion.arn,
            ],
          },
        ]),
      );
    return policies;
  }
}

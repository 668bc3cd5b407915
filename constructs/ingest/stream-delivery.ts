import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream";
import { Construct } from "constructs";
import { catalogArn, databaseArn } from "../catalog/glue-arns";
import { decryptStatement, encryptStatement } from "../core/customer-managed-key";
import { attachPolicy, type PolicyStatement, serviceRole } from "../core/iam";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import type { Metric } from "../monitoring/metric";
import { s3Destination } from "./delivery-destination";
import { streamReadActions } from "./kinesis-stream";
import { defaultBufferSeconds, type StreamDeliveryProps } from "./stream-delivery-props";
import { checkStreamDeliveryProps, fixedPart } from "./stream-delivery-rules";
import type { StreamSource } from "./stream-processor-props";

/** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
const bucketActions = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
const objectActions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
const schemaActions = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"];

/** A Firehose delivery stream from a Kinesis stream to S3, converted to Parquet by a Glue table's columns. */
export class StreamDelivery extends Construct {
  readonly deliveryStream: KinesisFirehoseDeliveryStream;
  readonly role: IamRole;
  readonly logGroup: CloudwatchLogGroup;
  /** Whether records are converted by a table's columns. */
  readonly converts: boolean;
  /** The longest that records wait in the buffer. */
  readonly bufferSeconds: number;

  constructor(scope: Construct, id: string, source: StreamSource, props: StreamDeliveryProps) {
    super(scope, id);
    const name = props.name ?? defaultName(this);
    Problems.check(this, (problems) => checkStreamDeliveryProps(problems, props, { name }));
    this.converts = props.table !== undefined;
    this.bufferSeconds = props.bufferSeconds ?? defaultBufferSeconds;
    this.logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/kinesisfirehose/${name}`,
      retentionInDays: props.logRetentionDays ?? 14,
      kmsKeyId: props.encryptionKey?.arn,
    });
    this.role =
      props.role ??
      serviceRole(this, "role", {
        name: props.roleName ?? name,
        service: "firehose.amazonaws.com",
        description: `Delivers ${name} to S3`,
      });
    this.deliveryStream = new KinesisFirehoseDeliveryStream(this, "delivery-stream", {
      name,
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: source.stream.arn, roleArn: this.role.arn },
      extendedS3Configuration: s3Destination(this, this.role, this.logGroup, props),
      dependsOn: this.attachPolicies(source, props),
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

  metricFailedConversions(): Metric {
    return this.metric("FailedConversion.Records", "Sum");
  }

  private attachPolicies(source: StreamSource, props: StreamDeliveryProps): IamRolePolicy[] {
    const { bucket, bucketKey, table } = props;
    const read: PolicyStatement[] = [{ actions: streamReadActions, resources: [source.stream.arn] }];
    if (source.encryptionKey) read.push(decryptStatement(source.encryptionKey));
    const prefixes = [props.prefix, props.errorPrefix, props.backupPrefix].filter((one) => one !== undefined);
    const write: PolicyStatement[] = [
      { actions: bucketActions, resources: [bucket.arn] },
      { actions: objectActions, resources: prefixes.map((one) => `${bucket.arn}/${fixedPart(one)}*`) },
    ];
    if (bucketKey) write.push(encryptStatement(bucketKey));
    const policies = [
      attachPolicy(this, "read-stream", this.role, read),
      attachPolicy(this, "write-bucket", this.role, write),
      attachPolicy(this, "write-logs", this.role, [
        { actions: ["logs:PutLogEvents"], resources: [`${this.logGroup.arn}:log-stream:*`] },
      ]),
    ];
    if (table)
      policies.push(
        attachPolicy(this, "read-schema", this.role, [
          { actions: schemaActions, resources: [catalogArn(table.arn), databaseArn(table), table.arn] },
        ]),
      );
    return policies;
  }
}

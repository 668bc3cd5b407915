import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import type { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Construct } from "constructs";
import { decryptStatement, encryptStatement } from "./encryption-key";
import { catalogArn, databaseArn } from "./glue-arns";
import { attachPolicy, serviceRole } from "./iam";
import { streamReadActions } from "./kinesis-stream";
import type { Metric } from "./metric";
import { defaultName } from "./names";
import { Problems } from "./problems";
import { checkStreamDeliveryProps, fixedPart } from "./stream-delivery-rules";
import type { StreamSource } from "./stream-processor";

/**
 * Units and limits:
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
 */
export interface StreamDeliveryProps {
  readonly bucket: S3Bucket;
  /** The bucket's customer-managed key. */
  readonly bucketKey?: KmsKey;
  /** The Glue table whose columns the records are converted to as Parquet. @default - delivered as sent, as GZIP */
  readonly table?: GlueCatalogTable;
  /** 1-64 letters, digits and `_.-`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** 1-64 characters, unique in the account, whatever the region. @default - the delivery stream's name */
  readonly roleName?: string;
  /** Where objects go, `!{timestamp:…}` expressions included. Not below `errorPrefix` or `backupPrefix`. */
  readonly prefix: string;
  /** Where undeliverable records go; with `!{firehose:error-output-type}`. */
  readonly errorPrefix: string;
  /** Where the records go as they were sent, as GZIP. @default - not kept */
  readonly backupPrefix?: string;
  /** Seconds, 0-900; 60 or more with dynamic partitioning. @default 60 */
  readonly bufferSeconds?: number;
  /** MiB, 1-128; 64 or more with conversion or dynamic partitioning. @default 64 */
  readonly bufferMebibytes?: number;
  /** Time zone of the prefix's timestamps. @default "UTC" */
  readonly timeZone?: string;
  /**
   * Partition keys read from each JSON record, by name: a jq expression such as `.country`. The prefix names each
   * as `!{partitionKeyFromQuery:<name>}`. Can't be switched on or off later. @default - none
   */
  readonly dynamicPartitioning?: Readonly<Record<string, string>>;
  /** Days; one of CloudWatch's values. @default 14 */
  readonly logRetentionDays?: number;
  /** Customer-managed key of the log group. @default - a key that AWS manages */
  readonly logKey?: KmsKey;
}

/** The six that Firehose asks for: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3 */
const bucketActions = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
const objectActions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
const schemaActions = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"];

/** A Firehose delivery stream from a Kinesis stream to S3, converted to Parquet by a Glue table's columns. */
export class StreamDelivery extends Construct {
  readonly deliveryStream: KinesisFirehoseDeliveryStream;
  readonly role: IamRole;
  readonly logGroup: CloudwatchLogGroup;

  private readonly name: string;

  constructor(scope: Construct, id: string, source: StreamSource, props: StreamDeliveryProps) {
    super(scope, id);
    this.name = props.name ?? defaultName(this);
    Problems.check(this, (problems) => checkStreamDeliveryProps(problems, props, { name: this.name }));

    this.logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/kinesisfirehose/${this.name}`,
      retentionInDays: props.logRetentionDays ?? 14,
      kmsKeyId: props.logKey?.arn,
    });
    this.role = serviceRole(this, "role", {
      name: props.roleName ?? this.name,
      service: "firehose.amazonaws.com",
      description: `Delivers ${this.name} to the lake`,
    });
    const policies = this.attachPolicies(source, props);
    this.deliveryStream = this.createDeliveryStream(source, props, policies);
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
  metric(metricName: string, statistic: string): Metric {
    const dimensions = { DeliveryStreamName: this.deliveryStream.name };
    return { namespace: "AWS/Firehose", metricName, dimensions, statistic };
  }

  /** Seconds since the oldest record that is not delivered yet. */
  metricDataFreshness(): Metric {
    return this.metric("DeliveryToS3.DataFreshness", "Maximum");
  }

  metricFailedConversions(): Metric {
    return this.metric("FailedConversion.Records", "Sum");
  }

  private attachPolicies(source: StreamSource, props: StreamDeliveryProps): IamRolePolicy[] {
    const read = [{ actions: streamReadActions, resources: [source.stream.arn] }];
    if (source.encryptionKey) read.push(decryptStatement(source.encryptionKey));
    const prefixes = [props.prefix, props.errorPrefix, props.backupPrefix].filter((one) => one !== undefined);
    const write = [
      { actions: bucketActions, resources: [props.bucket.arn] },
      {
        actions: objectActions,
        resources: [...new Set(prefixes.map((one) => `${props.bucket.arn}/${fixedPart(one)}*`))],
      },
    ];
    if (props.bucketKey) write.push(encryptStatement(props.bucketKey));
    const policies = [
      attachPolicy(this, "read-stream", this.role, read),
      attachPolicy(this, "write-bucket", this.role, write),
      attachPolicy(this, "write-logs", this.role, [
        { actions: ["logs:PutLogEvents"], resources: [`${this.logGroup.arn}:log-stream:*`] },
      ]),
    ];
    const { table } = props;
    if (table)
      policies.push(
        attachPolicy(this, "read-schema", this.role, [
          { actions: schemaActions, resources: [catalogArn(table.arn), databaseArn(table.arn), table.arn] },
        ]),
      );
    return policies;
  }

  private createDeliveryStream(
    source: StreamSource,
    props: StreamDeliveryProps,
    dependsOn: IamRolePolicy[],
  ): KinesisFirehoseDeliveryStream {
    const { bucket, table, dynamicPartitioning } = props;
    const buffers = {
      bufferingInterval: props.bufferSeconds ?? 60,
      bufferingSize: props.bufferMebibytes ?? 64,
    };
    return new KinesisFirehoseDeliveryStream(this, "delivery-stream", {
      name: this.name,
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: source.stream.arn, roleArn: this.role.arn },
      extendedS3Configuration: {
        roleArn: this.role.arn,
        bucketArn: bucket.arn,
        prefix: props.prefix,
        errorOutputPrefix: props.errorPrefix,
        ...buffers,
        compressionFormat: table ? "UNCOMPRESSED" : "GZIP",
        customTimeZone: props.timeZone ?? "UTC",
        kmsKeyArn: props.bucketKey?.arn,
        cloudwatchLoggingOptions: this.logging("destination"),
        dataFormatConversionConfiguration: table && {
          enabled: true,
          inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
          outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
          schemaConfiguration: {
            databaseName: table.databaseName,
            tableName: table.name,
            roleArn: this.role.arn,
          },
        },
        dynamicPartitioningConfiguration: dynamicPartitioning && { enabled: true },
        processingConfiguration: dynamicPartitioning && extraction(dynamicPartitioning, !table),
        s3BackupMode: props.backupPrefix ? "Enabled" : undefined,
        s3BackupConfiguration: props.backupPrefix
          ? {
              roleArn: this.role.arn,
              bucketArn: bucket.arn,
              prefix: props.backupPrefix,
              errorOutputPrefix: props.errorPrefix,
              ...buffers,
              compressionFormat: "GZIP",
              kmsKeyArn: props.bucketKey?.arn,
              cloudwatchLoggingOptions: this.logging("backup"),
            }
          : undefined,
      },
      dependsOn,
    });
  }

  private logging(id: string) {
    const stream = new CloudwatchLogStream(this, `log-${id}`, {
      name: id,
      logGroupName: this.logGroup.name,
    });
    return { enabled: true, logGroupName: this.logGroup.name, logStreamName: stream.name };
  }
}

/** https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html */
function extraction(keys: Readonly<Record<string, string>>, delimit: boolean) {
  const query = Object.entries(keys).map(([name, expression]) => `${name}:${expression}`);
  const parameter = (parameterName: string, parameterValue: string) => ({ parameterName, parameterValue });
  const processors = [
    {
      type: "MetadataExtraction",
      parameters: [
        parameter("MetadataExtractionQuery", `{${query.join(",")}}`),
        parameter("JsonParsingEngine", "JQ-1.6"),
      ],
    },
  ];
  if (delimit)
    processors.push({ type: "AppendDelimiterToRecord", parameters: [parameter("Delimiter", "\\n")] });
  return { enabled: true, processors };
}

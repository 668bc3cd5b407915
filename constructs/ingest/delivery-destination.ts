import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import type { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type {
  KinesisFirehoseDeliveryStreamExtendedS3Configuration,
  KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration,
  KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors,
} from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream";
import type { Construct } from "constructs";
import { defaultBufferSeconds, type StreamDeliveryProps } from "./stream-delivery-props";

/** The S3 side of a delivery stream, with the log streams that its errors go to as children of `scope`. */
export function s3Destination(
  scope: Construct,
  role: IamRole,
  logGroup: CloudwatchLogGroup,
  props: StreamDeliveryProps,
): KinesisFirehoseDeliveryStreamExtendedS3Configuration {
  const { table, backupPrefix, dynamicPartitioning } = props;
  const processors = processorsOf(props);
  const common = {
    roleArn: role.arn,
    bucketArn: props.bucket.arn,
    errorOutputPrefix: props.errorPrefix,
    bufferingInterval: props.bufferSeconds ?? defaultBufferSeconds,
    bufferingSize: props.bufferMebibytes ?? 64,
    kmsKeyArn: props.bucketKey?.arn,
  };
  const logging = (name: string) => ({
    enabled: true,
    logGroupName: logGroup.name,
    logStreamName: new CloudwatchLogStream(scope, `log-${name}`, { name, logGroupName: logGroup.name }).name,
  });
  return {
    ...common,
    prefix: props.prefix,
    customTimeZone: props.timeZone ?? "UTC",
    compressionFormat: table ? "UNCOMPRESSED" : (props.compression ?? "GZIP"),
    cloudwatchLoggingOptions: logging("destination"),
    dataFormatConversionConfiguration: table && conversion(table, role),
    dynamicPartitioningConfiguration: dynamicPartitioning && { enabled: true },
    processingConfiguration: processors.length > 0 ? { enabled: true, processors } : undefined,
    s3BackupMode: backupPrefix === undefined ? "Disabled" : "Enabled",
    s3BackupConfiguration:
      backupPrefix === undefined
        ? undefined
        : {
            ...common,
            prefix: backupPrefix,
            compressionFormat: "GZIP",
            cloudwatchLoggingOptions: logging("backup"),
          },
  };
}

/** https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html */
function conversion(
  table: GlueCatalogTable,
  role: IamRole,
): KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration {
  return {
    enabled: true,
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
    schemaConfiguration: { databaseName: table.databaseName, tableName: table.name, roleArn: role.arn },
  };
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html */
function processorsOf({
  dynamicPartitioning,
  appendDelimiter,
}: StreamDeliveryProps): KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors[] {
  const parameter = (parameterName: string, parameterValue: string) => ({ parameterName, parameterValue });
  const processors = [];
  if (dynamicPartitioning) {
    const query = Object.entries(dynamicPartitioning).map(([name, expression]) => `${name}:${expression}`);
    processors.push({
      type: "MetadataExtraction",
      parameters: [
        parameter("MetadataExtractionQuery", `{${query.join(",")}}`),
        parameter("JsonParsingEngine", "JQ-1.6"),
      ],
    });
  }
  if (appendDelimiter)
    processors.push({ type: "AppendDelimiterToRecord", parameters: [parameter("Delimiter", "\\n")] });
  return processors;
}

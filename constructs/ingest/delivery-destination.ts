import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import type {
  KinesisFirehoseDeliveryStreamExtendedS3Configuration,
  KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration,
  KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors,
} from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream";
import type { Construct } from "constructs";
import type { LakeTable } from "../catalog/lake-table";
import { keyArn } from "../core/key";
import type { DeliveryPlan } from "./delivery-plan";
import { type DeliveryProps, defaultBufferSeconds } from "./stream-delivery-props";

/** The S3 destination of a delivery stream. The log streams for its errors are created as children of `scope`. */
export function s3Destination(
  scope: Construct,
  roleArn: string,
  logGroup: CloudwatchLogGroup,
  plan: DeliveryPlan,
  props: DeliveryProps,
): KinesisFirehoseDeliveryStreamExtendedS3Configuration {
  const { conversion, rawPrefix, lake } = plan;
  const processors = processorsOf(props);
  const common = {
    roleArn,
    bucketArn: lake.bucketArn,
    errorOutputPrefix: plan.errorPrefix,
    bufferingInterval: props.buffer?.seconds ?? defaultBufferSeconds,
    bufferingSize: props.buffer?.mebibytes ?? 64,
    kmsKeyArn: lake.encryptionKey && keyArn(lake.encryptionKey),
  };
  const logging = (name: string) => ({
    enabled: true,
    logGroupName: logGroup.name,
    logStreamName: new CloudwatchLogStream(scope, `log-${name}`, { name, logGroupName: logGroup.name }).name,
  });
  return {
    ...common,
    prefix: plan.prefix,
    customTimeZone: props.timeZone ?? "UTC",
    compressionFormat: conversion ? "UNCOMPRESSED" : (props.compression ?? "GZIP"),
    cloudwatchLoggingOptions: logging("destination"),
    dataFormatConversionConfiguration: conversion && toParquet(conversion, roleArn),
    dynamicPartitioningConfiguration: props.dynamicPartitioning && { enabled: true },
    processingConfiguration: processors.length > 0 ? { enabled: true, processors } : undefined,
    s3BackupMode: rawPrefix === undefined ? "Disabled" : "Enabled",
    s3BackupConfiguration:
      rawPrefix === undefined
        ? undefined
        : {
            ...common,
            prefix: rawPrefix,
            compressionFormat: "GZIP",
            cloudwatchLoggingOptions: logging("backup"),
          },
  };
}

/** https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html */
function toParquet(
  table: LakeTable,
  roleArn: string,
): KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration {
  return {
    enabled: true,
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
    schemaConfiguration: { databaseName: table.database, tableName: table.resourceName, roleArn },
  };
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html */
function processorsOf({
  dynamicPartitioning,
  appendDelimiter,
}: DeliveryProps): KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors[] {
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

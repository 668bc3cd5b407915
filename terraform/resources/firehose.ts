import {
  bucketOf,
  checkedName,
  deliveryStreamName,
  existingBucketName,
  fileExtension,
  requiredName,
} from "../names";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type { Bucket, DeliveryStream, KinesisStream, RecordConversion, S3Destination } from "../types";
import { keyArn, knownText } from "./keys";

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kinesis_firehose_delivery_stream */
export function readDeliveryStreams(
  reader: StackReader,
  streams: readonly KinesisStream[],
  buckets: readonly Bucket[],
): DeliveryStream[] {
  const deliveries: DeliveryStream[] = [];
  for (const stream of reader.of("aws_kinesis_firehose_delivery_stream")) {
    const sourceStreamArn = stream.block("kinesis_source_configuration")?.text("kinesis_stream_arn");
    const s3 = stream.block("extended_s3_configuration");
    if (!s3) {
      reader.skip(stream.address, `the destination ${stream.text("destination")} is not run; only S3 is`);
    } else if (!sourceStreamArn || !streams.some(({ arn }) => arn === sourceStreamArn)) {
      reader.skip(stream.address, "its source is not a Kinesis stream of this stack, so that it is not run");
    } else {
      deliveries.push(readDelivery(reader, stream, s3, sourceStreamArn, buckets));
    }
  }
  return deliveries;
}

function readDelivery(
  reader: StackReader,
  stream: Settings,
  s3: Settings,
  sourceStreamArn: string,
  buckets: readonly Bucket[],
): DeliveryStream {
  const appendDelimiter = readProcessors(reader, stream, s3);
  if (s3.block("dynamic_partitioning_configuration")?.flag("enabled"))
    reader.skip(stream.address, "dynamic partitioning is not run: !{partitionKeyFrom…} stays as it stands");
  const backup = s3.text("s3_backup_mode") === "Enabled" ? s3.block("s3_backup_configuration") : undefined;
  return {
    address: stream.address,
    name: requiredName(stream, "name", deliveryStreamName),
    arn: stream.required("arn"),
    sourceStreamArn,
    roleArn: knownText(stream.block("kinesis_source_configuration"), "role_arn"),
    destination: readDestination(reader, s3, appendDelimiter, buckets),
    // The backup holds the records as they were sent: no processor touches them.
    backup: backup && readDestination(reader, backup, false, buckets),
    conversion: readConversion(reader, s3),
  };
}

/** @returns whether a newline is added to each record. */
function readProcessors(reader: StackReader, stream: Settings, s3: Settings): boolean {
  const processing = s3.block("processing_configuration");
  if (!processing?.flag("enabled")) return false;
  let appendDelimiter = false;
  for (const processor of processing.blocks("processors")) {
    const type = processor.required("type");
    if (type === "AppendDelimiterToRecord") appendDelimiter = true;
    else if (type === "Lambda")
      reader.skip(stream.address, "the transform Lambda is not run: records are delivered untransformed");
    else if (type !== "RecordDeAggregation") reader.skip(stream.address, `the processor ${type} is not run`);
  }
  return appendDelimiter;
}

const compressions = ["UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"] as const;

function readDestination(
  reader: StackReader,
  s3: Settings,
  appendDelimiter: boolean,
  buckets: readonly Bucket[],
): S3Destination {
  const bucketArn = s3.required("bucket_arn");
  const bucket = checkedName(s3, "bucket_arn", existingBucketName, bucketOf(bucketArn) ?? bucketArn);
  if (!buckets.some(({ name }) => name === bucket))
    reader.skip(s3.address, `the bucket ${bucket} is not in this stack; its objects are kept all the same`);
  const extension = s3.text("file_extension");
  const format = s3.text("compression_format") ?? "UNCOMPRESSED";
  const compression = compressions.find((known) => known === format);
  if (!compression)
    throw s3.error("compression_format", `must be one of ${compressions.join(", ")}, not ${format}`);
  if (compression !== "UNCOMPRESSED" && compression !== "GZIP")
    reader.skip(s3.address, `${compression} compression is not done: objects are written uncompressed`);
  return {
    bucket,
    prefix: s3.text("prefix") ?? "",
    errorOutputPrefix: s3.text("error_output_prefix") ?? "",
    bufferSeconds: s3.number("buffering_interval", 300),
    bufferMebibytes: s3.number("buffering_size", 5),
    compression,
    fileExtension: extension && checkedName(s3, "file_extension", fileExtension, extension),
    customTimeZone: s3.text("custom_time_zone") ?? "UTC",
    appendDelimiter,
    roleArn: knownText(s3, "role_arn"),
    kmsKeyArn: keyArn(reader, s3, "kms_key_arn"),
    log: readLog(s3.block("cloudwatch_logging_options")),
  };
}

function readLog(options: Settings | undefined): S3Destination["log"] {
  const group = knownText(options, "log_group_name");
  const stream = knownText(options, "log_stream_name");
  return options?.flag("enabled") && group && stream ? { group, stream } : undefined;
}

function readConversion(reader: StackReader, s3: Settings): RecordConversion | undefined {
  const conversion = s3.block("data_format_conversion_configuration");
  if (!conversion?.flag("enabled", true)) return undefined;
  const schema = conversion.block("schema_configuration");
  if (!schema) throw conversion.error("schema_configuration", "is required");
  const output = conversion.block("output_format_configuration")?.block("serializer");
  const input = conversion.block("input_format_configuration")?.block("deserializer");
  const parquet = output?.block("parquet_ser_de");
  const orc = output?.block("orc_ser_de");
  const hive = input?.block("hive_json_ser_de");
  const openX = input?.block("open_x_json_ser_de");
  if (orc) reader.skip(s3.address, "ORC is not written: the objects are Parquet instead");
  const compression = (parquet ?? orc)?.text("compression") ?? "SNAPPY";
  const known = orc ? ["SNAPPY"] : ["UNCOMPRESSED", "GZIP", "SNAPPY"];
  if (!known.includes(compression))
    throw s3.error(
      `data_format_conversion_configuration: ${orc ? "orc_ser_de" : "parquet_ser_de"}.compression`,
      `must be ${known.join(" or ")}${orc ? ", since ORC is written as Parquet here" : ""}, not ${compression}`,
    );
  return {
    database: schema.required("database_name"),
    table: schema.required("table_name"),
    format: orc ? "ORC" : "PARQUET",
    compression,
    deserializer: hive ? "HIVE_JSON" : "OPENX_JSON",
    roleArn: knownText(schema, "role_arn"),
    deserializerParameters: hive
      ? { timestampFormats: hive.list("timestamp_formats") }
      : {
          caseInsensitive: openX?.flag("case_insensitive", true) ?? true,
          columnToJsonKeyMappings: openX?.map("column_to_json_key_mappings") ?? {},
          convertDotsInJsonKeysToUnderscores:
            openX?.flag("convert_dots_in_json_keys_to_underscores") ?? false,
        },
  };
}

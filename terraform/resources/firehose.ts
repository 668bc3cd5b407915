import {
  bufferLimits,
  deliveryRetrySeconds,
  isWithin,
  type Limit,
  rangeOf,
} from "@streaming-data-lake/rules/limits";
import { deliveryStreamName } from "@streaming-data-lake/rules/names";
import { columnProblem } from "../columns";
import { bucketOf, checkedName, existingBucketName, fileExtension, requiredName } from "../names";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type {
  Bucket,
  DeliveryStream,
  GlueTable,
  HttpEndpoint,
  KinesisStream,
  LambdaFunction,
  RecordConversion,
  S3Destination,
} from "../types";
import { keyArnOf } from "./keys";
import { readProcessing } from "./processing";

interface Neighbours {
  readonly streams: readonly KinesisStream[];
  readonly buckets: readonly Bucket[];
  readonly tables: readonly GlueTable[];
  readonly functions: readonly LambdaFunction[];
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kinesis_firehose_delivery_stream */
export function readDeliveryStreams(reader: StackReader, neighbours: Neighbours): DeliveryStream[] {
  return reader.each(reader.blocksOf("aws_kinesis_firehose_delivery_stream"), (stream) => {
    const s3 = stream.block("extended_s3_configuration");
    const http = stream.block("http_endpoint_configuration");
    if (!s3 && !http) {
      const destination = stream.text("destination") ?? "";
      reader.skip(
        stream.address,
        otherDestinations[destination] ?? `the destination ${destination} is not known`,
      );
      return undefined;
    }
    const source = readSource(reader, stream, neighbours.streams);
    if (source === undefined) return undefined;
    return s3
      ? readS3Delivery(reader, stream, s3, source, neighbours)
      : http && readHttpDelivery(reader, stream, http, source, neighbours);
  });
}

/** Destinations that are not run here, with what they would do on AWS. */
const otherDestinations: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["redshift", "copies the records into a Redshift table by way of S3"],
    ["opensearch", "indexes the records in OpenSearch"],
    ["opensearchserverless", "indexes the records in OpenSearch Serverless"],
    ["elasticsearch", "indexes the records in Elasticsearch"],
    ["splunk", "sends the records to Splunk's HTTP event collector"],
    ["snowflake", "loads the records into a Snowflake table"],
    ["iceberg", "writes the records into Iceberg tables"],
    ["s3", 'is the destination "s3" of provider 3, which is now extended_s3'],
  ].map(([name, what]) => [name, `on AWS it ${what}; only S3 and HTTP endpoints are run here`]),
);

/**
 * The ARN of the source stream, or "direct" when producers put records directly; undefined when the source is not
 * supported.
 */
function readSource(
  reader: StackReader,
  stream: Settings,
  streams: readonly KinesisStream[],
): string | "direct" | undefined {
  if (stream.has("msk_source_configuration")) {
    reader.skip(stream.address, "its source is a Kafka topic, so it is not run");
    return undefined;
  }
  const source = stream.block("kinesis_source_configuration");
  if (!source) return "direct";
  const arn = source.required("kinesis_stream_arn");
  if (streams.some((one) => one.arn === arn)) return arn;
  reader.skip(stream.address, `its source ${arn} is not a Kinesis stream of this stack, so it is not run`);
  return undefined;
}

const sourceOf = (source: string) => (source === "direct" ? {} : { sourceStreamArn: source });

function readS3Delivery(
  reader: StackReader,
  stream: Settings,
  s3: Settings,
  source: string,
  { buckets, tables, functions }: Neighbours,
): DeliveryStream | undefined {
  const conversion = readConversion(s3);
  const table = conversion && tables.find(isTableOf(conversion));
  if (conversion && !table) {
    const name = `${conversion.database}.${conversion.table}`;
    reader.skip(stream.address, `schema_configuration: there is no table ${name} in this stack`);
    return undefined;
  }
  const problem = table && columnProblem(table);
  if (problem) throw stream.error("schema_configuration", problem);
  const processing = readProcessing(reader, stream, s3, functions);
  if (!processing) return undefined;
  if (conversion?.format === "ORC")
    reader.skip(stream.address, "ORC is not written: the objects are Parquet instead");
  const { appendDelimiter, ...others } = processing;
  const dynamicPartitioning = s3.block("dynamic_partitioning_configuration")?.flag("enabled") ?? false;
  const limits = limitsOf(conversion !== undefined, dynamicPartitioning);
  const keepsAll = s3.text("s3_backup_mode") === "Enabled";
  const backup = keepsAll ? s3.block("s3_backup_configuration") : undefined;
  if (keepsAll && !backup)
    reader.note(
      stream.address,
      "AWS refuses s3_backup_mode Enabled without s3_backup_configuration; nothing is backed up here",
    );
  return {
    address: stream.address,
    name: requiredName(stream, "name", deliveryStreamName),
    arn: stream.required("arn"),
    ...sourceOf(source),
    roleArn: stream.block("kinesis_source_configuration")?.knownText("role_arn"),
    destination: readDestination(reader, s3, { appendDelimiter, buckets, limits }),
    // The backup contains the records as they were sent, without any processing.
    ...(backup && {
      backup: readDestination(reader, backup, { appendDelimiter: false, buckets, limits: backupLimits }),
    }),
    processing: others,
    dynamicPartitioning,
    ...(conversion && { conversion }),
  };
}

const isTableOf =
  (conversion: RecordConversion) =>
  ({ database, name }: GlueTable): boolean =>
    database === conversion.database && name === conversion.table;

function readHttpDelivery(
  reader: StackReader,
  stream: Settings,
  http: Settings,
  source: string,
  { buckets, functions }: Neighbours,
): DeliveryStream | undefined {
  const s3 = http.block("s3_configuration") ?? stream.block("s3_configuration");
  if (!s3) throw http.error("s3_configuration", "is required");
  const processing = readProcessing(reader, stream, http, functions);
  if (!processing) return undefined;
  const { appendDelimiter, ...others } = processing;
  const bucket = readDestination(reader, s3, { appendDelimiter: false, buckets, limits: backupLimits });
  const keepsAll = http.text("s3_backup_mode") === "AllData";
  const httpEndpoint = readEndpoint(http);
  if (!isOnThisMachine(httpEndpoint.url))
    reader.note(
      stream.address,
      `its records leave this machine: they are sent to ${new URL(httpEndpoint.url).origin}`,
    );
  return {
    address: stream.address,
    name: requiredName(stream, "name", deliveryStreamName),
    arn: stream.required("arn"),
    ...sourceOf(source),
    destination: {
      ...bucket,
      appendDelimiter,
      bufferSeconds: http.integer("buffering_interval", bufferLimits.seconds, 300),
      bufferMebibytes: http.integer("buffering_size", bufferLimits.endpointMebibytes, 5),
    },
    ...(keepsAll && { backup: bucket }),
    processing: others,
    dynamicPartitioning: false,
    httpEndpoint,
  };
}

const isOnThisMachine = (url: string): boolean =>
  /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

function readEndpoint(http: Settings): HttpEndpoint {
  const url = http.required("url");
  // AWS accepts only https. Endpoints on this machine seldom use it, so http is accepted too.
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw http.error("url", `must be a URL that begins with https://, not ${url}`);
  const request = http.block("request_configuration");
  const accessKey = http.text("access_key");
  return {
    url,
    ...(accessKey !== undefined && { accessKey }),
    gzip: request?.text("content_encoding") === "GZIP",
    attributes: Object.fromEntries(
      (request?.blocks("common_attributes") ?? []).map((one) => [
        one.required("name"),
        one.text("value") ?? "",
      ]),
    ),
    retrySeconds: http.integer("retry_duration", deliveryRetrySeconds, 300),
  };
}

const compressions = ["UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"] as const;

interface BufferLimits {
  readonly seconds: Limit;
  readonly mebibytes: Limit;
}

const backupLimits: BufferLimits = { seconds: bufferLimits.rawSeconds, mebibytes: bufferLimits.mebibytes };

/**
 * Limits of a buffer. Conversion and partitioning need large buffers, and partitioning needs more time to fill them.
 */
const limitsOf = (isConverted: boolean, isPartitioned: boolean): BufferLimits => ({
  seconds: isPartitioned ? bufferLimits.partitionedSeconds : bufferLimits.seconds,
  mebibytes: isConverted || isPartitioned ? bufferLimits.convertedMebibytes : bufferLimits.mebibytes,
});

interface DestinationOptions {
  readonly appendDelimiter: boolean;
  readonly buckets: readonly Bucket[];
  readonly limits: BufferLimits;
}

function readDestination(
  reader: StackReader,
  s3: Settings,
  { appendDelimiter, buckets, limits }: DestinationOptions,
): S3Destination {
  const bucketArn = s3.required("bucket_arn");
  const bucket = checkedName(s3, "bucket_arn", existingBucketName, bucketOf(bucketArn) ?? bucketArn);
  if (!buckets.some(({ name }) => name === bucket))
    reader.note(s3.address, `the bucket ${bucket} is not in this stack; its objects are kept here`);
  const prefix = s3.text("prefix") ?? "";
  const errorOutputPrefix = s3.text("error_output_prefix") ?? "";
  const extension = s3.text("file_extension");
  const format = s3.text("compression_format") ?? "UNCOMPRESSED";
  const compression = compressions.find((known) => known === format);
  if (!compression)
    throw s3.error("compression_format", `must be one of ${compressions.join(", ")}, not ${format}`);
  // https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
  if (prefix.includes("!{") && errorOutputPrefix === "")
    reader.note(
      s3.address,
      "AWS refuses a prefix with expressions without error_output_prefix; errors go below the prefix here",
    );
  if (compression !== "UNCOMPRESSED" && compression !== "GZIP")
    reader.skip(s3.address, `${compression} compression is not done: objects are written uncompressed`);
  return {
    bucket,
    prefix,
    errorOutputPrefix,
    bufferSeconds: bufferHint(reader, s3, { name: "interval", limit: limits.seconds, fallback: 300 }),
    bufferMebibytes: bufferHint(reader, s3, { name: "size", limit: limits.mebibytes, fallback: 5 }),
    compression,
    ...(extension && { fileExtension: checkedName(s3, "file_extension", fileExtension, extension) }),
    customTimeZone: readTimeZone(s3),
    appendDelimiter,
    roleArn: s3.knownText("role_arn"),
    kmsKeyArn: keyArnOf(reader, s3, "kms_key_arn"),
    log: readLog(s3.block("cloudwatch_logging_options")),
  };
}

interface BufferHint {
  readonly name: "interval" | "size";
  readonly limit: Limit;
  /** The provider's default, which may be outside of AWS's limits. */
  readonly fallback: number;
}

/** Reads a buffering hint. Version 4 of the provider used the names `buffer_interval` and `buffer_size`. */
function bufferHint(reader: StackReader, s3: Settings, { name, limit, fallback }: BufferHint): number {
  const [now, before] = [`buffering_${name}`, `buffer_${name}`];
  const attribute = s3.text(now) === undefined && s3.text(before) !== undefined ? before : now;
  const value = s3.integer(attribute, limit, fallback);
  if (!isWithin(limit, value))
    reader.note(
      s3.address,
      `AWS refuses the provider's default for ${attribute}, ${value}: it must be ${rangeOf(limit)}`,
    );
  return value;
}

function readTimeZone(s3: Settings): string {
  const zone = s3.text("custom_time_zone") ?? "UTC";
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return zone;
  } catch {
    throw s3.error("custom_time_zone", `must be a time zone such as Europe/Madrid, not ${zone}`);
  }
}

function readLog(options: Settings | undefined): S3Destination["log"] {
  const group = options?.knownText("log_group_name");
  const stream = options?.knownText("log_stream_name");
  return options?.flag("enabled") && group && stream ? { group, stream } : undefined;
}

function readConversion(s3: Settings): RecordConversion | undefined {
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
    roleArn: schema.knownText("role_arn"),
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

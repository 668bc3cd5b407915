/**
 * What a synthesized stack says that this machine can run, with every reference resolved.
 *
 * Names, units and defaults are those of the Terraform AWS provider's resources.
 */
export interface Stack {
  /** The folder of `cdk.tf.json`: asset paths are relative to it. */
  readonly folder: string;
  readonly region: string;
  readonly accountId: string;
  readonly streams: readonly KinesisStream[];
  readonly functions: readonly LambdaFunction[];
  readonly mappings: readonly EventSourceMapping[];
  readonly deliveryStreams: readonly DeliveryStream[];
  readonly buckets: readonly Bucket[];
  readonly tables: readonly GlueTable[];
  readonly namedQueries: readonly NamedQuery[];
  readonly preparedStatements: readonly NamedQuery[];
  readonly schedules: readonly Schedule[];
  readonly alarms: readonly MetricAlarm[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What the stack asks for and this machine does not do, one plain sentence each, with its address. */
  readonly unsupported: readonly string[];
}

export interface Resource {
  /** Terraform address, such as `aws_kinesis_stream.ingest_stream_1A2B3C4D`. */
  readonly address: string;
}

export interface KinesisStream extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly mode: "PROVISIONED" | "ON_DEMAND";
  /** Open shards at creation; 4 for an on-demand stream, as on AWS. */
  readonly shardCount: number;
  readonly retentionHours: number;
}

/** The files of a function or a layer. */
export interface Archive {
  /** Absolute path of the deployed archive, or of what Terraform would make it of: a folder or a file. */
  readonly archive: string;
  /** The archive's files, where the stack holds them as text. */
  readonly contents?: readonly { readonly name: string; readonly text: string }[];
  /** Paths and patterns that a folder's archive leaves out. */
  readonly excludes?: readonly string[];
}

export interface LambdaFunction extends Resource, Archive {
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly layers: readonly Archive[];
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface EventSourceMapping extends Resource {
  readonly streamArn: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  /** 0: no tumbling window. */
  readonly tumblingWindowSeconds: number;
  readonly parallelizationFactor: number;
  readonly startingPosition: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  readonly startingPositionTimestamp?: Date;
  readonly bisectBatchOnFunctionError: boolean;
  /** -1: without end. */
  readonly maximumRetryAttempts: number;
  /** -1: without end. */
  readonly maximumRecordAgeSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly filters: readonly string[];
  readonly onFailureArn?: string;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export interface DeliveryStream extends Resource {
  readonly name: string;
  readonly arn: string;
  /** The Kinesis stream that it reads; absent where producers put to it directly. */
  readonly sourceStreamArn?: string;
  /** Of an HTTP endpoint the bucket of what it did not take. */
  readonly destination: S3Destination;
  readonly backup?: S3Destination;
  readonly processing: Processing;
  /** With it the prefix may hold partition keys. */
  readonly dynamicPartitioning: boolean;
  readonly httpEndpoint?: HttpEndpoint;
  /** The Glue table whose columns the records are converted to; absent when delivered as sent. */
  readonly conversion?: RecordConversion;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html */
export interface Processing {
  /** Takes apart records of CloudWatch Logs, which are gzip. */
  readonly decompress: boolean;
  /** Delivers the messages of CloudWatch Logs alone. */
  readonly extractMessages: boolean;
  /** Takes apart records that hold several: JSON texts, or texts with a delimiter between them. */
  readonly deaggregate?: { readonly delimiter?: string };
  /** A jq program whose object has the partition keys. */
  readonly metadataQuery?: string;
  readonly transform?: TransformFunction;
}

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
export interface TransformFunction {
  readonly functionArn: string;
  readonly bufferSeconds: number;
  readonly bufferMebibytes: number;
  readonly retries: number;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_HttpEndpointDestinationConfiguration.html */
export interface HttpEndpoint {
  readonly url: string;
  readonly accessKey?: string;
  readonly gzip: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly retrySeconds: number;
}

export interface S3Destination {
  readonly bucket: string;
  readonly prefix: string;
  readonly errorOutputPrefix: string;
  readonly bufferSeconds: number;
  readonly bufferMebibytes: number;
  readonly compression: "UNCOMPRESSED" | "GZIP" | "ZIP" | "Snappy" | "HADOOP_SNAPPY";
  readonly fileExtension?: string;
  readonly customTimeZone: string;
  readonly appendDelimiter: boolean;
}

export interface RecordConversion {
  readonly database: string;
  readonly table: string;
  readonly format: "PARQUET" | "ORC";
  readonly compression: string;
  readonly deserializer: "OPENX_JSON" | "HIVE_JSON";
  readonly deserializerParameters: Readonly<Record<string, unknown>>;
}

export interface Bucket extends Resource {
  readonly name: string;
  readonly arn: string;
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html */
export interface GlueTable extends Resource {
  readonly database: string;
  readonly name: string;
  /** `s3://bucket/prefix/` */
  readonly location: string;
  readonly columns: readonly GlueColumn[];
  readonly partitionKeys: readonly GlueColumn[];
  readonly serializationLibrary: string;
  readonly serdeParameters: Readonly<Record<string, string>>;
  /** The table's parameters, `projection.*` among them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  /** `EXTERNAL_TABLE`, or `VIRTUAL_VIEW` of a view, whose query is in `viewText`. */
  readonly tableType?: string;
  /** `/* Presto View: … *\/`, as Glue keeps Athena's views. */
  readonly viewText?: string;
}

export interface GlueColumn {
  readonly name: string;
  /** Hive type. */
  readonly type: string;
  readonly comment?: string;
}

export interface NamedQuery extends Resource {
  readonly name: string;
  readonly description: string;
  readonly database?: string;
  readonly workgroup?: string;
  readonly sql: string;
}

/** An EventBridge schedule whose target starts an Athena query. */
export interface Schedule extends Resource {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly sql: string;
  readonly database?: string;
  readonly workgroup?: string;
  /** Where starts go that are given up. */
  readonly deadLetterArn?: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export interface AlarmRule {
  readonly comparison:
    | "GreaterThanOrEqualToThreshold"
    | "GreaterThanThreshold"
    | "LessThanThreshold"
    | "LessThanOrEqualToThreshold";
  readonly threshold: number;
  /** Datapoints that are looked at. */
  readonly evaluationPeriods: number;
  /** How many of them must breach the threshold. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
}

/** A metric or an expression of an alarm. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html */
export type AlarmQuery =
  | { readonly id: string; readonly metric: Metric; readonly statistic: string }
  | { readonly id: string; readonly expression: string };

export interface MetricAlarm extends Resource, AlarmRule {
  readonly name: string;
  readonly description: string;
  readonly periodSeconds: number;
  readonly queries: readonly AlarmQuery[];
  /** The id of the query whose values are compared with the threshold. */
  readonly watches: string;
}

/**
 * The parts of a stack that this machine can run, with every reference resolved.
 *
 * Names, units and defaults are those of the Terraform AWS provider.
 */
export interface Stack {
  /** The folder of `cdk.tf.json`. Asset paths are relative to it. */
  readonly folder: string;
  readonly region: string;
  readonly accountId: string;
  readonly streams: readonly KinesisStream[];
  readonly functions: readonly LambdaFunction[];
  readonly mappings: readonly EventSourceMapping[];
  readonly deliveryStreams: readonly DeliveryStream[];
  readonly buckets: readonly Bucket[];
  readonly databases: readonly GlueDatabase[];
  readonly tables: readonly GlueTable[];
  readonly namedQueries: readonly NamedQuery[];
  readonly preparedStatements: readonly NamedQuery[];
  readonly schedules: readonly Schedule[];
  readonly alarms: readonly MetricAlarm[];
  readonly subscriptions: readonly TopicSubscription[];
  /** Roles, policies and the resources that matter only for permissions. */
  readonly access: Access;
  readonly outputs: Readonly<Record<string, string>>;
  /** One plain sentence for each part of the stack that this machine does not support, with its address. */
  readonly unsupported: readonly string[];
  /**
   * One plain sentence for each part that runs here although AWS would refuse it or set it up differently, with its
   * address.
   */
  readonly notes: readonly string[];
}

export interface Resource {
  /** Terraform address, such as `aws_kinesis_stream.ingest_stream_1A2B3C4D`. */
  readonly address: string;
}

export interface KinesisStream extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly mode: "PROVISIONED" | "ON_DEMAND";
  /** Number of open shards at creation. An on-demand stream has 4, as on AWS. */
  readonly shardCount: number;
  readonly retentionHours: number;
  /** ARN of the customer-managed key. */
  readonly kmsKeyArn?: string;
}

/** The files of a function or of a layer. */
export interface Archive {
  /** Absolute path of the deployment package, or of the folder or file that Terraform would make it from. */
  readonly archive: string;
  /** The files in the archive, when the stack contains them as text. */
  readonly contents?: readonly { readonly name: string; readonly text: string }[];
  /** Paths and patterns of files that the archive of a folder leaves out. */
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
  /** ARN of the execution role; absent when it is unknown. */
  readonly roleArn?: string;
  /** ARN of the customer-managed key that encrypts the environment variables. */
  readonly kmsKeyArn?: string;
  /** Name of the log group. @default - `/aws/lambda/<name>` */
  readonly logGroup?: string;
  /** Whether X-Ray's active tracing is enabled. @default false */
  readonly tracing?: boolean;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface EventSourceMapping extends Resource {
  readonly streamArn: string;
  /** ARN of the consumer with enhanced fan-out; absent when the mapping shares the stream's throughput. */
  readonly consumerArn?: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  /** Length of the tumbling window; 0 means that there is none. Seconds. */
  readonly tumblingWindowSeconds: number;
  readonly parallelizationFactor: number;
  readonly startingPosition: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  readonly startingPositionTimestamp?: Date;
  readonly bisectBatchOnFunctionError: boolean;
  /** Largest number of retries; -1 means without limit. */
  readonly maximumRetryAttempts: number;
  /** Largest age of records that are retried; -1 means without limit. Seconds. */
  readonly maximumRecordAgeSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly filters: readonly string[];
  readonly onFailureArn?: string;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export interface DeliveryStream extends Resource {
  readonly name: string;
  readonly arn: string;
  /** ARN of the source Kinesis stream; absent when producers put records directly. */
  readonly sourceStreamArn?: string;
  /** ARN of the role that reads the source; absent when it is unknown. */
  readonly roleArn?: string;
  /**
   * Where records are written. For an HTTP endpoint, this is the bucket for records that the endpoint did not accept.
   */
  readonly destination: S3Destination;
  readonly backup?: S3Destination;
  readonly processing: Processing;
  /** Whether the prefix may contain partition keys. */
  readonly dynamicPartitioning: boolean;
  readonly httpEndpoint?: HttpEndpoint;
  /** The conversion to the columns of a Glue table; absent when records are delivered as they were sent. */
  readonly conversion?: RecordConversion;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html */
export interface Processing {
  /** Whether records of CloudWatch Logs, which are compressed with gzip, are decompressed. */
  readonly decompress: boolean;
  /** Whether only the messages of CloudWatch Logs are delivered. */
  readonly extractMessages: boolean;
  /** Splits records that contain several, either JSON values or texts separated by a delimiter. */
  readonly deaggregate?: { readonly delimiter?: string };
  /** A jq program that returns an object of partition keys. */
  readonly metadataQuery?: string;
  readonly transform?: TransformFunction;
}

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
export interface TransformFunction {
  readonly functionArn: string;
  /**
   * The function's ARN as the processor gives it. It may include a version or an alias, which the role's policy
   * must then allow.
   */
  readonly invokedArn: string;
  /** ARN of the processor's own role. @default - the destination's role */
  readonly roleArn?: string;
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
  /** ARN of the role that writes the objects; absent when it is unknown. */
  readonly roleArn?: string;
  /** ARN of the customer-managed key that encrypts the objects. */
  readonly kmsKeyArn?: string;
  /** The CloudWatch log group and stream to which errors are logged. */
  readonly log?: { readonly group: string; readonly stream: string };
}

export interface RecordConversion {
  readonly database: string;
  readonly table: string;
  readonly format: "PARQUET" | "ORC";
  readonly compression: string;
  readonly deserializer: "OPENX_JSON" | "HIVE_JSON";
  readonly deserializerParameters: Readonly<Record<string, unknown>>;
  /** ARN of the role that reads the table's definition; absent when it is unknown. */
  readonly roleArn?: string;
}

export interface Bucket extends Resource {
  readonly name: string;
  readonly arn: string;
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html */
export interface GlueDatabase extends Resource {
  readonly name: string;
  readonly description?: string;
  /** Location of tables that have none of their own, such as `s3://bucket/prefix/`. */
  readonly location?: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html */
export interface GlueTable extends Resource {
  readonly database: string;
  readonly name: string;
  /** Location of the table's data, such as `s3://bucket/prefix/`. */
  readonly location: string;
  readonly columns: readonly GlueColumn[];
  readonly partitionKeys: readonly GlueColumn[];
  readonly serializationLibrary: string;
  readonly serdeParameters: Readonly<Record<string, string>>;
  /** The table's parameters, including `projection.*`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  /** `EXTERNAL_TABLE`, or `VIRTUAL_VIEW` for a view, whose query is in `viewText`. */
  readonly tableType?: string;
  /** Definition of an Athena view in the form in which Glue stores it: `/* Presto View: … *\/`. */
  readonly viewText?: string;
  /** Bucketing: rows are distributed to this number of files by the hash of these columns. */
  readonly buckets?: { readonly columns: readonly string[]; readonly count: number };
  /** The partitions that the stack defines. */
  readonly partitions?: readonly GluePartition[];
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Partition.html */
export interface GluePartition {
  /** One value for each of the table's partition keys, in their order. */
  readonly values: readonly string[];
  /** Location of the partition's data, such as `s3://bucket/prefix/`; absent when the stack gives none. */
  readonly location?: string;
}

export interface GlueColumn {
  readonly name: string;
  /** The column's Hive type. */
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
  /** When the schedule starts: `cron(…)`, `rate(…)` or `at(…)`. */
  readonly expression: string;
  readonly timeZone: string;
  /** Whether the schedule is enabled. */
  readonly enabled: boolean;
  readonly startsAt?: Date;
  readonly endsAt?: Date;
  readonly sql: string;
  readonly database?: string;
  readonly workgroup?: string;
  /** Name of the schedule's group. @default "default" */
  readonly group?: string;
  /** ARN of the role that starts the query; absent when it is unknown. */
  readonly roleArn?: string;
  /** ARN of the queue for starts that have failed for good. */
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
  /** Number of datapoints that are evaluated. */
  readonly evaluationPeriods: number;
  /** Number of those datapoints that must breach the threshold. */
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
  /** ARNs that are notified of each state, such as topics. @default - none */
  readonly actions?: Readonly<Record<"ALARM" | "OK" | "INSUFFICIENT_DATA", readonly string[]>>;
  readonly periodSeconds: number;
  readonly queries: readonly AlarmQuery[];
  /** The id of the query whose values are compared with the threshold. */
  readonly watches: string;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export interface TopicSubscription extends Resource {
  readonly arn: string;
  readonly topicArn: string;
  /** The protocol, such as `sqs`, `lambda` or `email`. */
  readonly protocol: string;
  readonly endpoint: string;
  /** Whether the raw message is sent, without SNS's envelope. */
  readonly isRaw: boolean;
  /** Filters the messages that are sent. @default - every message is sent */
  readonly filter?: {
    readonly pattern: Readonly<Record<string, unknown>>;
    readonly scope: "MessageAttributes" | "MessageBody";
  };
  /** ARN of the queue for messages that can't be delivered. */
  readonly deadLetterArn?: string;
}

/** Policies, roles and keys of a stack. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html */
export interface Access {
  readonly roles: readonly Role[];
  /** Inline and attached policies of roles. */
  readonly rolePolicies: readonly RolePolicy[];
  /** Policies of buckets, queues, topics, keys, streams and functions. */
  readonly resourcePolicies: readonly ResourcePolicy[];
  /** ARNs of the keys that the stack creates. */
  readonly keys: readonly string[];
  readonly queues: readonly EncryptedResource[];
  readonly topics: readonly EncryptedResource[];
  readonly logGroups: readonly EncryptedResource[];
  /** Buckets whose objects are encrypted with a customer-managed key by default. */
  readonly buckets: readonly (EncryptedResource & { readonly hasBucketKey: boolean })[];
  readonly workgroups: readonly Workgroup[];
  /** Buckets, and where S3 writes their access logs. */
  readonly accessLogs: readonly AccessLog[];
  /** Tags of resources that policies can check, by the resource's ARN. Only resources with tags are included. */
  readonly tags: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html */
export interface AccessLog extends Resource {
  /** Name of the bucket whose requests are logged. */
  readonly bucket: string;
  /** Name of the bucket that the log is written to. */
  readonly target: string;
  readonly prefix: string;
}

/** A policy as JSON; undefined when it is not in the stack or can't be resolved here. */
export interface PolicyText extends Resource {
  readonly name: string;
  readonly document: string | undefined;
  /** Why the document is missing. */
  readonly problem?: string;
}

export interface Role extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly trust: PolicyText;
  readonly boundary?: PolicyText;
}

export interface RolePolicy extends PolicyText {
  /** Name of the role that the policy belongs to. */
  readonly role: string;
  /** ARN of the policy, if it is a managed policy. */
  readonly arn?: string;
}

export interface ResourcePolicy extends PolicyText {
  /** ARN of the resource that the policy belongs to. */
  readonly resource: string;
}

export interface EncryptedResource extends Resource {
  readonly name: string;
  readonly arn: string;
  /** ARN of the customer-managed key. */
  readonly kmsKeyArn?: string;
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html */
export interface Workgroup extends EncryptedResource {
  /** Location of query results, such as `s3://bucket/prefix/`. */
  readonly outputLocation?: string;
}

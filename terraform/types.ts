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
  readonly databases: readonly GlueDatabase[];
  readonly tables: readonly GlueTable[];
  readonly namedQueries: readonly NamedQuery[];
  readonly preparedStatements: readonly NamedQuery[];
  readonly schedules: readonly Schedule[];
  readonly alarms: readonly MetricAlarm[];
  readonly subscriptions: readonly TopicSubscription[];
  /** Who may do what, and the resources that only matter for that. */
  readonly access: Access;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the stack asks for and this machine does not do, one plain sentence each, with its address. */
  readonly unsupported: readonly string[];
  /** What is run here although AWS would refuse it, or has it elsewhere, one plain sentence each, with its address. */
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
  /** Open shards at creation; 4 for an on-demand stream, as on AWS. */
  readonly shardCount: number;
  readonly retentionHours: number;
  /** Customer-managed key. */
  readonly kmsKeyArn?: string;
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
  /** The execution role's ARN; absent when it is not known here. */
  readonly roleArn?: string;
  /** Customer-managed key of the environment. */
  readonly kmsKeyArn?: string;
  /** Name of the log group. @default - `/aws/lambda/<name>` */
  readonly logGroup?: string;
  /** X-Ray's tracing is active. @default false */
  readonly tracing?: boolean;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface EventSourceMapping extends Resource {
  readonly streamArn: string;
  /** ARN of the stream's consumer with enhanced fan-out; absent for a shared reader. */
  readonly consumerArn?: string;
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
  /** ARN of the role that reads the source; absent when it is not known here. */
  readonly roleArn?: string;
  /** Where records are written; for an HTTP endpoint, the bucket of the records that the endpoint did not accept. */
  readonly destination: S3Destination;
  readonly backup?: S3Destination;
  readonly processing: Processing;
  /** Whether the prefix may hold partition keys. */
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
  /** As the processor names it: with a version or an alias, for which a policy must allow it. */
  readonly invokedArn: string;
  /** Of the processor itself. @default - that of the destination */
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
  /** ARN of the role that writes; absent when it is not known here. */
  readonly roleArn?: string;
  /** Customer-managed key of the objects. */
  readonly kmsKeyArn?: string;
  /** Where errors are logged. */
  readonly log?: { readonly group: string; readonly stream: string };
}

export interface RecordConversion {
  readonly database: string;
  readonly table: string;
  readonly format: "PARQUET" | "ORC";
  readonly compression: string;
  readonly deserializer: "OPENX_JSON" | "HIVE_JSON";
  readonly deserializerParameters: Readonly<Record<string, unknown>>;
  /** ARN of the role that reads the table's definition; absent when it is not known here. */
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
  /** `s3://bucket/prefix/` of tables that name no place. */
  readonly location?: string;
  readonly parameters: Readonly<Record<string, string>>;
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
  /** The columns whose hash divides the rows into as many objects. */
  readonly buckets?: { readonly columns: readonly string[]; readonly count: number };
  /** The partitions that the stack registers. */
  readonly partitions?: readonly GluePartition[];
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Partition.html */
export interface GluePartition {
  /** A value for each of the table's keys, in their order. */
  readonly values: readonly string[];
  /** `s3://bucket/prefix/`; absent where the stack names none. */
  readonly location?: string;
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
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  readonly expression: string;
  readonly timeZone: string;
  /** Whether it starts by itself. */
  readonly enabled: boolean;
  readonly startsAt?: Date;
  readonly endsAt?: Date;
  readonly sql: string;
  readonly database?: string;
  readonly workgroup?: string;
  /** Name of the schedule's group. @default "default" */
  readonly group?: string;
  /** ARN of the role that starts the query; absent when it is not known here. */
  readonly roleArn?: string;
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
  /** ARNs of what is notified of the states, such as a topic. @default - none */
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
  /** `sqs`, `lambda`, `email` … */
  readonly protocol: string;
  readonly endpoint: string;
  /** The message alone is sent, without what SNS puts around it. */
  readonly isRaw: boolean;
  /** What is not sent is left out. @default - everything is sent */
  readonly filter?: {
    readonly pattern: Readonly<Record<string, unknown>>;
    readonly scope: "MessageAttributes" | "MessageBody";
  };
  /** The queue of what can't be sent. */
  readonly deadLetterArn?: string;
}

/** Policies, roles and keys of a stack. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html */
export interface Access {
  readonly roles: readonly Role[];
  /** Policies of roles, inline and attached. */
  readonly rolePolicies: readonly RolePolicy[];
  /** Policies of buckets, queues, topics, keys, streams and functions. */
  readonly resourcePolicies: readonly ResourcePolicy[];
  /** ARNs of the keys that are made by the stack. */
  readonly keys: readonly string[];
  readonly queues: readonly EncryptedResource[];
  readonly topics: readonly EncryptedResource[];
  readonly logGroups: readonly EncryptedResource[];
  /** Buckets whose objects a customer-managed key encrypts by default. */
  readonly buckets: readonly (EncryptedResource & { readonly hasBucketKey: boolean })[];
  readonly workgroups: readonly Workgroup[];
  /** Buckets, and where S3 logs who uses them. */
  readonly accessLogs: readonly AccessLog[];
  /** Tags by the ARNs of the resources that have some, where policies can ask for them. */
  readonly tags: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html */
export interface AccessLog extends Resource {
  /** Name of the bucket that is used. */
  readonly bucket: string;
  /** Name of the bucket with the log. */
  readonly target: string;
  readonly prefix: string;
}

/** A policy as JSON; undefined when it is not in the stack, or can't be resolved here. */
export interface PolicyText extends Resource {
  readonly name: string;
  readonly document: string | undefined;
  /** Why there is no document. */
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
  /** Name of the role. */
  readonly role: string;
  /** Of a managed policy. */
  readonly arn?: string;
}

export interface ResourcePolicy extends PolicyText {
  /** ARN of the resource. */
  readonly resource: string;
}

export interface EncryptedResource extends Resource {
  readonly name: string;
  readonly arn: string;
  /** Customer-managed key. */
  readonly kmsKeyArn?: string;
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html */
export interface Workgroup extends EncryptedResource {
  /** `s3://bucket/prefix/` of the results. */
  readonly outputLocation?: string;
}

/** The range of whole numbers that AWS accepts, including both bounds. */
export interface Limit {
  readonly minimum: number;
  readonly maximum: number;
  /** What is counted, such as `seconds`. */
  readonly unit: string;
}

/** Describes the values that a limit allows. */
export function rangeOf({ minimum, maximum, unit }: Limit): string {
  return `a whole number of ${unit} from ${minimum} to ${maximum}`;
}

/** Whether AWS accepts a value. */
export const isWithin = ({ minimum, maximum }: Limit, value: number): boolean =>
  Number.isInteger(value) && value >= minimum && value <= maximum;

const limit = (minimum: number, maximum: number, unit: string): Limit => ({ minimum, maximum, unit });

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
export const streamLimits = {
  shardCount: limit(1, 20_000, "shards"),
  retentionHours: limit(24, 8760, "hours"),
};

const mebibyte = 1024 * 1024;

/**
 * Limits of a shard per second: records and bytes written, bytes read, and GetRecords calls.
 *
 * https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export const shardLimits = {
  recordsIn: 1000,
  bytesIn: mebibyte,
  bytesOut: 2 * mebibyte,
  readsOut: 5,
};

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export const mappingLimits = {
  batchSize: limit(1, 10_000, "records"),
  batchingWindowSeconds: limit(0, 300, "seconds"),
  parallelizationFactor: limit(1, 10, "batches"),
  maximumRetryAttempts: limit(-1, 10_000, "retries"),
  maximumRecordAgeSeconds: limit(60, 604_800, "seconds (or be -1, without end)"),
  tumblingWindowSeconds: limit(0, 900, "seconds"),
};

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const functionLimits = {
  memoryMegabytes: limit(128, 10_240, "megabytes"),
  timeoutSeconds: limit(1, 900, "seconds"),
  reservedConcurrency: limit(1, 100_000, "executions"),
  temporaryMegabytes: limit(512, 10_240, "megabytes"),
  /** Most bytes of all environment variables of a function together. */
  environmentBytes: 4096,
  /** Most bytes of the event of an invocation that waits for its answer. */
  eventBytes: 6 * mebibyte,
  /** Most bytes of the event of an invocation that does not. */
  laterEventBytes: mebibyte,
};

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
export const bufferLimits = {
  seconds: limit(0, 900, "seconds"),
  /** Keeping the records as they were sent needs a buffer of at least one second: https://docs.aws.amazon.com/firehose/latest/dev/create-configure-backup.html */
  rawSeconds: limit(1, 900, "seconds"),
  mebibytes: limit(1, 128, "MiB"),
  /** https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html */
  convertedMebibytes: limit(64, 128, "MiB"),
  /** https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-enable.html */
  partitionedSeconds: limit(60, 900, "seconds"),
  /** https://docs.aws.amazon.com/firehose/latest/APIReference/API_HttpEndpointBufferingHints.html */
  endpointMebibytes: limit(1, 64, "MiB"),
};

/** How long a destination or dynamic partitioning retries: https://docs.aws.amazon.com/firehose/latest/APIReference/API_RetryOptions.html */
export const deliveryRetrySeconds = limit(0, 7200, "seconds");

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html */
export const transformLimits = {
  bufferSeconds: limit(0, 900, "seconds"),
  retries: limit(0, 300, "retries"),
  /** The only size that need not be a whole number: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
  bufferMebibytes: { minimum: 0.2, maximum: 3 },
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const queueRetentionDays = limit(1, 14, "days");

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const queueLimits = {
  delaySeconds: limit(0, 900, "seconds"),
  messageBytes: limit(1024, 1_048_576, "bytes"),
  retentionSeconds: limit(60, 1_209_600, "seconds"),
  waitSeconds: limit(0, 20, "seconds"),
  visibilitySeconds: limit(0, 43_200, "seconds"),
};

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
export const scheduleLimits = {
  maximumRetryAttempts: limit(0, 185, "attempts"),
  maximumEventAgeSeconds: limit(60, 86_400, "seconds"),
  /** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html */
  windowMinutes: limit(1, 1440, "minutes"),
};

/** At most 7 EB: https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html */
export const scanCutoffMebibytes = limit(10, Math.floor(7e18 / mebibyte), "MiB");

/** Most bytes of a query's text: https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html */
export const queryBytes = 262_144;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export const keyDeletionWindowDays = limit(7, 30, "days");

/** https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html */
export const budgetLimits = {
  monthlyDollars: limit(1, 1_000_000, "US dollars"),
  emails: 10,
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const logRetentionChoices: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Age of an object in a lifecycle rule: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html */
export const objectDays = limit(1, 36_500, "days");

/** Days that a lake keeps records. Two are the least, so that a day's partition is complete until the next begins. */
export const recordDays = limit(2, 36_500, "days");

/** Days before an object moves to another storage class. Some classes accept objects only after more than 0 days. */
export const transitionDays = limit(0, 36_500, "days");

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const alarmLimits = {
  /**
   * Evaluation periods of an alarm. The maximum is for the shortest period: all periods together can last a day, or a
   * week if each is an hour or longer.
   */
  periods: limit(1, 8640, "periods"),
  daySeconds: 86_400,
  weekSeconds: 604_800,
};

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export const secretRecoveryDays = limit(7, 30, "days");

import {
  alarmLimits,
  deliveryRetrySeconds,
  functionLimits,
  keyDeletionWindowDays,
  type Limit,
  logRetentionChoices,
  objectDays,
  queueLimits,
  scanCutoffMebibytes,
  scheduleLimits,
  secretRecoveryDays,
  transitionDays,
} from "@streaming-data-lake/rules/limits";
import { UnresolvedError } from "../errors";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";

type Range = Limit | readonly number[];

/**
 * The path of an argument through its blocks, the numbers that AWS accepts for it, and the number that means "off" if it
 * is not one of them.
 */
type Argument = readonly [path: string, range: Range, off?: number];

const mebibyte = 1024 * 1024;
const scanCutoffBytes: Limit = {
  minimum: scanCutoffMebibytes.minimum * mebibyte,
  maximum: scanCutoffMebibytes.maximum * mebibyte,
  unit: "bytes",
};
const lifecycle: readonly Argument[] = [
  ["expiration.days", objectDays, 0],
  ["noncurrent_version_expiration.noncurrent_days", objectDays],
  ["noncurrent_version_transition.noncurrent_days", transitionDays],
  ["transition.days", transitionDays],
  ["abort_incomplete_multipart_upload.days_after_initiation", objectDays],
];

/** Arguments with limits that no reader of a resource checks, by resource type. */
const ranges: Readonly<Record<string, readonly Argument[]>> = {
  aws_athena_workgroup: [["configuration.bytes_scanned_cutoff_per_query", scanCutoffBytes, 0]],
  aws_cloudwatch_log_group: [["retention_in_days", logRetentionChoices, 0]],
  aws_kinesis_firehose_delivery_stream: [
    ["extended_s3_configuration.dynamic_partitioning_configuration.retry_duration", deliveryRetrySeconds],
  ],
  aws_kms_key: [["deletion_window_in_days", keyDeletionWindowDays]],
  aws_lambda_function: [
    ["reserved_concurrent_executions", { ...functionLimits.reservedConcurrency, minimum: 0 }, -1],
    ["ephemeral_storage.size", functionLimits.temporaryMegabytes],
  ],
  aws_s3_bucket_lifecycle_configuration: lifecycle.map(([path, ...rest]) => [`rule.${path}`, ...rest]),
  aws_scheduler_schedule: [
    ["flexible_time_window.maximum_window_in_minutes", scheduleLimits.windowMinutes],
    ["target.retry_policy.maximum_event_age_in_seconds", scheduleLimits.maximumEventAgeSeconds],
    ["target.retry_policy.maximum_retry_attempts", scheduleLimits.maximumRetryAttempts],
  ],
  aws_secretsmanager_secret: [["recovery_window_in_days", secretRecoveryDays, 0]],
  aws_sqs_queue: [
    ["delay_seconds", queueLimits.delaySeconds],
    ["max_message_size", queueLimits.messageBytes],
    ["message_retention_seconds", queueLimits.retentionSeconds],
    ["receive_wait_time_seconds", queueLimits.waitSeconds],
    ["visibility_timeout_seconds", queueLimits.visibilitySeconds],
  ],
};

/**
 * Refuses numbers that AWS would refuse, although nothing on this machine depends on them.
 *
 * @throws StackError that names the place and the numbers that AWS accepts.
 */
export function checkRanges(reader: StackReader): void {
  for (const [type, args] of Object.entries(ranges))
    for (const resource of reader.blocksOf(type))
      for (const argument of args) checkArgument(resource, argument);
}

function checkArgument(resource: Settings, [path, range, off]: Argument): void {
  const blocks = path.split(".");
  const name = blocks.pop() ?? "";
  try {
    const holders = blocks.reduce((some, block) => some.flatMap((one) => one.blocks(block)), [resource]);
    for (const holder of holders)
      if (holder.text(name) !== undefined) {
        if (isChoice(range)) holder.choice(name, range, off ?? 0);
        else holder.integer(name, range, off ?? range.minimum);
      }
  } catch (error) {
    // A value that can't be resolved is reported by the reader that needs it.
    if (!(error instanceof UnresolvedError)) throw error;
  }
}

const isChoice = (range: Range): range is readonly number[] => Array.isArray(range);

/** The period of a metric in seconds: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export function alarmPeriod(settings: Settings): number {
  const seconds = settings.number("period", 60);
  const isShort = seconds === 10 || seconds === 20 || seconds === 30;
  const isWhole = seconds > 0 && seconds % 60 === 0 && seconds <= alarmLimits.weekSeconds;
  if (isShort || isWhole) return seconds;
  throw settings.error("period", `must be 10, 20, 30 or a multiple of 60 seconds, not ${seconds}`);
}

/** @throws StackError when the alarm's periods together are longer than AWS allows. */
export function checkLookBack(alarm: Settings, periods: number, periodSeconds: number): void {
  const most = periodSeconds < 3600 ? alarmLimits.daySeconds : alarmLimits.weekSeconds;
  if (periods * periodSeconds > most)
    throw alarm.error(
      "evaluation_periods",
      `all periods must last ${most === alarmLimits.daySeconds ? "a day" : "a week"} at most, not ${periods} times ${periodSeconds} s`,
    );
}

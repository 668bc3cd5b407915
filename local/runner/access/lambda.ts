import type { Call } from "@streaming-data-lake/iam";
import { bucketOf } from "@streaming-data-lake/terraform/names";
import type {
  EventSourceMapping,
  KinesisStream,
  LambdaFunction,
  Stack,
} from "@streaming-data-lake/terraform/types";
import { actionsOn, assumeRole, callerOf, type Place, readerKeyActions, useKey } from "./calls";
import { logGroupArn, logGroupCalls, logStreamArn } from "./log-groups";
import { sendCalls } from "./messages";
import { bucketArn, ObjectCalls } from "./s3";
import { decryptRecords, type ReaderCalls } from "./streams";

/** The calls that Lambda makes in the name of a function's execution role. */
export interface FunctionCalls {
  /** The calls that start an execution environment. */
  readonly start: readonly Call[];
  /** The calls that create the log and write to it. */
  readonly log: readonly Call[];
  /** The calls that send traces to X-Ray, for each invocation. */
  readonly trace: readonly Call[];
}

export function functionCalls(stack: Place & Pick<Stack, "access">, fn: LambdaFunction): FunctionCalls {
  const caller = callerOf(fn, fn.roleArn);
  if (!caller) return { start: [], log: [], trace: [] };
  const group = logGroupOf(fn);
  const made = stack.access.logGroups.find(({ name }) => name === group);
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  const logStream = logStreamArn(stack, group, `${day}/[$LATEST]${"0".repeat(32)}`);
  return {
    start: [
      assumeRole(stack, "lambda.amazonaws.com", caller.roleArn, fn.arn),
      // https://docs.aws.amazon.com/lambda/latest/dg/security-encryption-at-rest.html
      ...useKey(stack, caller, fn.kmsKeyArn, readerKeyActions, {
        via: "lambda",
        encryptionContext: { "aws:lambda:FunctionArn": fn.arn },
      }),
    ],
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    log: [
      ...(made
        ? logGroupCalls(stack, made)
        : actionsOn(caller, logGroupArn(stack, group), ["logs:CreateLogGroup"])),
      ...actionsOn(caller, logStream, ["logs:CreateLogStream", "logs:PutLogEvents"]),
    ],
    // https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    trace: fn.tracing ? actionsOn(caller, "*", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]) : [],
  };
}

export function logGroupOf({ name, logGroup }: LambdaFunction): string {
  return logGroup ?? `/aws/lambda/${name}`;
}

/**
 * The calls that a mapping's poller makes. AWS creates a mapping only if the role allows the five actions on the stream
 * and, with enhanced fan-out, the action on the consumer.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
 */
export function pollerCalls(
  place: Place,
  mapping: EventSourceMapping,
  fn: LambdaFunction,
  stream: KinesisStream,
): ReaderCalls {
  const caller = callerOf(fn, fn.roleArn);
  if (!caller) return { list: [], fetch: [] };
  const read = actionsOn(caller, stream.arn, ["kinesis:GetShardIterator", "kinesis:GetRecords"]);
  const subscribe = mapping.consumerArn
    ? actionsOn(caller, mapping.consumerArn, ["kinesis:SubscribeToShard"])
    : [];
  return {
    list: [
      assumeRole(place, "lambda.amazonaws.com", caller.roleArn, fn.arn),
      ...actionsOn(caller, stream.arn, [
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:ListShards",
      ]),
      ...read,
    ],
    fetch: [...(mapping.consumerArn ? subscribe : read), ...decryptRecords(place, caller, stream)],
  };
}

/**
 * The problem that a mapping reports when its poller is denied a call.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
 */
export function mappingProblem({ address, streamArn }: EventSourceMapping, { action }: Call): string {
  const problem =
    action === "sts:AssumeRole"
      ? "Lambda failed to assume your function execution role"
      : `Cannot access stream ${streamArn}`;
  return `${address}: PROBLEM: ${problem}`;
}

/**
 * The calls with which a mapping sends a discarded batch to its on-failure destination.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function onFailureCalls(
  stack: Place & Pick<Stack, "access">,
  { onFailureArn }: EventSourceMapping,
  fn: LambdaFunction,
): readonly Call[] {
  const caller = callerOf(fn, fn.roleArn);
  if (!caller || !onFailureArn) return [];
  const bucket = bucketOf(onFailureArn);
  if (bucket !== undefined)
    return [
      ...actionsOn(caller, bucketArn(bucket), ["s3:ListBucket"]),
      ...new ObjectCalls(stack, caller).write(bucket, "aws/lambda/"),
    ];
  return sendCalls(stack, caller, onFailureArn);
}

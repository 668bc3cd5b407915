import { Token } from "cdktf";
import { checkLogRetention, checkRoleName } from "../core/common-rules";
import type { Problems } from "../core/problems";
import { checkDeadLetterQueueProps } from "./dead-letter-queue";
import {
  defaultBatchingWindowSeconds,
  defaultTimeoutSeconds,
  type StreamFunctionProps,
  type StreamProcessorProps,
} from "./stream-processor-props";

// What Lambda takes when a function does not say: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const lambdaTimeoutSeconds = 3;

/** The timeout of the function that the props describe or give. */
export function timeoutSecondsOf({ function: existing, timeoutSeconds }: StreamFunctionProps): number {
  if (existing) return existing.timeoutInput ?? lambdaTimeoutSeconds;
  return timeoutSeconds ?? defaultTimeoutSeconds;
}

/** Checks of {@link StreamProcessorProps}, with the function's name and the stream's retention as they will be. */
export function checkStreamProcessorProps(
  problems: Problems,
  props: StreamProcessorProps,
  known: { readonly name: string; readonly retentionHours: number },
): void {
  checkFunction(problems, props, known.name);
  checkMapping(problems, props, known.retentionHours);
  problems.exclusive(
    "deadLetterQueue",
    props.deadLetterQueue,
    "deadLetterQueueProps",
    props.deadLetterQueueProps,
  );
  checkDeadLetterQueueProps(
    problems.at("deadLetterQueueProps"),
    props.deadLetterQueueProps ?? {},
    `${known.name}-dead-letters`,
  );
}

function checkFunction(problems: Problems, props: StreamProcessorProps, name: string): void {
  problems.exclusive("entry", props.entry, "function", props.function);
  if (props.entry === undefined && props.function === undefined)
    problems.add("entry", undefined, "give the handler's file, or an existing function");
  if (props.function && !props.role)
    problems.add("role", undefined, "an existing function comes with its role, which is granted the stream");
  problems.exclusive("role", props.role, "roleName", props.roleName);
  problems.name("functionName", name, /^[a-zA-Z0-9_-]{1,64}$/, "1-64 letters, digits and _-");
  checkRoleName(problems, props.roleName);
  problems.integer("memoryMegabytes", props.memoryMegabytes, 128, 10_240, "megabytes");
  problems.integer("timeoutSeconds", props.timeoutSeconds, 1, 900, "seconds");
  problems.integer("reservedConcurrency", props.reservedConcurrency, 1, 100_000, "executions");
  checkLogRetention(problems, props.logRetentionDays);
  checkEnvironment(problems, props.environment ?? {});
}

const reservedVariables =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function checkEnvironment(problems: Problems, environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (reservedVariables.test(name))
      problems.add(`environment.${name}`, value, "the runtime reserves the name");
    else if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name))
      problems.add(
        `environment.${name}`,
        value,
        "a name is a letter, then one or more letters, digits and underscores",
      );
  }
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes > 4096 && !Token.isUnresolved(environment))
    problems.add("environment", `${bytes} bytes`, "all variables take 4096 bytes at most");
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
function checkMapping(problems: Problems, props: StreamProcessorProps, retentionHours: number): void {
  problems.integer("batchSize", props.batchSize, 1, 10_000, "records");
  problems.integer("batchingWindowSeconds", props.batchingWindowSeconds, 0, 300, "seconds");
  problems.integer("parallelizationFactor", props.parallelizationFactor, 1, 10, "batches");
  problems.integer("maximumRetryAttempts", props.maximumRetryAttempts, -1, 10_000, "retries");
  problems.integer("tumblingWindowSeconds", props.tumblingWindowSeconds, 0, 900, "seconds");
  checkRecordAge(problems, props.maximumRecordAgeSeconds, retentionHours);
  // https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
  if (props.tumblingWindowSeconds)
    problems.require(
      "parallelizationFactor",
      props.parallelizationFactor,
      (props.parallelizationFactor ?? 1) === 1,
      "must be 1 with a tumbling window, whose state goes from batch to batch",
    );
  const timeout = timeoutSecondsOf(props);
  const window = props.batchingWindowSeconds ?? defaultBatchingWindowSeconds;
  if (!Token.isUnresolved(timeout))
    problems.require(
      "batchingWindowSeconds",
      window,
      window <= timeout,
      `must not exceed the function's timeout of ${timeout} seconds, or records wait longer than they may be worked on`,
    );
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
  const patterns = props.filters?.length ?? 1;
  problems.require("filters", props.filters, patterns >= 1 && patterns <= 5, "must be one to five patterns");
}

function checkRecordAge(problems: Problems, age: number | undefined, retentionHours: number): void {
  if (age === undefined || age === -1) return;
  problems.integer("maximumRecordAgeSeconds", age, 60, 604_800, "seconds (or be -1, without end)");
  if (!Token.isUnresolved(retentionHours))
    problems.require(
      "maximumRecordAgeSeconds",
      age,
      age < retentionHours * 3600,
      `must be below the stream's retention of ${retentionHours} hours: the records that a dead letter names are read from there`,
    );
}

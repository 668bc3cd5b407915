import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { functionLimits, mappingLimits } from "@streaming-data-lake/rules/limits";
import { functionName } from "@streaming-data-lake/rules/names";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { checkRole, checkRoleName } from "../access/role";
import { checkKey } from "../core/key";
import type { Problems } from "../core/problems";
import { checkLogRetention } from "../core/rules";
import { checkDeadLetterQueue } from "./dead-letter-queue";
import {
  defaultBatchingWindowSeconds,
  defaultTimeoutSeconds,
  type FunctionProps,
  type IFunction,
  isExisting,
  type StreamMappingProps,
  type StreamProcessorParts,
} from "./stream-processor-props";

// Lambda's default timeout: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const lambdaTimeoutSeconds = 3;

/** Timeout of the new or existing function in seconds; a token when only Terraform knows it. */
export function timeoutSecondsOf(props: FunctionProps | IFunction): number | undefined {
  if (!isExisting(props)) return props.timeoutSeconds ?? defaultTimeoutSeconds;
  return props.timeoutInput ?? (props instanceof LambdaFunction ? lambdaTimeoutSeconds : props.timeout);
}

/** Checks {@link StreamProcessorParts}, with the name that the function will have and the stream's retention. */
export function checkStreamProcessor(
  scope: Construct,
  problems: Problems,
  props: StreamProcessorParts,
  known: { readonly name: string; readonly retentionHours: number },
): void {
  if (!isExisting(props.function)) checkFunction(problems.at("function"), props.function, known.name);
  checkMapping(problems.at("mapping"), props.mapping ?? {}, {
    retentionHours: known.retentionHours,
    timeoutSeconds: timeoutSecondsOf(props.function),
  });
  const queueName = isExisting(props.function) ? `${known.name}-dead-letters` : undefined;
  checkDeadLetterQueue(scope, problems.at("onFailure"), props.onFailure ?? {}, queueName);
  checkKey(problems, "encryptionKey", props.encryptionKey);
}

function checkFunction(problems: Problems, props: FunctionProps, name: string): void {
  problems.exclusive("role", props.role, "roleName", props.roleName);
  checkRole(problems, "role", props.role);
  problems.name("name", name, functionName.pattern, functionName.says);
  checkRoleName(problems, props.roleName);
  problems.integer("memoryMegabytes", props.memoryMegabytes, functionLimits.memoryMegabytes);
  problems.integer("timeoutSeconds", props.timeoutSeconds, functionLimits.timeoutSeconds);
  problems.integer("reservedConcurrency", props.reservedConcurrency, functionLimits.reservedConcurrency);
  checkLogRetention(problems, props.logRetentionDays);
  checkEnvironment(problems, environmentOf(props));
}

/** The environment variables of a function: the given ones, and one that makes its stack traces name the sources. */
export function environmentOf({ environment }: FunctionProps): Record<string, string> {
  return { NODE_OPTIONS: "--enable-source-maps", ...environment };
}

const reservedVariables =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_(?!EXEC_WRAPPER$).*|AWS_ACCESS_KEY|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

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
  if (bytes > functionLimits.environmentBytes && !Token.isUnresolved(environment))
    problems.add(
      "environment",
      `${bytes} bytes`,
      `all variables take ${functionLimits.environmentBytes} bytes at most`,
    );
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
function checkMapping(
  problems: Problems,
  props: StreamMappingProps,
  known: { readonly retentionHours: number; readonly timeoutSeconds: number | undefined },
): void {
  problems.integer("batchSize", props.batchSize, mappingLimits.batchSize);
  problems.integer("batchingWindowSeconds", props.batchingWindowSeconds, mappingLimits.batchingWindowSeconds);
  problems.integer("parallelizationFactor", props.parallelizationFactor, mappingLimits.parallelizationFactor);
  problems.integer("maximumRetryAttempts", props.maximumRetryAttempts, mappingLimits.maximumRetryAttempts);
  problems.integer("tumblingWindowSeconds", props.tumblingWindowSeconds, mappingLimits.tumblingWindowSeconds);
  checkRecordAge(problems, props.maximumRecordAgeSeconds, known.retentionHours);
  checkStart(problems, props);
  // https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
  if (props.tumblingWindowSeconds)
    problems.require(
      "parallelizationFactor",
      props.parallelizationFactor,
      (props.parallelizationFactor ?? 1) === 1,
      "must be 1 with a tumbling window, whose state goes from batch to batch",
    );
  const window = props.batchingWindowSeconds ?? defaultBatchingWindowSeconds;
  if (known.timeoutSeconds !== undefined && !Token.isUnresolved(known.timeoutSeconds))
    problems.require(
      "batchingWindowSeconds",
      window,
      window <= known.timeoutSeconds,
      `must not exceed the function's timeout of ${known.timeoutSeconds} seconds, or records wait longer than they may be worked on`,
    );
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
  const patterns = props.filters?.length ?? 1;
  problems.require("filters", props.filters, patterns >= 1 && patterns <= 5, "must be one to five patterns");
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
function checkStart(
  problems: Problems,
  { startingPosition, startingPositionTimestamp }: StreamMappingProps,
): void {
  problems.name(
    "startingPositionTimestamp",
    startingPositionTimestamp,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    "a time such as 2026-01-15T10:30:00Z",
  );
  if (startingPosition !== undefined)
    problems.require(
      "startingPosition",
      startingPosition,
      (startingPosition === "AT_TIMESTAMP") === (startingPositionTimestamp !== undefined),
      "must be AT_TIMESTAMP when startingPositionTimestamp is given, and only then",
    );
}

function checkRecordAge(problems: Problems, age: number | undefined, retentionHours: number): void {
  if (age === undefined || age === -1) return;
  problems.integer("maximumRecordAgeSeconds", age, mappingLimits.maximumRecordAgeSeconds);
  if (!Token.isUnresolved(retentionHours))
    problems.require(
      "maximumRecordAgeSeconds",
      age,
      age < retentionHours * 3600,
      `must be below the stream's retention of ${retentionHours} hours: the records that a dead letter names are read from there`,
    );
}

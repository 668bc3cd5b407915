import { checkDeadLetterQueueProps } from "./dead-letter-queue";
import type { Problems } from "./problems";
import type { StreamProcessorProps } from "./stream-processor";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export function checkLogRetention(problems: Problems, value: number | undefined): void {
  if (value !== undefined)
    problems.require(
      "logRetentionDays",
      value,
      (logRetentionDays as readonly number[]).includes(value),
      `must be a number of days that CloudWatch Logs knows: ${logRetentionDays.join(", ")}`,
    );
}

/** Checks of {@link StreamProcessorProps}, with the function's name and the stream's retention as they will be. */
export function checkStreamProcessorProps(
  problems: Problems,
  props: StreamProcessorProps,
  known: { readonly name: string; readonly retentionHours: number },
): void {
  problems.name("functionName", known.name, /^[a-zA-Z0-9_-]{1,64}$/, "1-64 letters, digits and _-");
  checkRoleName(problems, props.roleName);
  problems.integer("memoryMegabytes", props.memoryMegabytes, 128, 10_240, "megabytes");
  problems.integer("timeoutSeconds", props.timeoutSeconds, 1, 900, "seconds");
  problems.integer("reservedConcurrency", props.reservedConcurrency, 1, 100_000, "executions");
  checkLogRetention(problems, props.logRetentionDays);
  checkEnvironment(problems, props.environment ?? {});
  checkMapping(problems, props, known.retentionHours);
  problems.exclusive(
    "deadLetterQueue",
    props.deadLetterQueue,
    "deadLetterQueueProps",
    props.deadLetterQueueProps,
  );
  checkDeadLetterQueueProps(problems.at("deadLetterQueueProps"), props.deadLetterQueueProps ?? {});
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function checkRoleName(problems: Problems, roleName: string | undefined): void {
  problems.name("roleName", roleName, /^[\w+=,.@-]{1,64}$/, "1-64 letters, digits and +=,.@_-");
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function checkEnvironment(problems: Problems, environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(environment)) {
    problems.require(
      `environment.${name}`,
      name,
      /^[a-zA-Z][a-zA-Z0-9_]+$/.test(name),
      "a variable's name starts with a letter and has two or more letters, digits and underscores",
    );
    problems.require(
      `environment.${name}`,
      name,
      !/^(AWS|LAMBDA|_HANDLER|_X_AMZN)/.test(name),
      "the Lambda runtime reserves the name",
    );
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
function checkMapping(problems: Problems, props: StreamProcessorProps, retentionHours: number): void {
  problems.integer("batchSize", props.batchSize, 1, 10_000, "records");
  problems.integer("batchingWindowSeconds", props.batchingWindowSeconds, 0, 300, "seconds");
  problems.integer("parallelizationFactor", props.parallelizationFactor, 1, 10, "batches");
  problems.integer("maximumRetryAttempts", props.maximumRetryAttempts, -1, 10_000, "retries");
  problems.integer("tumblingWindowSeconds", props.tumblingWindowSeconds, 0, 900, "seconds");
  const age = props.maximumRecordAgeSeconds;
  if (age !== undefined && age !== -1) {
    problems.integer("maximumRecordAgeSeconds", age, 60, 604_800, "seconds (or -1: without end)");
    problems.require(
      "maximumRecordAgeSeconds",
      age,
      age < retentionHours * 3600,
      `must be below the stream's retention of ${retentionHours} hours: a dead letter names records that must still be there`,
    );
  }
  // Two settings of the mapping that AWS refuses together.
  if (props.tumblingWindowSeconds)
    problems.require(
      "parallelizationFactor",
      props.parallelizationFactor,
      (props.parallelizationFactor ?? 1) === 1,
      "a mapping with a tumbling window works on one batch of a shard at a time",
    );
  problems.require(
    "batchingWindowSeconds",
    props.batchingWindowSeconds,
    (props.batchingWindowSeconds ?? 0) <= (props.timeoutSeconds ?? 60),
    `must not exceed the function's timeout of ${props.timeoutSeconds ?? 60} seconds: gathering for longer than a batch may take only delays it`,
  );
  problems.require(
    "filters",
    props.filters,
    (props.filters?.length ?? 1) >= 1 && (props.filters?.length ?? 1) <= 5,
    "must be one to five patterns",
  );
}

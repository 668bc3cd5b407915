import { functionLimits, mappingLimits } from "@streaming-data-lake/rules/limits";
import type { RoleReference } from "../access/role";
import type { KeyReference } from "../core/key";
import * as references from "../core/references";
import {
  anyObject,
  either,
  flag,
  having,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shapes,
  text,
} from "../core/shape";
import { type DeadLetterQueueProps, deadLetterQueueShape } from "./dead-letter-queue";
import { type IStream, type StreamReference, streamReference } from "./stream";

/** Properties of a new function: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export interface FunctionProps {
  /** Path of the TypeScript or JavaScript file that exports `handler`. It is bundled at synthesis. */
  readonly entry: string;
  /** Name of the function: 1-64 letters, digits and `_-`. @default - the processor's name */
  readonly name?: string;
  /**
   * An existing role, which is granted what the function needs. Can't be given together with `roleName`.
   *
   * @default - a new role
   */
  readonly role?: RoleReference;
  /** Name of a new role: 1-64 characters, unique in the account across all regions. @default - the function's name */
  readonly roleName?: string;
  /**
   * Environment variables, at most 4 KB including the construct's own `NODE_OPTIONS`. They must not hold secrets.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Memory in megabytes, 128-10240. @default 256 */
  readonly memoryMegabytes?: number;
  /** Timeout in seconds, 1-900. @default 60 */
  readonly timeoutSeconds?: number;
  /**
   * Concurrent executions that are reserved for this function, 1 or more.
   *
   * @default - the account's unreserved concurrency
   */
  readonly reservedConcurrency?: number;
  /** Days that logs are kept, one of the values that CloudWatch allows. @default 14 */
  readonly logRetentionDays?: number;
  /**
   * Whether X-Ray traces the first invocation of each second and 5 % of the others. AWS charges for traces.
   *
   * @default false
   */
  readonly tracing?: boolean;
}

/** An existing function, such as a `LambdaFunction` or a `DataAwsLambdaFunction`. */
export interface IFunction {
  readonly arn: string;
  readonly functionName: string;
  /** ARN of the function's role, which is granted access to the stream. */
  readonly role: string;
  /** The function's timeout in seconds, if this app sets it. */
  readonly timeoutInput?: number;
  /**
   * The function's timeout in seconds, as Terraform reads it.
   *
   * @default - not known, so no check and no alarm uses it
   */
  readonly timeout?: number;
}

/** An existing function: an object such as a `LambdaFunction` or a `DataAwsLambdaFunction`, its name or its ARN. */
export type FunctionReference = IFunction | string;

/** How the stream is read: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface StreamMappingProps {
  /** Most records in a batch, 1-10000. @default 100 */
  readonly batchSize?: number;
  /** Seconds that Lambda waits to fill a batch, 0-300. @default 1 */
  readonly batchingWindowSeconds?: number;
  /** Batches of one shard that are processed at the same time, 1-10. Order is kept by partition key. @default 1 */
  readonly parallelizationFactor?: number;
  /**
   * Position in the stream at which a new mapping starts to read.
   *
   * @default "TRIM_HORIZON", or AT_TIMESTAMP with `startingPositionTimestamp`
   */
  readonly startingPosition?: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  /** Time from which a new mapping reads, in ISO 8601 and UTC. It must not be in the future. @default - none */
  readonly startingPositionTimestamp?: string;
  /** Retries of a failed batch, 0-10000, or -1 for no limit. @default 10 */
  readonly maximumRetryAttempts?: number;
  /**
   * Age in seconds at which records are discarded, 60-604800, or -1 for no limit.
   *
   * @default - half the stream's retention, so that the records that a dead letter names can still be read
   */
  readonly maximumRecordAgeSeconds?: number;
  /** Whether a failed batch is split in half before it is retried. @default true */
  readonly bisectBatchOnFunctionError?: boolean;
  /** Length in seconds of the tumbling windows over which the function keeps a state, 0-900. @default - no windows */
  readonly tumblingWindowSeconds?: number;
  /**
   * Up to five event patterns. A record that matches none of them is skipped. With filters there is no alarm for a
   * function that is not invoked, because possibly no record matches. @default - every record
   */
  readonly filters?: readonly Readonly<Record<string, unknown>>[];
  /**
   * Whether the function reads with enhanced fan-out: its own 2 MiB/s of every shard, charged by the hour.
   *
   * @default false
   */
  readonly enhancedFanOut?: boolean;
}

export interface StreamProcessorProps {
  readonly stream: StreamReference;
  /**
   * Name of a new function, of a new queue (with `-dead-letters` appended) and of a consumer, unless they have their
   * own names: 1-64 letters, digits and `_-`. @default - `<project>-<environment>-<construct id>`
   */
  readonly name?: string;
  /** A new function, or an existing one. */
  readonly function: FunctionProps | FunctionReference;
  /** How the stream is read. @default - the defaults of {@link StreamMappingProps} */
  readonly mapping?: StreamMappingProps;
  /** The queue for discarded batches. @default - a new queue */
  readonly onFailure?: DeadLetterQueueProps;
  /**
   * Customer-managed key of a new function's environment and logs, and of a new queue.
   *
   * @default - keys that AWS manages
   */
  readonly encryptionKey?: KeyReference;
}

export const functionShape = either(
  "a function, its name or its ARN, or the props of a new one",
  text,
  having("", "arn", "functionName", "role"),
  object<FunctionProps>({
    entry: text,
    name: optional(text),
    role: optional(references.role),
    roleName: optional(text),
    environment: optional(record(text)),
    memoryMegabytes: optional(number(functionLimits.memoryMegabytes)),
    timeoutSeconds: optional(number(functionLimits.timeoutSeconds)),
    reservedConcurrency: optional(number(functionLimits.reservedConcurrency)),
    logRetentionDays: optional(number()),
    tracing: optional(flag),
  }),
);

export const mappingShape = object<StreamMappingProps>({
  batchSize: optional(number(mappingLimits.batchSize)),
  batchingWindowSeconds: optional(number(mappingLimits.batchingWindowSeconds)),
  parallelizationFactor: optional(number(mappingLimits.parallelizationFactor)),
  startingPosition: optional(oneOf("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP")),
  startingPositionTimestamp: optional(text),
  maximumRetryAttempts: optional(number(mappingLimits.maximumRetryAttempts)),
  maximumRecordAgeSeconds: optional(number(mappingLimits.maximumRecordAgeSeconds)),
  bisectBatchOnFunctionError: optional(flag),
  tumblingWindowSeconds: optional(number(mappingLimits.tumblingWindowSeconds)),
  filters: optional(list(anyObject)),
  enhancedFanOut: optional(flag),
});

export const streamProcessorShapes: Shapes<StreamProcessorProps> = {
  stream: streamReference,
  name: optional(text),
  function: functionShape,
  mapping: optional(mappingShape),
  onFailure: optional(deadLetterQueueShape),
  encryptionKey: optional(references.key),
};

/** The props with their references resolved to a stream and a function. */
export interface StreamProcessorParts extends StreamProcessorProps {
  readonly stream: IStream;
  readonly function: FunctionProps | IFunction;
}

export const defaultTimeoutSeconds = 60;
export const defaultBatchingWindowSeconds = 1;

export function isExisting(props: FunctionProps | IFunction): props is IFunction {
  return "functionName" in props;
}

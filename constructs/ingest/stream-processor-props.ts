import type { RoleReference } from "../access/role";
import type { KeyReference } from "../core/key";
import { functionLimits, mappingLimits } from "../core/limits";
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

/** A new function: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export interface FunctionProps {
  /** Path of the TypeScript or JavaScript file that exports `handler`; it is bundled at synth. */
  readonly entry: string;
  /** 1-64 letters, digits and `_-`. @default - the processor's name */
  readonly name?: string;
  /** An existing role, which is granted what the function needs. It excludes `roleName`. @default - a new role */
  readonly role?: RoleReference;
  /** Name of a new role: 1-64 characters, unique in the account, whatever the region. @default - the function's name */
  readonly roleName?: string;
  /** Environment variables, 4 KB at most with the construct's own `NODE_OPTIONS`. No secrets. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Megabytes, 128-10240. @default 256 */
  readonly memoryMegabytes?: number;
  /** Seconds, 1-900. @default 60 */
  readonly timeoutSeconds?: number;
  /** Executions kept for this function, 1 or more. @default - the account's common pool */
  readonly reservedConcurrency?: number;
  /** Days; one of CloudWatch's values. @default 14 */
  readonly logRetentionDays?: number;
  /** Whether X-Ray traces invocations: one a second and a twentieth of the others, each paid for. @default false */
  readonly tracing?: boolean;
}

/** An existing function, such as a `LambdaFunction` or a `DataAwsLambdaFunction`. */
export interface IFunction {
  readonly arn: string;
  readonly functionName: string;
  /** ARN of its role, which is granted access to the stream. */
  readonly role: string;
  /** Its timeout in seconds, where the app sets it. */
  readonly timeoutInput?: number;
  /** Its timeout in seconds as Terraform reads it. @default - not known: no check and no alarm goes by it */
  readonly timeout?: number;
}

/** An existing function: an object such as a `LambdaFunction` or a `DataAwsLambdaFunction`, its name or its ARN. */
export type FunctionReference = IFunction | string;

/** How the stream is read: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface StreamMappingProps {
  /** Records a batch, 1-10000. @default 100 */
  readonly batchSize?: number;
  /** Seconds to gather a batch, 0-300. @default 1 */
  readonly batchingWindowSeconds?: number;
  /** Batches of one shard at once, 1-10; order holds by partition key. @default 1 */
  readonly parallelizationFactor?: number;
  /** Where a new mapping starts. @default "TRIM_HORIZON", or AT_TIMESTAMP with `startingPositionTimestamp` */
  readonly startingPosition?: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  /** The time from which a new mapping reads: ISO 8601, UTC, not in the future. @default - none */
  readonly startingPositionTimestamp?: string;
  /** Retries of a failed batch, 0-10000, or -1 without end. @default 10 */
  readonly maximumRetryAttempts?: number;
  /**
   * Seconds, 60-604800, or -1 without end; older records are given up.
   *
   * @default - half the stream's retention, so that what the dead letters name can still be read
   */
  readonly maximumRecordAgeSeconds?: number;
  /** Halve a batch that failed. @default true */
  readonly bisectBatchOnFunctionError?: boolean;
  /** Seconds of a window whose state the function keeps, 0-900. @default - no windows */
  readonly tumblingWindowSeconds?: number;
  /**
   * Up to five event patterns; a record that matches none is skipped. With them there is no alarm on a function that is
   * not invoked, because it may have no record to be invoked for. @default - every record
   */
  readonly filters?: readonly Readonly<Record<string, unknown>>[];
  /** A dedicated 2 MB/s of every shard, paid by the hour. @default false */
  readonly enhancedFanOut?: boolean;
}

export interface StreamProcessorProps {
  readonly stream: StreamReference;
  /**
   * Name of a new function, a new queue (with `-dead-letters`) and a consumer where they are given none: 1-64 letters,
   * digits and `_-`. @default - `<project>-<environment>-<construct id>`
   */
  readonly name?: string;
  /** A new function, or an existing one. */
  readonly function: FunctionProps | FunctionReference;
  /** How the stream is read. @default - the defaults of {@link StreamMappingProps} */
  readonly mapping?: StreamMappingProps;
  /** Where batches go that are given up. @default - a new queue */
  readonly onFailure?: DeadLetterQueueProps;
  /** Customer-managed key of a new function's environment, its logs and a new queue. @default - keys that AWS manages */
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

/** The props with what they refer to. */
export interface StreamProcessorParts extends StreamProcessorProps {
  readonly stream: IStream;
  readonly function: FunctionProps | IFunction;
}

export const defaultTimeoutSeconds = 60;
export const defaultBatchingWindowSeconds = 1;

export function isExisting(props: FunctionProps | IFunction): props is IFunction {
  return "functionName" in props;
}

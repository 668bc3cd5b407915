import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { DeadLetterQueueProps } from "./dead-letter-queue";

/** What a reader of the stream must know of it. */
export interface StreamSource {
  readonly stream: KinesisStream;
  /** Hours. */
  readonly retentionHours: number;
  /** The stream's customer-managed key. */
  readonly encryptionKey?: KmsKey;
}

/** How the stream is read: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface StreamMappingProps {
  /** Records a batch, 1-10000. @default 100 */
  readonly batchSize?: number;
  /** Seconds to gather a batch, 0-300. @default 1 */
  readonly batchingWindowSeconds?: number;
  /** Batches of one shard at once, 1-10; order holds by partition key. @default 1 */
  readonly parallelizationFactor?: number;
  /** Where a new mapping starts. @default "TRIM_HORIZON" */
  readonly startingPosition?: "TRIM_HORIZON" | "LATEST";
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
  /** Up to five event patterns; a record that matches none is skipped. @default - every record */
  readonly filters?: readonly Readonly<Record<string, unknown>>[];
  /** A dedicated 2 MB/s of every shard, paid by the hour. @default false */
  readonly enhancedFanOut?: boolean;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export interface StreamFunctionProps {
  /** Path of the TypeScript or JavaScript file that exports `handler`, bundled at synth; or … */
  readonly entry?: string;
  /** … an existing function, with its `role`. What below describes a function does not go with it. */
  readonly function?: LambdaFunction;
  /** The function's role; it is granted what reading the stream takes. @default - a new one */
  readonly role?: IamRole;
  /** 1-64 letters, digits and `_-`. @default - `<project>-<environment>-<construct id>` */
  readonly functionName?: string;
  /** Of a new role: 1-64 characters, unique in the account, whatever the region. @default - the function's name */
  readonly roleName?: string;
  /** Environment variables, 4 KB at most, on top of the construct's own `NODE_OPTIONS`. No secrets. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Megabytes, 128-10240. @default 256 */
  readonly memoryMegabytes?: number;
  /** Seconds, 1-900. @default 60 */
  readonly timeoutSeconds?: number;
  /** Executions kept for this function, 1 or more. @default - the account's common pool */
  readonly reservedConcurrency?: number;
  /** Days; one of CloudWatch's values. @default 14 */
  readonly logRetentionDays?: number;
}

export interface StreamProcessorProps extends StreamFunctionProps, StreamMappingProps {
  /** An existing queue for what was given up, or … @default - a new one */
  readonly deadLetterQueue?: SqsQueue;
  /** … the properties of a new one. */
  readonly deadLetterQueueProps?: DeadLetterQueueProps;
  /** Customer-managed key of environment, logs and queue. @default - keys that AWS manages */
  readonly encryptionKey?: KmsKey;
}

export const defaultTimeoutSeconds = 60;
export const defaultBatchingWindowSeconds = 1;

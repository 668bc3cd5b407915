import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { KinesisStream } from "@cdktf/provider-aws/lib/kinesis-stream";
import { KinesisStreamConsumer } from "@cdktf/provider-aws/lib/kinesis-stream-consumer";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import { createDeadLetterQueue, type DeadLetterQueueProps, queueDepthMetric } from "./dead-letter-queue";
import { decryptStatement } from "./encryption-key";
import { FunctionArchive } from "./function-archive";
import { attachPolicy, serviceRole } from "./iam";
import { streamReadActions } from "./kinesis-stream";
import type { Metric } from "./metric";
import { defaultName, literal } from "./names";
import { Problems } from "./problems";
import { checkStreamProcessorProps } from "./stream-processor-rules";

/** Units and limits: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface StreamProcessorProps {
  /** Path of the TypeScript or JavaScript file that exports `handler`; bundled at synth. */
  readonly entry: string;
  /** 1-64 letters, digits and `_-`. @default - `<project>-<environment>-<construct id>` */
  readonly functionName?: string;
  /** 1-64 characters, unique in the account, whatever the region. @default - the function's name */
  readonly roleName?: string;
  /** Environment variables, on top of what the construct sets (`NODE_OPTIONS`). No secrets. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Megabytes, 128-10240. @default 256 */
  readonly memoryMegabytes?: number;
  /** Seconds, 1-900. @default 60 */
  readonly timeoutSeconds?: number;
  /** Executions kept for this function, 1 or more. @default - the account's common pool */
  readonly reservedConcurrency?: number;
  /** Days; one of CloudWatch's values. @default 14 */
  readonly logRetentionDays?: number;

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
  /** Seconds, 60-604800, or -1 without end; older records go to the queue. @default - half the stream's retention, so that what the queue names can still be read */
  readonly maximumRecordAgeSeconds?: number;
  /** Halve a batch that failed. @default true */
  readonly bisectBatchOnFunctionError?: boolean;
  /** Seconds of a window whose state the function keeps, 0-900. @default 0, no windows */
  readonly tumblingWindowSeconds?: number;
  /** Up to five event patterns; a record that matches none is skipped. @default - every record */
  readonly filters?: readonly Readonly<Record<string, unknown>>[];
  /** A dedicated 2 MB/s of every shard, paid by the hour. @default false */
  readonly enhancedFanOut?: boolean;

  /** An existing queue for what could not be processed, or … @default - a new one */
  readonly deadLetterQueue?: SqsQueue;
  /** … the properties of a new one. */
  readonly deadLetterQueueProps?: DeadLetterQueueProps;
  /** Customer-managed key of environment, logs and queue. @default - keys that AWS manages */
  readonly encryptionKey?: KmsKey;
}

/** What the processor reads. */
export interface StreamSource {
  readonly stream: KinesisStream;
  /** Hours; bounds the default of `maximumRecordAgeSeconds`. */
  readonly retentionHours: number;
  /** The stream's customer-managed key. */
  readonly encryptionKey?: KmsKey;
}

const nodeMajor = 22;

/**
 * A Lambda function that is given every record of a stream, in order by shard: retried, bisected, with a partial
 * batch response, and a queue for what could not be processed in the end.
 */
export class StreamProcessor extends Construct {
  readonly function: LambdaFunction;
  readonly role: IamRole;
  readonly logGroup: CloudwatchLogGroup;
  readonly eventSourceMapping: LambdaEventSourceMapping;
  readonly deadLetterQueue: SqsQueue;
  /** Present with `enhancedFanOut`. */
  readonly consumer?: KinesisStreamConsumer;
  /** Seconds. */
  readonly timeoutSeconds: number;

  private readonly name: string;

  constructor(scope: Construct, id: string, source: StreamSource, props: StreamProcessorProps) {
    super(scope, id);
    this.name = props.functionName ?? defaultName(this);
    this.timeoutSeconds = props.timeoutSeconds ?? 60;
    Problems.check(this, (problems) =>
      checkStreamProcessorProps(problems, props, { name: this.name, retentionHours: source.retentionHours }),
    );

    this.logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${this.name}`,
      retentionInDays: props.logRetentionDays ?? 14,
      kmsKeyId: props.encryptionKey?.arn,
    });
    this.deadLetterQueue =
      props.deadLetterQueue ??
      createDeadLetterQueue(this, "dead-letters", `${this.name}-dead-letters`, {
        encryptionKey: props.encryptionKey,
        ...props.deadLetterQueueProps,
      });
    if (props.enhancedFanOut)
      this.consumer = new KinesisStreamConsumer(this, "consumer", {
        name: this.name,
        streamArn: source.stream.arn,
      });
    this.role = serviceRole(this, "role", {
      name: props.roleName ?? this.name,
      service: "lambda.amazonaws.com",
      description: `Execution role of ${this.name}`,
    });
    const policies = this.attachPolicies(source, props);
    this.function = this.createFunction(props, policies);
    this.eventSourceMapping = this.createMapping(source, props, policies);
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  metric(metricName: string, statistic: string): Metric {
    const dimensions = { FunctionName: this.function.functionName };
    return { namespace: "AWS/Lambda", metricName, dimensions, statistic };
  }

  /** Milliseconds between a record's arrival on the stream and the end of its batch. */
  metricIteratorAge(): Metric {
    return this.metric("IteratorAge", "Maximum");
  }

  metricErrors(): Metric {
    return this.metric("Errors", "Sum");
  }

  /** Milliseconds. */
  metricDuration(): Metric {
    return this.metric("Duration", "Maximum");
  }

  metricDeadLetters(): Metric {
    return queueDepthMetric(this.deadLetterQueue);
  }

  private attachPolicies(source: StreamSource, props: StreamProcessorProps): IamRolePolicy[] {
    const read = [{ actions: streamReadActions, resources: [source.stream.arn] }];
    if (this.consumer) read.push({ actions: ["kinesis:SubscribeToShard"], resources: [this.consumer.arn] });
    if (source.encryptionKey) read.push(decryptStatement(source.encryptionKey));
    const deadLetters = [{ actions: ["sqs:SendMessage"], resources: [this.deadLetterQueue.arn] }];
    if (props.encryptionKey)
      deadLetters.push({
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [props.encryptionKey.arn],
      });
    return [
      attachPolicy(this, "read-stream", this.role, read),
      attachPolicy(this, "send-dead-letters", this.role, deadLetters),
      attachPolicy(this, "write-logs", this.role, [
        { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${this.logGroup.arn}:*`] },
      ]),
      attachPolicy(this, "trace", this.role, [
        // X-Ray has no resources to scope to:
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
        { actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] },
      ]),
    ];
  }

  private createFunction(props: StreamProcessorProps, dependsOn: IamRolePolicy[]): LambdaFunction {
    const archive = new FunctionArchive(this, "archive", { entry: props.entry, nodeMajor });
    return new LambdaFunction(this, "function", {
      functionName: this.name,
      role: this.role.arn,
      runtime: `nodejs${nodeMajor}.x`,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: archive.path,
      sourceCodeHash: archive.sourceCodeHash,
      memorySize: props.memoryMegabytes ?? 256,
      timeout: this.timeoutSeconds,
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: { variables: { NODE_OPTIONS: "--enable-source-maps", ...props.environment } },
      kmsKeyArn: props.encryptionKey?.arn,
      tracingConfig: { mode: "Active" },
      // The function writes its own JSON; Lambda's JSON format would wrap it.
      loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
      dependsOn,
    });
  }

  private createMapping(
    source: StreamSource,
    props: StreamProcessorProps,
    dependsOn: IamRolePolicy[],
  ): LambdaEventSourceMapping {
    return new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: this.consumer?.arn ?? source.stream.arn,
      functionName: this.function.arn,
      startingPosition: props.startingPosition ?? "TRIM_HORIZON",
      batchSize: props.batchSize ?? 100,
      maximumBatchingWindowInSeconds: props.batchingWindowSeconds ?? 1,
      parallelizationFactor: props.parallelizationFactor ?? 1,
      maximumRetryAttempts: props.maximumRetryAttempts ?? 10,
      maximumRecordAgeInSeconds:
        props.maximumRecordAgeSeconds ?? Math.min(source.retentionHours * 1800, 604_800),
      bisectBatchOnFunctionError: props.bisectBatchOnFunctionError ?? true,
      tumblingWindowInSeconds: props.tumblingWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: this.deadLetterQueue.arn } },
      filterCriteria: props.filters && {
        filter: props.filters.map((pattern) => ({ pattern: literal(JSON.stringify(pattern)) })),
      },
      dependsOn,
    });
  }
}

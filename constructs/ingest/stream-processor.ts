import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KinesisStreamConsumer } from "@cdktf/provider-aws/lib/kinesis-stream-consumer";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { mappingLimits, streamLimits } from "@streaming-data-lake/rules/limits";
import { functionName as functionRule } from "@streaming-data-lake/rules/names";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { needStackOf } from "../access/grant";
import { allow, serviceRole } from "../access/iam";
import type { PolicyStatement } from "../access/policy-statement";
import type { RoleReference } from "../access/role";
import { atMost, times } from "../core/arithmetic";
import { decryptStatements } from "../core/key";
import { defaultName, literal } from "../core/names";
import { Problems } from "../core/problems";
import { shaped } from "../core/shape";
import { claimName, nameParts } from "../core/unique-names";
import type { Metric } from "../monitoring/metric";
import { type DeadLetterQueue, deadLetterQueue, queueDepthMetric } from "./dead-letter-queue";
import { NodeFunction } from "./node-function";
import { streamOf } from "./stream";
import {
  defaultBatchingWindowSeconds,
  type FunctionProps,
  type FunctionReference,
  type IFunction,
  isExisting,
  type StreamProcessorParts,
  type StreamProcessorProps,
  streamProcessorShapes,
} from "./stream-processor-props";
import { checkStreamProcessor, timeoutSecondsOf } from "./stream-processor-rules";

/**
 * A Lambda function that processes every record of a stream, in order within each shard. Failed batches are retried and
 * bisected, the function can report partial failures, and what is discarded goes to a queue.
 */
export class StreamProcessor extends Construct {
  readonly function: IFunction;
  readonly role: RoleReference;
  readonly eventSourceMapping: LambdaEventSourceMapping;
  readonly deadLetterQueue: DeadLetterQueue;
  /** The consumer with enhanced fan-out; absent without `enhancedFanOut`. */
  readonly consumer?: KinesisStreamConsumer;
  /** The function's timeout in seconds; absent when it is not known. */
  readonly timeoutSeconds?: number;
  /** Whether records are skipped by a filter. */
  readonly filters: boolean;

  constructor(scope: Construct, id: string, props: StreamProcessorProps) {
    super(scope, id);
    props = shaped(this, props, streamProcessorShapes);
    const parts: StreamProcessorParts = {
      ...props,
      stream: streamOf(this, "stream", props.stream),
      function: this.functionOf(props.function),
    };
    const { stream, function: handler, encryptionKey, mapping = {} } = parts;
    needStackOf(this, "stream", stream);
    needStackOf(this, "function", handler);
    const name = (isExisting(handler) ? undefined : handler.name) ?? props.name ?? defaultName(this);
    const retentionHours = stream.retentionHours ?? streamLimits.retentionHours.minimum;
    Problems.check(this, (problems) => checkStreamProcessor(this, problems, parts, { name, retentionHours }));
    nameParts(this, isExisting(handler) ? "name" : "function.name", name);
    if (!isExisting(handler)) claimName(this, "Lambda function", "function.name", name);
    this.timeoutSeconds = timeoutSecondsOf(handler);
    this.filters = mapping.filters !== undefined;
    this.deadLetterQueue = deadLetterQueue(this, "dead-letters", `${name}-dead-letters`, {
      encryptionKey: props.onFailure?.queue ? undefined : encryptionKey,
      ...props.onFailure,
    });
    if (mapping.enhancedFanOut)
      this.consumer = new KinesisStreamConsumer(this, "consumer", { name, streamArn: stream.arn });
    this.role = isExisting(handler)
      ? handler.role
      : (handler.role ??
        serviceRole(this, "role", {
          name: handler.roleName ?? name,
          nameProp: handler.roleName === undefined ? "function.name" : "function.roleName",
          service: "lambda.amazonaws.com",
          description: `Execution role of ${name}`,
        }));
    // An existing role gets a single policy, which is returned several times.
    const policies = [...new Set(this.attachPolicies(parts))];
    this.function = isExisting(handler)
      ? handler
      : this.createFunction({ ...handler, name }, parts, policies);
    this.eventSourceMapping = this.createMapping(parts, retentionHours, policies);
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  metric(metricName: string, statistic: string): Metric {
    const dimensions = { FunctionName: this.function.functionName };
    return { namespace: "AWS/Lambda", metricName, dimensions, statistic };
  }

  /** Milliseconds from a record's arrival on the stream until the function receives it. */
  metricIteratorAge(): Metric {
    return this.metric("IteratorAge", "Maximum");
  }

  metricInvocations(): Metric {
    return this.metric("Invocations", "Sum");
  }

  metricErrors(): Metric {
    return this.metric("Errors", "Sum");
  }

  /** Invocations that were refused because too many were already running. */
  metricThrottles(): Metric {
    return this.metric("Throttles", "Sum");
  }

  /** Discarded batches that could not be sent to the queue. */
  metricLostDeadLetters(): Metric {
    return this.metric("DestinationDeliveryFailures", "Sum");
  }

  /** Duration of invocations in milliseconds. */
  metricDuration(): Metric {
    return this.metric("Duration", "Maximum");
  }

  /** Messages in the dead-letter queue. */
  metricDeadLetters(): Metric {
    return queueDepthMetric(this.deadLetterQueue);
  }

  private functionOf(props: FunctionProps | FunctionReference): FunctionProps | IFunction {
    if (typeof props !== "string") return props;
    // An ARN is such as arn:aws:lambda:us-east-1:123456789012:function:count-views.
    const functionName = Token.isUnresolved(props)
      ? props
      : props.replace(/^arn:[^:]+:lambda:.*:function:/, "");
    Problems.check(this, (problems) =>
      problems.name(
        "function",
        functionName,
        functionRule.pattern,
        "a function, its name, or its ARN without a version, such as arn:aws:lambda:us-east-1:123456789012:function:count",
      ),
    );
    return new DataAwsLambdaFunction(this, "existing", { functionName });
  }

  private attachPolicies({ stream, encryptionKey, ...props }: StreamProcessorParts): IamRolePolicy[] {
    const read: PolicyStatement[] = [...stream.readStatements];
    if (this.consumer) read.push({ actions: ["kinesis:SubscribeToShard"], resources: [this.consumer.arn] });
    const policies = [
      allow(this, "read-stream", this.role, read),
      allow(this, "send-dead-letters", this.role, this.deadLetterQueue.sendStatements),
    ];
    // Lambda decrypts a function's environment with the permissions of the function's role.
    if (encryptionKey && !isExisting(props.function))
      policies.push(allow(this, "use-keys", this.role, decryptStatements(encryptionKey)));
    return policies;
  }

  private createFunction(
    handler: FunctionProps & { readonly name: string },
    { encryptionKey }: StreamProcessorParts,
    dependsOn: IamRolePolicy[],
  ): IFunction {
    const { role } = this;
    return new NodeFunction(this, "function", { ...handler, role, encryptionKey, dependsOn }).function;
  }

  private createMapping(
    { stream, mapping = {} }: StreamProcessorParts,
    retentionHours: number,
    dependsOn: IamRolePolicy[],
  ): LambdaEventSourceMapping {
    return new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: this.consumer?.arn ?? stream.arn,
      functionName: this.function.arn,
      startingPosition:
        mapping.startingPosition ?? (mapping.startingPositionTimestamp ? "AT_TIMESTAMP" : "TRIM_HORIZON"),
      startingPositionTimestamp: mapping.startingPositionTimestamp,
      batchSize: mapping.batchSize ?? 100,
      maximumBatchingWindowInSeconds: mapping.batchingWindowSeconds ?? defaultBatchingWindowSeconds,
      parallelizationFactor: mapping.parallelizationFactor ?? 1,
      maximumRetryAttempts: mapping.maximumRetryAttempts ?? 10,
      maximumRecordAgeInSeconds:
        mapping.maximumRecordAgeSeconds ??
        atMost(times(retentionHours, 1800), mappingLimits.maximumRecordAgeSeconds.maximum),
      bisectBatchOnFunctionError: mapping.bisectBatchOnFunctionError ?? true,
      tumblingWindowInSeconds: mapping.tumblingWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: this.deadLetterQueue.arn } },
      filterCriteria: mapping.filters && {
        filter: mapping.filters.map((pattern) => ({ pattern: jsonOf(pattern) })),
      },
      dependsOn,
    });
  }
}

/** A pattern as JSON. If it contains values that only Terraform knows, Terraform writes it and escapes their quotes. */
function jsonOf(pattern: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(pattern);
  return Token.isUnresolved(json) ? Fn.jsonencode(pattern) : literal(json);
}

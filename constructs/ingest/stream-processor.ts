import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KinesisStreamConsumer } from "@cdktf/provider-aws/lib/kinesis-stream-consumer";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import { decryptStatement, encryptStatement } from "../core/customer-managed-key";
import { attachPolicy, type PolicyStatement, serviceRole } from "../core/iam";
import { defaultName, literal } from "../core/names";
import { Problems } from "../core/problems";
import type { Metric } from "../monitoring/metric";
import { createDeadLetterQueue, queueDepthMetric } from "./dead-letter-queue";
import { streamReadActions } from "./kinesis-stream";
import { NodeFunction } from "./node-function";
import {
  defaultBatchingWindowSeconds,
  type StreamProcessorProps,
  type StreamSource,
} from "./stream-processor-props";
import { checkStreamProcessorProps, timeoutSecondsOf } from "./stream-processor-rules";

// A mapping takes a week at most.
const longestRecordAgeSeconds = 604_800;

/**
 * A Lambda function that is given every record of a stream, in order by shard: retried, bisected, with a partial
 * batch response, and a queue for what was given up.
 */
export class StreamProcessor extends Construct {
  readonly function: LambdaFunction;
  readonly role: IamRole;
  readonly eventSourceMapping: LambdaEventSourceMapping;
  readonly deadLetterQueue: SqsQueue;
  /** Present with `enhancedFanOut`. */
  readonly consumer?: KinesisStreamConsumer;
  /** The function's timeout in seconds. */
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, source: StreamSource, props: StreamProcessorProps) {
    super(scope, id);
    const name = props.functionName ?? defaultName(this);
    Problems.check(this, (problems) =>
      checkStreamProcessorProps(problems, props, { name, retentionHours: source.retentionHours }),
    );
    this.timeoutSeconds = timeoutSecondsOf(props);
    this.deadLetterQueue =
      props.deadLetterQueue ??
      createDeadLetterQueue(this, "dead-letters", `${name}-dead-letters`, {
        encryptionKey: props.encryptionKey,
        ...props.deadLetterQueueProps,
      });
    if (props.enhancedFanOut)
      this.consumer = new KinesisStreamConsumer(this, "consumer", { name, streamArn: source.stream.arn });
    this.role =
      props.role ??
      serviceRole(this, "role", {
        name: props.roleName ?? name,
        service: "lambda.amazonaws.com",
        description: `Execution role of ${name}`,
      });
    const policies = this.attachPolicies(source, props);
    this.function = props.function ?? this.createFunction(name, props, policies);
    this.eventSourceMapping = this.createMapping(source, props, policies);
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  metric(metricName: string, statistic: string): Metric {
    const dimensions = { FunctionName: this.function.functionName };
    return { namespace: "AWS/Lambda", metricName, dimensions, statistic };
  }

  /** Milliseconds between a record's arrival on the stream and the function's reading it. */
  metricIteratorAge(): Metric {
    return this.metric("IteratorAge", "Maximum");
  }

  metricInvocations(): Metric {
    return this.metric("Invocations", "Sum");
  }

  metricErrors(): Metric {
    return this.metric("Errors", "Sum");
  }

  /** Milliseconds. */
  metricDuration(): Metric {
    return this.metric("Duration", "Maximum");
  }

  /** Messages in the queue. */
  metricDeadLetters(): Metric {
    return queueDepthMetric(this.deadLetterQueue);
  }

  private attachPolicies(source: StreamSource, props: StreamProcessorProps): IamRolePolicy[] {
    const read: PolicyStatement[] = [{ actions: streamReadActions, resources: [source.stream.arn] }];
    if (this.consumer) read.push({ actions: ["kinesis:SubscribeToShard"], resources: [this.consumer.arn] });
    if (source.encryptionKey) read.push(decryptStatement(source.encryptionKey));
    const policies = [
      attachPolicy(this, "read-stream", this.role, read),
      attachPolicy(this, "send-dead-letters", this.role, [
        { actions: ["sqs:SendMessage"], resources: [this.deadLetterQueue.arn] },
      ]),
    ];
    const keys = [props.encryptionKey, props.deadLetterQueueProps?.encryptionKey].filter(
      (key) => key !== undefined,
    );
    if (keys.length > 0) policies.push(attachPolicy(this, "use-keys", this.role, keys.map(encryptStatement)));
    return policies;
  }

  private createFunction(
    functionName: string,
    { entry = "", ...props }: StreamProcessorProps,
    dependsOn: IamRolePolicy[],
  ): LambdaFunction {
    const { role } = this;
    return new NodeFunction(this, "function", { ...props, entry, functionName, role, dependsOn }).function;
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
      maximumBatchingWindowInSeconds: props.batchingWindowSeconds ?? defaultBatchingWindowSeconds,
      parallelizationFactor: props.parallelizationFactor ?? 1,
      maximumRetryAttempts: props.maximumRetryAttempts ?? 10,
      maximumRecordAgeInSeconds:
        props.maximumRecordAgeSeconds ?? Math.min(source.retentionHours * 1800, longestRecordAgeSeconds),
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

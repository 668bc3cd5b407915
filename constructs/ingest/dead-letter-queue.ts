import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Construct } from "constructs";
import type { Problems } from "../core/problems";
import type { Metric } from "../monitoring/metric";

export interface DeadLetterQueueProps {
  /** 1-80 letters, digits and `_-`. @default - the function's name and `-dead-letters` */
  readonly name?: string;
  /** Days, 1-14. @default 14 */
  readonly retentionDays?: number;
  /** Customer-managed key. @default - encrypted with a key that SQS manages */
  readonly encryptionKey?: KmsKey;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
export function checkDeadLetterQueueProps(
  problems: Problems,
  props: DeadLetterQueueProps,
  defaultName: string,
): void {
  problems.name("name", props.name ?? defaultName, /^[a-zA-Z0-9_-]{1,80}$/, "1-80 letters, digits and _-");
  problems.integer("retentionDays", props.retentionDays, 1, 14, "days");
}

/** A queue for what could not be processed. It holds where the records are on the stream, not the records. */
export function createDeadLetterQueue(
  scope: Construct,
  id: string,
  name: string,
  props: DeadLetterQueueProps,
): SqsQueue {
  return new SqsQueue(scope, id, {
    name: props.name ?? name,
    messageRetentionSeconds: (props.retentionDays ?? 14) * 86_400,
    sqsManagedSseEnabled: props.encryptionKey ? undefined : true,
    kmsMasterKeyId: props.encryptionKey?.arn,
  });
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function queueDepthMetric(queue: SqsQueue): Metric {
  return {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue.name },
    statistic: "Maximum",
  };
}

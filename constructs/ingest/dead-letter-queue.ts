import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { queueRetentionDays } from "@streaming-data-lake/rules/limits";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import type { PolicyStatement } from "../access/policy-statement";
import { times } from "../core/arithmetic";
import { checkKey, encryptStatements, type KeyReference, keyArn } from "../core/key";
import { madeHere } from "../core/made-here";
import type { Problems } from "../core/problems";
import * as references from "../core/references";
import { number, object, optional, text } from "../core/shape";
import { claimName } from "../core/unique-names";
import type { Metric } from "../monitoring/metric";

/** A queue: its ARN, or an object that has it, such as an `SqsQueue` or a `DataAwsSqsQueue`. */
export type QueueReference = string | { readonly arn: string };

export interface DeadLetterQueueProps {
  /** An existing queue. Can't be given together with `name` or `retentionDays`. @default - a new queue */
  readonly queue?: QueueReference;
  /** Name of a new queue: 1-80 letters, digits and `_-`. @default - the owner's name and `-dead-letters` */
  readonly name?: string;
  /** Days that a new queue keeps messages, 1-14. @default 14 */
  readonly retentionDays?: number;
  /** Customer-managed key of the new or the existing queue. @default - a key that SQS manages */
  readonly encryptionKey?: KeyReference;
}

export const deadLetterQueueShape = object<DeadLetterQueueProps>({
  queue: optional(references.arnReference("a queue")),
  name: optional(text),
  retentionDays: optional(number(queueRetentionDays)),
  encryptionKey: optional(references.key),
});

/**
 * A queue for what could not be processed. A message says where the records are on the stream; it does not hold them.
 */
export interface DeadLetterQueue {
  readonly arn: string;
  readonly name: string;
  /** Permissions that a sender needs, including those on the queue's key. */
  readonly sendStatements: readonly PolicyStatement[];
}

export function deadLetterQueue(
  scope: Construct,
  id: string,
  defaultName: string,
  props: DeadLetterQueueProps,
): DeadLetterQueue {
  if (!props.queue) claimName(scope, "SQS queue", "onFailure.name", props.name ?? defaultName);
  const { queue, name, retentionDays = queueRetentionDays.maximum, encryptionKey } = props;
  const sqs =
    queue ??
    new SqsQueue(scope, id, {
      name: name ?? defaultName,
      messageRetentionSeconds: times(retentionDays, 86_400),
      sqsManagedSseEnabled: encryptionKey ? undefined : true,
      kmsMasterKeyId: encryptionKey && keyArn(encryptionKey),
    });
  const arn = typeof sqs === "string" ? sqs : sqs.arn;
  return {
    arn,
    name: sqs instanceof SqsQueue ? sqs.name : queueName(arn),
    sendStatements: [{ actions: ["sqs:SendMessage"], resources: [arn] }, ...encryptStatements(encryptionKey)],
  };
}

/**
 * Checks the props of a queue.
 *
 * @param defaultName Default name of the queue; absent when it is made from a name that is already checked elsewhere.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
 */
export function checkDeadLetterQueue(
  scope: Construct,
  problems: Problems,
  props: DeadLetterQueueProps,
  defaultName: string | undefined,
): void {
  const { queue } = props;
  problems.exclusive("queue", queue, "name", props.name);
  problems.exclusive("queue", queue, "retentionDays", props.retentionDays);
  if (queue === undefined)
    problems.name("name", props.name ?? defaultName, /^[a-zA-Z0-9_-]{1,80}$/, "1-80 letters, digits and _-");
  else
    problems.name(
      "queue",
      typeof queue === "string" ? queue : queue.arn,
      /^arn:[^:]+:sqs:[^:]+:\d{12}:[\w-]{1,80}$/,
      "a queue or its ARN, such as arn:aws:sqs:us-east-1:123456789012:lost-orders",
    );
  problems.integer("retentionDays", props.retentionDays, queueRetentionDays);
  checkKey(problems, "encryptionKey", props.encryptionKey);
  const arn = typeof queue === "string" ? queue : queue?.arn;
  const key = arn === undefined ? undefined : madeHere(scope, SqsQueue, arn)?.kmsMasterKeyIdInput;
  if (key !== undefined && key !== "alias/aws/sqs" && props.encryptionKey === undefined)
    problems.add(
      "encryptionKey",
      undefined,
      "the queue has a customer-managed key, which its senders must be granted",
    );
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function queueDepthMetric({ name }: DeadLetterQueue): Metric {
  return {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: name },
    statistic: "Maximum",
  };
}

/** The name of the queue in an ARN such as `arn:aws:sqs:us-east-1:123456789012:lost-orders`. */
function queueName(arn: string): string {
  return Token.isUnresolved(arn) ? Fn.element(Fn.split(":", arn), 5) : (arn.split(":")[5] ?? "");
}

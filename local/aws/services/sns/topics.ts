import { randomUUID } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { inside } from "@streaming-data-lake/lake/paths";
import { appendLines } from "@streaming-data-lake/runner/files/write";
import type { RunnerState } from "@streaming-data-lake/runner/runner";
import type { Settings } from "@streaming-data-lake/terraform";
import { DeadLetterFile, type Letter } from "../dead-letters";
import { readJsonLines } from "../json-lines";
import { invokeLater } from "../lambda/invoke-later";
import type { Queues } from "../sqs/queues";
import { passes, readSubscription, type Subscription } from "./subscriptions";

/** What is published, in the API's words. */
export interface Notice {
  readonly Message: string;
  readonly Subject?: string | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/** What the topics are made from. */
export interface TopicSource {
  readonly resources: (type: string) => readonly Settings[];
  readonly queues: Queues;
  readonly state: Pick<RunnerState, "functionOf">;
  readonly runner: { readonly dir: string };
  readonly folder: string;
  readonly url: string;
  readonly onTrouble: (message: string) => void;
}

/** Milliseconds between two looks for what mappings have given up to a topic. */
const lookMilliseconds = 1_000;

/**
 * The stack's topics. What is published, or given up to one by a mapping, goes to the queues and functions that are
 * subscribed, and is kept in `notifications.ndjson` with those that are not reached from here, such as e-mail.
 */
export class Topics {
  readonly subscriptions: readonly Subscription[];

  private readonly path: string;
  private readonly letters: DeadLetterFile;
  private readonly timer: NodeJS.Timeout;
  private pending: readonly Letter[] = [];
  private trouble: string | undefined;

  constructor(private readonly source: TopicSource) {
    this.subscriptions = source.resources("aws_sns_topic_subscription").flatMap(readSubscription);
    this.path = inside(source.folder, "notifications.ndjson");
    this.letters = new DeadLetterFile(inside(source.runner.dir, "dead-letters.ndjson"));
    const published = new Set(
      readJsonLines<{ readonly MessageId: string }>(this.path).map(({ MessageId }) => MessageId),
    );
    this.pending = this.lettersToTopics().filter(({ message }) => !published.has(message.id));
    this.timer = setInterval(() => this.publishLetters(), lookMilliseconds);
    this.timer.unref();
  }

  /** @returns the id of the message. */
  publish(topicArn: string, notice: Notice, id: string = randomUUID(), sent = Date.now()): string {
    const { Message, MessageAttributes, Subject } = notice;
    const notification = {
      Type: "Notification",
      MessageId: id,
      TopicArn: topicArn,
      ...(Subject !== undefined && { Subject }),
      Message,
      Timestamp: new Date(sent).toISOString(),
      SignatureVersion: "1",
      Signature: "local",
      SigningCertURL: `${this.source.url}/SimpleNotificationService.pem`,
      ...(MessageAttributes && { MessageAttributes: attributeTexts(MessageAttributes) }),
    };
    const own = this.subscriptions.filter(({ topicArn: one }) => one === topicArn);
    for (const subscription of own)
      if (passes(subscription.filterPolicy, MessageAttributes))
        this.deliver(subscription, notification, notice);
    const to = own.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`);
    // After the deliveries: a letter that is not kept yet is published again by the next start.
    appendLines(this.path, `${JSON.stringify({ ...notification, to })}\n`);
    return id;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private lettersToTopics(): readonly Letter[] {
    return this.letters.read().filter(({ destination }) => destination.includes(":sns:"));
  }

  private publishLetters(): void {
    try {
      this.pending = [...this.pending, ...this.lettersToTopics()];
      for (const { destination, message } of this.pending) {
        this.publish(destination, { Message: message.body }, message.id, message.sent);
        this.pending = this.pending.slice(1);
      }
      this.trouble = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.trouble)
        this.source.onTrouble(`what was given up to a topic is not published yet: ${message}`);
      this.trouble = message;
    }
  }

  private deliver(subscription: Subscription, notification: object, notice: Notice): void {
    const { arn, endpoint, isRaw, protocol } = subscription;
    if (protocol === "sqs") {
      this.source.queues.byArn(endpoint)?.send({
        body: isRaw ? notice.Message : JSON.stringify({ ...notification, UnsubscribeURL: arn }),
        sender: "sns.amazonaws.com",
        group: notice.MessageGroupId,
        deduplication: notice.MessageDeduplicationId,
      });
    } else if (protocol === "lambda") {
      const event = {
        Records: [
          { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: arn, Sns: notification },
        ],
      };
      this.invoke(endpoint, JSON.stringify(event)).catch((error: Error) =>
        this.source.onTrouble(`sns: ${endpoint}: ${error.message}`),
      );
    }
  }

  private async invoke(arn: string, payload: string): Promise<void> {
    const { onTrouble, state } = this.source;
    const runtime = state.functionOf(arn);
    if (runtime) await invokeLater(runtime, payload, arn, onTrouble);
  }
}

const attributeTexts = (attributes: Readonly<Record<string, MessageAttributeValue>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64") },
    ]),
  );

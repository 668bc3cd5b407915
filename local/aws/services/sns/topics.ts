import { randomUUID } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { inside } from "@streaming-data-lake/lake/paths";
import { AccessDenied, type Authorize } from "@streaming-data-lake/runner/access/control";
import { invokeCalls, sendCalls } from "@streaming-data-lake/runner/access/messages";
import { appendLines } from "@streaming-data-lake/runner/files/write";
import type { RunnerState } from "@streaming-data-lake/runner/runner";
import type { Stack, TopicSubscription } from "@streaming-data-lake/terraform/types";
import { DeadLetterFile, type Letter } from "../dead-letters";
import { readJsonLines } from "../json-lines";
import { invokeLater } from "../lambda/invoke-later";
import type { MessageAttribute } from "../sqs/message";
import type { Queues } from "../sqs/queues";
import { alarmNotice } from "./alarm-notice";
import type { Notice } from "./notice";
import { passes } from "./subscriptions";

/** What the topics need from their surroundings. */
export interface TopicSource {
  readonly stack: Stack;
  readonly queues: Queues;
  readonly state: Pick<RunnerState, "alarmActions" | "functionOf">;
  readonly runner: { readonly dir: string; readonly access: { readonly authorize: Authorize } };
  readonly folder: string;
  readonly url: string;
  readonly onTrouble: (message: string) => void;
}

/** Interval of checking for dead letters and alarms that are to be published to topics. Milliseconds. */
const lookMilliseconds = 1_000;

/**
 * The stack's topics. Messages come from clients, from alarms, and from event source mappings that send discarded
 * batches to a topic. They are delivered to the subscribed queues and functions. Each message is also recorded in
 * `notifications.ndjson` with all its subscriptions, including those that cannot be reached from here, such as e-mail.
 */
export class Topics {
  private readonly path: string;
  private readonly letters: DeadLetterFile;
  private readonly timer: NodeJS.Timeout;
  private readonly told = new Set<string>();
  private pending: readonly Letter[] = [];
  private trouble: string | undefined;

  constructor(private readonly source: TopicSource) {
    this.path = inside(source.folder, "notifications.ndjson");
    this.letters = new DeadLetterFile(inside(source.runner.dir, "dead-letters.ndjson"));
    const published = new Set(
      readJsonLines<{ readonly MessageId: string }>(this.path).map(({ MessageId }) => MessageId),
    );
    this.pending = this.lettersToTopics().filter(({ message }) => !published.has(message.id));
    this.timer = setInterval(() => this.look(), lookMilliseconds);
    this.timer.unref();
  }

  /** Delivers a message to the topic's subscriptions. @returns the id of the message. */
  publish(topicArn: string, notice: Notice, id: string = randomUUID(), sent = Date.now()): string {
    const message: Published = { id, topicArn, notice, sent };
    const own = this.source.stack.subscriptions.filter((one) => one.topicArn === topicArn);
    for (const subscription of own) if (passes(subscription, notice)) this.deliver(subscription, message);
    const to = own.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`);
    // It is recorded only after the deliveries: a dead letter without a record is published again at the next start.
    appendLines(this.path, `${JSON.stringify({ ...this.notification(message), to })}\n`);
    return id;
  }

  close(): void {
    clearInterval(this.timer);
    this.look();
  }

  private lettersToTopics(): readonly Letter[] {
    return this.letters.read().filter(({ destination }) => destination.includes(":sns:"));
  }

  private look(): void {
    const { stack, state, onTrouble } = this.source;
    try {
      this.pending = [...this.pending, ...this.lettersToTopics()];
      for (const { destination, message } of this.pending) {
        this.publish(destination, { Message: message.body }, message.id, message.sent);
        this.pending = this.pending.slice(1);
      }
      state.alarmActions.publish(({ topicArn, change }) => {
        this.publish(topicArn, alarmNotice(stack, change));
      });
      this.trouble = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.trouble) onTrouble(`what topics are to be told is not published yet: ${message}`);
      this.trouble = message;
    }
  }

  /** The notification that a subscribed queue receives. */
  private notification({ id, topicArn, notice, sent }: Published) {
    const { Message, MessageAttributes, Subject } = notice;
    return {
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
  }

  private deliver(subscription: TopicSubscription, message: Published): void {
    const { endpoint, protocol } = subscription;
    if (protocol !== "sqs" && protocol !== "lambda") return;
    if (!this.mayReach(subscription, endpoint)) this.sendToDeadLetters(subscription, message);
    else if (protocol === "sqs") this.send(subscription, endpoint, message);
    else
      this.invoke(endpoint, JSON.stringify(this.functionEvent(subscription, message))).catch((error: Error) =>
        this.source.onTrouble(`sns: ${endpoint}: ${error.message}`),
      );
  }

  private send({ arn, isRaw }: TopicSubscription, queueArn: string, message: Published): void {
    const { Message, MessageAttributes, MessageGroupId, MessageDeduplicationId } = message.notice;
    const body = isRaw
      ? Message
      : JSON.stringify({ ...this.notification(message), UnsubscribeURL: this.unsubscribeUrl(arn) });
    this.source.queues.byArn(queueArn)?.send({
      body,
      ...(isRaw && MessageAttributes && { attributes: rawAttributes(MessageAttributes) }),
      sender: "sns.amazonaws.com",
      group: MessageGroupId,
      deduplication: MessageDeduplicationId,
    });
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
  private functionEvent({ arn }: TopicSubscription, message: Published): object {
    const { SigningCertURL, ...rest } = this.notification(message);
    const Sns = {
      Subject: null,
      MessageAttributes: {},
      ...rest,
      SigningCertUrl: SigningCertURL,
      UnsubscribeUrl: this.unsubscribeUrl(arn),
    };
    return { Records: [{ EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: arn, Sns }] };
  }

  private unsubscribeUrl(arn: string): string {
    return `${this.source.url}/?Action=Unsubscribe&SubscriptionArn=${arn}`;
  }

  /**
   * Whether the policy of a queue or a function allows the topic to send to it.
   *
   * https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
   */
  private mayReach({ address, topicArn, deadLetterArn }: TopicSubscription, arn: string): boolean {
    const { stack, runner, onTrouble } = this.source;
    const caller = { service: "sns.amazonaws.com" };
    const context = { "aws:SourceArn": topicArn, "aws:SourceAccount": stack.accountId };
    try {
      runner.access.authorize(
        ...(arn.includes(":lambda:")
          ? invokeCalls(caller, arn, context)
          : sendCalls(stack, caller, arn, context)),
      );
      return true;
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      const then =
        deadLetterArn === undefined || deadLetterArn === arn
          ? "what is published is dropped"
          : `what is published goes to ${deadLetterArn}`;
      const sentence = `${address}: ${arn} is not reached, ${then}: ${error.message}`;
      if (!this.told.has(sentence)) onTrouble(sentence);
      this.told.add(sentence);
      return false;
    }
  }

  /** https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html */
  private sendToDeadLetters(subscription: TopicSubscription, message: Published): void {
    const { deadLetterArn } = subscription;
    if (deadLetterArn !== undefined && this.mayReach(subscription, deadLetterArn))
      this.send(subscription, deadLetterArn, message);
  }

  private async invoke(arn: string, payload: string): Promise<void> {
    const { onTrouble, state } = this.source;
    const runtime = state.functionOf(arn);
    if (runtime) await invokeLater(runtime, payload, arn, onTrouble);
  }
}

interface Published {
  readonly id: string;
  readonly topicArn: string;
  readonly notice: Notice;
  /** When the message was published. Milliseconds since 1970. */
  readonly sent: number;
}

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

const base64 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("base64");

const attributeTexts = (attributes: Attributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? base64(BinaryValue) },
    ]),
  );

/** https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html */
const rawAttributes = (attributes: Attributes): Record<string, MessageAttribute> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = "String", StringValue, BinaryValue }]) => [
      name,
      StringValue === undefined ? { DataType, BinaryValue: base64(BinaryValue) } : { DataType, StringValue },
    ]),
  );

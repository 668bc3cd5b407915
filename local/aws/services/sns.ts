import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type * as Client from "@aws-sdk/client-sns";
import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { inside } from "@streaming-data-lake/lake/paths";
import { sendCalls } from "@streaming-data-lake/runner/access/messages";
import { appendLines } from "@streaming-data-lake/runner/files/write";
import type { Settings } from "@streaming-data-lake/terraform";
import { AwsError } from "../protocol/errors";
import type { Call, Handlers } from "../server/handlers";
import type { World } from "../world";
import type { Service } from "./service";

interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly isRaw: boolean;
  readonly filterPolicy: string | undefined;
}

interface Publishing {
  readonly Message?: string | undefined;
  readonly Subject?: string | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/**
 * The stack's topics. What is published goes to the queues and functions that are subscribed, and is kept in
 * `notifications.ndjson` with those that are not reached from here, such as e-mail.
 *
 * https://docs.aws.amazon.com/sns/latest/api/welcome.html
 */
export function sns(world: World): Service {
  const { stack, queues, state } = world;
  const { topics } = stack.access;
  const subscriptions = world.resources("aws_sns_topic_subscription").flatMap(readSubscription);
  const path = inside(world.folder, "notifications.ndjson");

  const topicOf = (arn: string | undefined, call: Call) => {
    const topic = topics.find((one) => one.arn === arn);
    if (call.operation.startsWith("Publish")) call.allowAll((role) => sendCalls(stack, role, arn ?? ""));
    else call.allow(`sns:${call.operation}`, arn ?? "*");
    if (!topic) throw new AwsError("NotFound", "Topic does not exist", 404);
    return topic;
  };

  const publish = (topicArn: string, input: Publishing, call: Call): string => {
    const { Message = "", Subject } = input;
    if (Message === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message", 400);
    if (Buffer.byteLength(Message) > 262_144)
      throw new AwsError("InvalidParameter", "Invalid parameter: Message too long", 400);
    const MessageId = randomUUID();
    const notification = {
      Type: "Notification",
      MessageId,
      TopicArn: topicArn,
      ...(Subject !== undefined && { Subject }),
      Message,
      Timestamp: new Date().toISOString(),
      SignatureVersion: "1",
      Signature: "local",
      SigningCertURL: `${call.url}/SimpleNotificationService.pem`,
      ...(input.MessageAttributes && { MessageAttributes: attributeTexts(input.MessageAttributes) }),
    };
    const own = subscriptions.filter(({ topicArn: one }) => one === topicArn);
    mkdirSync(world.folder, { recursive: true });
    const to = own.map(({ protocol, endpoint }) => `${protocol}:${endpoint}`);
    appendLines(path, `${JSON.stringify({ ...notification, to })}\n`);
    for (const subscription of own) {
      if (!passes(subscription.filterPolicy, input.MessageAttributes)) continue;
      deliver(subscription, notification, input);
    }
    return MessageId;
  };

  const deliver = (subscription: Subscription, notification: object, input: Publishing) => {
    const { arn, endpoint, isRaw, protocol } = subscription;
    if (protocol === "sqs") {
      queues.byArn(endpoint)?.send({
        body: isRaw ? (input.Message ?? "") : JSON.stringify({ ...notification, UnsubscribeURL: arn }),
        sender: "sns.amazonaws.com",
        group: input.MessageGroupId,
        deduplication: input.MessageDeduplicationId,
      });
    } else if (protocol === "lambda") {
      const event = {
        Records: [
          { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: arn, Sns: notification },
        ],
      };
      state
        .functionOf(endpoint)
        ?.invoke(JSON.stringify(event))
        .catch((error: Error) => world.onTrouble(`sns: ${endpoint}: ${error.message}`));
    }
  };

  const attributesOf = (arn: string): Record<string, string> => {
    const count = subscriptions.filter(({ topicArn }) => topicArn === arn).length;
    const policy = stack.access.resourcePolicies.find(({ resource }) => resource === arn)?.document;
    const key = topics.find((one) => one.arn === arn)?.kmsKeyArn;
    return {
      TopicArn: arn,
      Owner: stack.accountId,
      DisplayName: "",
      SubscriptionsConfirmed: String(count),
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
      ...(policy !== undefined && { Policy: policy }),
      ...(key !== undefined && { KmsMasterKeyId: key }),
    };
  };
  const described = ({ arn, topicArn, protocol, endpoint }: Subscription) => ({
    SubscriptionArn: arn,
    Owner: stack.accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  });

  const handlers: Handlers<typeof Client> = {
    Publish(input, call) {
      if (input.PhoneNumber !== undefined)
        throw new AwsError("InvalidParameter", "Text messages are not sent from this machine", 400);
      const { arn } = topicOf(input.TopicArn ?? input.TargetArn, call);
      return { MessageId: publish(arn, input, call) };
    },

    PublishBatch({ TopicArn, PublishBatchRequestEntries = [] }, call) {
      const { arn } = topicOf(TopicArn, call);
      if (PublishBatchRequestEntries.length > 10)
        throw new AwsError(
          "TooManyEntriesInBatchRequest",
          "The batch request contains more entries than permissible.",
          400,
        );
      return {
        Successful: PublishBatchRequestEntries.map((entry) => ({
          Id: entry.Id,
          MessageId: publish(arn, entry, call),
        })),
        Failed: [],
      };
    },

    ListTopics(_input, call) {
      call.allow("sns:ListTopics", "*");
      return { Topics: topics.map(({ arn }) => ({ TopicArn: arn })) };
    },

    GetTopicAttributes({ TopicArn }, call) {
      return { Attributes: attributesOf(topicOf(TopicArn, call).arn) };
    },

    ListSubscriptions(_input, call) {
      call.allow("sns:ListSubscriptions", "*");
      return { Subscriptions: subscriptions.map(described) };
    },

    ListSubscriptionsByTopic({ TopicArn }, call) {
      const { arn } = topicOf(TopicArn, call);
      return { Subscriptions: subscriptions.filter(({ topicArn }) => topicArn === arn).map(described) };
    },
  };
  return { handlers };
}

function readSubscription(settings: Settings): Subscription[] {
  try {
    const topicArn = settings.required("topic_arn");
    const endpoint = settings.required("endpoint");
    const digest = createHash("sha256").update(settings.address).digest("hex");
    const id = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
    return [
      {
        arn: `${topicArn}:${id}`,
        topicArn,
        protocol: settings.required("protocol"),
        endpoint,
        isRaw: settings.flag("raw_message_delivery"),
        filterPolicy: settings.text("filter_policy"),
      },
    ];
  } catch {
    // What can't be resolved here is named at the start.
    return [];
  }
}

const attributeTexts = (attributes: Readonly<Record<string, MessageAttributeValue>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64") },
    ]),
  );

/** Exact values of attributes, and what begins with a prefix: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html */
function passes(
  policy: string | undefined,
  attributes: Readonly<Record<string, MessageAttributeValue>> = {},
): boolean {
  if (policy === undefined) return true;
  const rules = JSON.parse(policy) as Readonly<Record<string, readonly unknown[]>>;
  return Object.entries(rules).every(([name, allowed]) => {
    const value = attributes[name]?.StringValue;
    return allowed.some((one) => {
      if (typeof one !== "object" || one === null) return value !== undefined && String(one) === value;
      const { prefix, exists } = one as { readonly prefix?: string; readonly exists?: boolean };
      if (exists !== undefined) return (value !== undefined) === exists;
      return prefix !== undefined && (value?.startsWith(prefix) ?? false);
    });
  });
}

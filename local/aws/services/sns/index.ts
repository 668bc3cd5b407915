import type * as Client from "@aws-sdk/client-sns";
import { sendCalls } from "@streaming-data-lake/runner/access/messages";
import type { TopicSubscription } from "@streaming-data-lake/terraform/types";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import type { Service } from "../service";
import { tagListOf, tagsOf } from "../tags";
import type { Notice } from "./notice";

/** SNS, for the stack's topics: https://docs.aws.amazon.com/sns/latest/api/welcome.html */
export function sns(world: World): Service {
  const { stack } = world;
  const { topics } = stack.access;
  const { subscriptions } = stack;

  const topicOf = (arn: string | undefined, call: HandledCall) => {
    const topic = topics.find((one) => one.arn === arn);
    if (call.operation.startsWith("Publish")) call.allowAll((role) => sendCalls(stack, role, arn ?? ""));
    else call.allow(`sns:${call.operation}`, arn ?? "*");
    if (!topic) throw new AwsError("NotFound", "Topic does not exist", 404);
    return topic;
  };

  const publish = (topicArn: string, notice: Partial<Notice>): string => {
    const { Message = "" } = notice;
    if (Message === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
    if (Buffer.byteLength(Message) > 262_144)
      throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
    return world.topics.publish(topicArn, { ...notice, Message });
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
  const described = ({ arn, topicArn, protocol, endpoint }: TopicSubscription) => ({
    SubscriptionArn: arn,
    Owner: stack.accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  });

  const handlers: Handlers<typeof Client> = {
    Publish(input, call) {
      if (input.PhoneNumber !== undefined)
        throw new AwsError("InvalidParameter", "Text messages are not sent from this machine");
      const { arn } = topicOf(input.TopicArn ?? input.TargetArn, call);
      return { MessageId: publish(arn, input) };
    },

    PublishBatch({ TopicArn, PublishBatchRequestEntries = [] }, call) {
      const { arn } = topicOf(TopicArn, call);
      if (PublishBatchRequestEntries.length > 10)
        throw new AwsError(
          "TooManyEntriesInBatchRequest",
          "The batch request contains more entries than permissible.",
        );
      return {
        Successful: PublishBatchRequestEntries.map((entry) => ({
          Id: entry.Id,
          MessageId: publish(arn, entry),
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

    ListTagsForResource({ ResourceArn = "" }, call) {
      const { arn } = topicOf(ResourceArn, call);
      return { Tags: tagListOf(tagsOf(world, "aws_sns_topic", "arn", arn)) };
    },
  };
  return { handlers };
}

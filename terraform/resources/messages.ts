import type { StackReader } from "../reader";
import type { Settings } from "../settings";
import type { TopicSubscription } from "../types";
import { uuidOf } from "../uuid";
import { isObject, jsonValueOf } from "../values";
import { patternProblem } from "./event-pattern";

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_subscription */
export function readSubscriptions(reader: StackReader): TopicSubscription[] {
  return reader.each(reader.blocksOf("aws_sns_topic_subscription"), (subscription) => {
    const { address } = subscription;
    const topicArn = subscription.required("topic_arn");
    const protocol = subscription.required("protocol");
    if (protocol !== "sqs" && protocol !== "lambda")
      reader.skip(
        address,
        `nothing is sent by ${protocol} here; aws/notifications.ndjson keeps what is published`,
      );
    const deadLetters = readPolicy(subscription, "redrive_policy")?.deadLetterTargetArn;
    const filter = readPolicy(subscription, "filter_policy");
    const problem = filter && patternProblem(filter);
    if (problem !== undefined) {
      // SNS has more comparisons than are supported here.
      reader.skip(address, `filter_policy: ${problem}`);
      return undefined;
    }
    const scope = subscription.text("filter_policy_scope") ?? "MessageAttributes";
    if (scope !== "MessageAttributes" && scope !== "MessageBody")
      throw subscription.error(
        "filter_policy_scope",
        `must be MessageAttributes or MessageBody, not ${scope}`,
      );
    return {
      address,
      arn: `${topicArn}:${uuidOf(address)}`,
      topicArn,
      protocol,
      endpoint: subscription.required("endpoint"),
      isRaw: subscription.flag("raw_message_delivery"),
      ...(filter && { filter: { pattern: filter, scope } }),
      ...(typeof deadLetters === "string" && { deadLetterArn: deadLetters }),
    };
  });
}

function readPolicy(settings: Settings, name: string): Readonly<Record<string, unknown>> | undefined {
  const text = settings.text(name);
  if (text === undefined || text === "") return undefined;
  const policy = jsonValueOf(text);
  if (!isObject(policy)) throw settings.error(name, `must be a JSON object, not ${text}`);
  return policy;
}

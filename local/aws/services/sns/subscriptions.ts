import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { matchesPattern } from "@streaming-data-lake/runner/lambda/event-pattern";
import type { TopicSubscription } from "@streaming-data-lake/terraform/types";
import { jsonValueOf } from "@streaming-data-lake/terraform/values";
import type { Notice } from "./notice";

/**
 * Whether a message passes a subscription's filter policy.
 *
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function passes(
  { filter }: TopicSubscription,
  { Message, MessageAttributes = {} }: Pick<Notice, "Message" | "MessageAttributes">,
): boolean {
  if (!filter) return true;
  const event =
    filter.scope === "MessageBody"
      ? jsonValueOf(Message)
      : Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, value]) => [name, attributeValue(value)]),
        );
  return matchesPattern(filter.pattern, event);
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
function attributeValue({ DataType, StringValue }: MessageAttributeValue): unknown {
  return DataType === "Number" || DataType === "String.Array" ? jsonValueOf(StringValue ?? "") : StringValue;
}

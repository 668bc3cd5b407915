import type { MessageAttributeValue } from "@aws-sdk/client-sns";

/** What is published, in the API's words. */
export interface Notice {
  readonly Message: string;
  readonly Subject?: string | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

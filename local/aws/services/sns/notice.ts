import type { MessageAttributeValue } from "@aws-sdk/client-sns";

/** A message to be published, with the names of the API. */
export interface Notice {
  readonly Message: string;
  readonly Subject?: string | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import type { Settings } from "@streaming-data-lake/terraform";

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly isRaw: boolean;
  readonly filterPolicy: string | undefined;
}

export function readSubscription(settings: Settings): Subscription[] {
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

/** Exact values of attributes, and what begins with a prefix: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html */
export function passes(
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

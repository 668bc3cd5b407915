import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import type { Construct } from "constructs";
import { accountId } from "../core/account";
import { CustomerManagedKey } from "../core/customer-managed-key";
import { checkKey, type KeyReference, keyArn } from "../core/key";
import { allOf, madeHere, sameReference } from "../core/made-here";
import { stableId } from "../core/names";
import type { Problems } from "../core/problems";
import * as references from "../core/references";
import { list, object, optional, text } from "../core/shape";
import { claimName } from "../core/unique-names";

/** A topic: its ARN, or an object with its ARN, such as an `SnsTopic` or a `DataAwsSnsTopic`. */
export type TopicReference = string | { readonly arn: string };

export interface AlarmTopicProps {
  /** Name of the topic: 1-256 letters, digits and `_-`. @default - the ingest's name and `-alarms` */
  readonly name?: string;
  /** E-mail addresses that receive every alarm. Each must first confirm its subscription. @default - none */
  readonly emails?: readonly string[];
  /**
   * Customer-managed key of the topic. Its policy must let CloudWatch use it (`alarmTopics` of a `CustomerManagedKey`).
   * If the key itself fails, no alarm can be sent.
   *
   * @default - not encrypted, because alarms can't publish to a topic with the key that AWS manages
   */
  readonly encryptionKey?: KeyReference;
}

export const alarmTopicShape = object<AlarmTopicProps>({
  name: optional(text),
  emails: optional(list(text)),
  encryptionKey: optional(references.key),
});

export const emailAddress = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
export function checkAlarmTopicProps(scope: Construct, problems: Problems, props: AlarmTopicProps): void {
  problems.name("name", props.name, /^[a-zA-Z0-9_-]{1,256}$/, "1-256 letters, digits and _-");
  for (const [index, email] of (props.emails ?? []).entries())
    problems.name(`emails.${index}`, email, emailAddress, "an e-mail address");
  checkKey(problems, "encryptionKey", props.encryptionKey);
  const key = props.encryptionKey && keyWithoutAlarms(scope, keyArn(props.encryptionKey));
  if (key) problems.add("encryptionKey", key, letAlarms(key));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
export function checkAlarmTopic(scope: Construct, problems: Problems, topic: TopicReference): void {
  const arn = typeof topic === "string" ? topic : topic.arn;
  problems.name(
    "alarmTopic",
    arn,
    /^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]{1,256}$/,
    "a topic or its ARN, such as arn:aws:sns:us-east-1:123456789012:alarms",
  );
  const key = madeHere(scope, SnsTopic, arn)?.kmsMasterKeyIdInput;
  // https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
  if (key === "alias/aws/sns")
    problems.add(
      "alarmTopic",
      topic,
      "is encrypted with alias/aws/sns, under which alarms can't publish: take a customer-managed key or none",
    );
  const without = key && keyWithoutAlarms(scope, key);
  if (without) problems.add("alarmTopic", topic, letAlarms(without));
}

/** The app's own key with this ARN or id, if its policy does not let alarms publish. */
function keyWithoutAlarms(scope: Construct, key: string): CustomerManagedKey | undefined {
  return allOf(scope, CustomerManagedKey).find(
    (own) =>
      !own.alarmTopics && [own.key.arn, own.key.keyId, own.key.id].some((name) => sameReference(name, key)),
  );
}

function letAlarms({ node }: CustomerManagedKey): string {
  return `alarms can't publish under the key ${node.path}, unless its alarmTopics is true`;
}

/** Creates a topic to which only CloudWatch alarms of this account can publish. */
export function createAlarmTopic(
  scope: Construct,
  id: string,
  name: string,
  props: AlarmTopicProps,
): SnsTopic {
  claimName(scope, "SNS topic", "alarmTopicProps.name", props.name ?? name);
  const topic = new SnsTopic(scope, id, {
    name: props.name ?? name,
    kmsMasterKeyId: props.encryptionKey && keyArn(props.encryptionKey),
  });
  const document = new DataAwsIamPolicyDocument(scope, `${id}-policy-document`, {
    statement: [
      {
        sid: "Alarms",
        actions: ["sns:Publish"],
        resources: [topic.arn],
        principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(scope)] }],
      },
      {
        sid: "DenyInsecureTransport",
        effect: "Deny",
        actions: ["sns:Publish"],
        resources: [topic.arn],
        principals: [{ type: "*", identifiers: ["*"] }],
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ],
  });
  new SnsTopicPolicy(scope, `${id}-policy`, { arn: topic.arn, policy: document.json });
  // The id contains the address, so that removing one address does not change the subscriptions of the others.
  for (const endpoint of new Set(props.emails))
    new SnsTopicSubscription(scope, `${id}-email-${stableId(scope, endpoint)}`, {
      topicArn: topic.arn,
      protocol: "email",
      endpoint,
    });
  return topic;
}

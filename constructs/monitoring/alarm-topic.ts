import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import type { Construct } from "constructs";
import { accountId } from "../core/account";
import type { Problems } from "../core/problems";

export interface AlarmTopicProps {
  /** 1-256 letters, digits and `_-`. @default - the ingest's name and `-alarms` */
  readonly name?: string;
  /** Addresses that are told of every alarm, once each has confirmed. @default - none */
  readonly emails?: readonly string[];
  /** Customer-managed key; its policy must let CloudWatch use it. @default - not encrypted: alarms can't publish under the key that AWS manages */
  readonly encryptionKey?: KmsKey;
}

export const emailAddress = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
export function checkAlarmTopicProps(problems: Problems, props: AlarmTopicProps): void {
  problems.name("name", props.name, /^[a-zA-Z0-9_-]{1,256}$/, "1-256 letters, digits and _-");
  for (const [index, email] of (props.emails ?? []).entries())
    problems.name(`emails.${index}`, email, emailAddress, "an e-mail address");
}

/** A topic that only CloudWatch alarms of this account publish to. */
export function createAlarmTopic(
  scope: Construct,
  id: string,
  name: string,
  props: AlarmTopicProps,
): SnsTopic {
  const topic = new SnsTopic(scope, id, {
    name: props.name ?? name,
    kmsMasterKeyId: props.encryptionKey?.arn,
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
  for (const [index, endpoint] of (props.emails ?? []).entries())
    new SnsTopicSubscription(scope, `${id}-email-${index}`, {
      topicArn: topic.arn,
      protocol: "email",
      endpoint,
    });
  return topic;
}

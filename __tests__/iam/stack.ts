import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Authority, type Call } from "../../local/iam/index";
import { loadStack, type Stack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";

export type Json = Readonly<Record<string, unknown>>;

export const stream = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
export const policyText = (...statements: readonly Json[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", Resource: "*", ...statement })),
  });
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": "${data.aws_caller_identity.me.account_id}" } },
  },
});

/** A stack with a role `reader`, and what else a test needs. */
export function stackOf(resource: Json, role: Json = {}): Stack {
  const folder = temporaryFolder();
  const file = join(folder, "cdk.tf.json");
  const aws_iam_role = { reader: { name: "reader", assume_role_policy: trust, ...role } };
  const document = { data: { aws_caller_identity: { me: {} } }, resource: { aws_iam_role, ...resource } };
  writeFileSync(file, JSON.stringify(document));
  return loadStack(file);
}

export const authority = (resource: Json, role: Json = {}, now?: () => number): Authority =>
  new Authority(stackOf(resource, role), undefined, now);

export const reader = { roleArn: "arn:aws:iam::000000000000:role/reader", session: "s" };
export const read: Call = { caller: reader, action: "kinesis:GetRecords", resource: stream };
export const inline = (policy: string) => ({
  aws_iam_role_policy: { read: { name: "read", role: "${aws_iam_role.reader.name}", policy } },
});

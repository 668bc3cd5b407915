import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { accountId } from "./account";

export type PolicyStatement = DataAwsIamPolicyDocumentStatement;

export interface ServiceRoleProps {
  /** 1-64 letters, digits and `+=,.@_-`; unique in the account, whatever the region. */
  readonly name: string;
  /** Such as `firehose.amazonaws.com`. */
  readonly service: string;
  readonly description: string;
}

/**
 * A role that one service takes on, for resources of this account only: without the condition another account
 * could have the service act on its behalf.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function serviceRole(scope: Construct, id: string, props: ServiceRoleProps): IamRole {
  const trust = new DataAwsIamPolicyDocument(scope, `${id}-trust`, {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: [props.service] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(scope)] }],
      },
    ],
  });
  return new IamRole(scope, id, {
    name: props.name,
    description: props.description,
    assumeRolePolicy: trust.json,
  });
}

/** One concern's permissions of a role: a policy document and the inline policy that it becomes, named `id`. */
export function attachPolicy(
  scope: Construct,
  id: string,
  role: IamRole,
  statements: PolicyStatement[],
): IamRolePolicy {
  const document = new DataAwsIamPolicyDocument(scope, `${id}-policy`, { statement: statements });
  return new IamRolePolicy(scope, id, { name: id, role: role.name, policy: document.json });
}

/** As {@link attachPolicy}, with an id of its own for each role, so that a construct can grant to many. */
export function grant(
  scope: Construct,
  concern: string,
  role: IamRole,
  statements: PolicyStatement[],
): IamRolePolicy {
  return attachPolicy(scope, `${concern}-${role.node.addr.slice(-8)}`, role, statements);
}

import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { accountId } from "../core/account";
import { claimName } from "../core/unique-names";
import { grantForUse, identityOfRole } from "./grant";
import { countPolicy } from "./policy-size";
import type { PolicyStatement } from "./policy-statement";
import type { RoleReference } from "./role";

/** The construct that has made a role for itself. */
const owners = new WeakMap<IamRole, Construct>();

export interface ServiceRoleProps {
  /** 1-64 letters, digits and `+=,.@_-`; unique in the account, whatever the region. */
  readonly name: string;
  /** The prop that gives the role its name. */
  readonly nameProp: string;
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
  claimName(scope, "IAM role", props.nameProp, props.name, { reach: "account" });
  const trust = new DataAwsIamPolicyDocument(scope, `${id}-trust`, {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: [props.service] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(scope)] }],
      },
    ],
  });
  const role = new IamRole(scope, id, {
    name: props.name,
    description: props.description,
    assumeRolePolicy: trust.json,
  });
  owners.set(role, scope);
  return role;
}

/**
 * One concern's permissions of a construct's role: an inline policy that is named `id` when the construct has made the
 * role for itself, and otherwise a grant, so that constructs with the same role don't overwrite each other's policies.
 */
export function allow(
  scope: Construct,
  id: string,
  role: RoleReference,
  statements: readonly PolicyStatement[],
): IamRolePolicy {
  const owner = role instanceof IamRole ? owners.get(role) : undefined;
  if (!(role instanceof IamRole && owner && scope.node.scopes.includes(owner)))
    return grantForUse(scope, role, statements);
  countPolicy(scope, identityOfRole(scope, role), role, statements);
  const document = new DataAwsIamPolicyDocument(scope, `${id}-policy`, { statement: [...statements] });
  return new IamRolePolicy(scope, id, { name: id, role: role.name, policy: document.json });
}

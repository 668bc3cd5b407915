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

/** For each role that a construct has created for itself, that construct. */
const owners = new WeakMap<IamRole, Construct>();

export interface ServiceRoleProps {
  /** Name of the role: 1-64 letters, digits and `+=,.@_-`. It must be unique in the account, across all regions. */
  readonly name: string;
  /** Name of the prop that the role's name comes from. */
  readonly nameProp: string;
  /** Service principal that can assume the role, such as `firehose.amazonaws.com`. */
  readonly service: string;
  readonly description: string;
}

/**
 * Creates a role that one service can assume, and only for resources of this account. Without that condition, another
 * account could make the service use the role on its behalf.
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
 * Gives a construct's role the permissions for one purpose. If the construct has created the role for itself, this is
 * an inline policy named `id`. Otherwise it is a grant, so that constructs with the same role don't overwrite each
 * other's policies.
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

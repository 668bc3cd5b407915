import { Fn, Op, type TerraformResourceLifecycle, Token } from "cdktf";
import type { Construct } from "constructs";
import { accountId } from "../core/account";
import type { Problems } from "../core/problems";

/**
 * A role to grant something to: an object with its name, such as an `IamRole` or a `DataAwsIamRole`; its name; or its
 * ARN.
 *
 * For an object, the policy is created in the object's stack, unless the granting stack depends on that stack. For a
 * name or an ARN, it is created in the granting stack.
 */
export type Grantee = string | { readonly name: string };

/** A role that a service assumes: an object such as an `IamRole`, or its ARN. */
export type RoleReference = string | { readonly arn: string; readonly name: string };

export function roleArn(role: RoleReference): string {
  return typeof role === "string" ? role : role.arn;
}

/** The name of a role. It is the last part of an ARN such as `arn:aws:iam::123456789012:role/service/name`. */
export function roleName(grantee: Grantee): string {
  if (typeof grantee !== "string") return grantee.name;
  return Token.isUnresolved(grantee)
    ? Fn.element(Fn.reverse(Fn.split("/", grantee)), 0)
    : grantee.replace(/^.*\//, "");
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const namePattern = /^[\w+=,.@-]{1,64}$/;
const nameRule = "1-64 letters, digits and +=,.@_-";
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const arnPattern = /^arn:[^:]+:iam::(\d{12}):role\/(?:[\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/;
const arnRule = "a role or its ARN, such as arn:aws:iam::123456789012:role/analysts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function checkRoleName(problems: Problems, roleName: string | undefined): void {
  problems.name("roleName", roleName, namePattern, nameRule);
}

/** Checks that an object is a role. Users, groups and many other resources also have a name and an ARN. */
function checkKind(problems: Problems, prop: string, role: Grantee | undefined): boolean {
  if (typeof role !== "object" || !("terraformResourceType" in role)) return true;
  const holds = role.terraformResourceType === "aws_iam_role";
  if (!holds) problems.add(prop, role.terraformResourceType, "must be a role");
  return holds;
}

export function checkRole(problems: Problems, prop: string, role: RoleReference | undefined): void {
  if (!checkKind(problems, prop, role)) return;
  problems.name(prop, role === undefined ? undefined : roleArn(role), arnPattern, arnRule);
}

export function checkGrantee(problems: Problems, grantee: Grantee): void {
  if (!checkKind(problems, "grantee", grantee)) return;
  if (typeof grantee === "string" && grantee.startsWith("arn:"))
    problems.name("grantee", grantee, arnPattern, arnRule);
  else
    problems.name(
      "grantee",
      typeof grantee === "string" ? grantee : grantee.name,
      namePattern,
      `a role, its ARN, or its name of ${nameRule}`,
    );
}

/**
 * Makes Terraform refuse a role of another account. A role's policies must be created in the role's own account, and
 * this account may have a different role of the same name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html
 */
export function ofThisAccount(scope: Construct, grantee: Grantee): TerraformResourceLifecycle | undefined {
  const account = typeof grantee === "string" ? arnPattern.exec(grantee)?.[1] : undefined;
  if (account === undefined) return undefined;
  return {
    precondition: [
      {
        condition: Op.eq(accountId(scope), account),
        errorMessage: `${grantee} is a role of another account: grant it this there, and allow it here by a resource's policy.`,
      },
    ],
  };
}

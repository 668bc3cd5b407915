import type { PrincipalElement } from "../policy/document";

/** Who makes a request. */
export type Principal =
  | {
      readonly kind: "role";
      /** ARN of the session, such as `arn:aws:sts::123456789012:assumed-role/name/session`. */
      readonly arn: string;
      /** ARN of the role, such as `arn:aws:iam::123456789012:role/path/name`. */
      readonly roleArn: string;
      readonly account: string;
    }
  | { readonly kind: "user"; readonly arn: string; readonly account: string }
  /** The account's root user. */
  | { readonly kind: "root"; readonly arn: string; readonly account: string }
  /** An AWS service that acts on its own behalf, such as `lambda.amazonaws.com`. */
  | { readonly kind: "service"; readonly arn: string };

/**
 * How directly a statement names the principal.
 *
 * - `direct`: names the session, the user or the service, or everybody.
 * - `role`: names the session's role, so that permissions boundaries and session policies still limit it.
 * - `account`: names the account, which leaves the decision to the account's own policies.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export type Naming = "direct" | "role" | "account";

/** @returns undefined when the statement does not name the principal. */
export function namedBy(element: PrincipalElement, principal: Principal): Naming | undefined {
  return element.not ? namedByException(element, principal) : namedDirectly(element, principal);
}

function namedDirectly(element: PrincipalElement, principal: Principal): Naming | undefined {
  if (element.everybody) return "direct";
  const names = new Set(element.named.map(({ name }) => name));
  if (principal.kind === "service")
    return element.named.some(({ type, name }) => type === "Service" && name === principal.arn)
      ? "direct"
      : undefined;
  if (names.has(principal.arn)) return "direct";
  if (principal.kind === "role" && names.has(principal.roleArn)) return "role";
  const { account } = principal;
  if (!names.has(account) && !names.has(rootArn(account))) return undefined;
  return principal.kind === "root" ? "direct" : "account";
}

/**
 * `NotPrincipal` names everybody except those who are listed. To be excluded, a session must be listed together with
 * its role and its account.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function namedByException(element: PrincipalElement, principal: Principal): Naming | undefined {
  if (element.everybody) return undefined;
  const names = new Set(element.named.map(({ name }) => name));
  // The root user is listed by listing the account.
  const identities = principal.kind === "root" ? [] : [principal.arn];
  if (principal.kind === "role") identities.push(principal.roleArn);
  const accountListed =
    principal.kind === "service" || names.has(principal.account) || names.has(rootArn(principal.account));
  const isListed = accountListed && identities.every((name) => names.has(name));
  return isListed ? undefined : "direct";
}

export function rootArn(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

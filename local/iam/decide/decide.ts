import type { AccessRequest, CompiledPolicy, StatementMatch } from "../match/statement";
import { type PolicyKind, refusal } from "./explain";

/** The policies that apply to a request. */
export interface ApplicablePolicies {
  readonly identity: readonly CompiledPolicy[];
  /** Policies of the resource. For a role, this is its trust policy. */
  readonly resource?: readonly CompiledPolicy[];
  /** The permissions boundary, which limits the permissions of a role or a user. */
  readonly boundary?: readonly CompiledPolicy[];
  /** The session policies given when the role was assumed. One of them must allow what the session does. */
  readonly session?: readonly CompiledPolicy[];
  /** The service control policies of an organization, by level. Each level must allow the request. */
  readonly serviceControl?: readonly (readonly CompiledPolicy[])[];
  readonly resourceControl?: readonly (readonly CompiledPolicy[])[];
  /**
   * Whether the resource's policy must allow the request, if only by naming the account. This applies to keys and
   * roles.
   */
  readonly resourceDecides?: boolean;
  /** Whether the resource belongs to another account, so that both accounts must allow the request. */
  readonly crossAccount?: boolean;
}

export interface Decision {
  readonly allowed: boolean;
  /** `undecided` means that a policy that would decide is not in the stack. Such a request is allowed. */
  readonly effect: "allow" | "explicit deny" | "implicit deny" | "undecided";
  /** The statements that decided: all statements that were needed to allow the request, or the one that denied it. */
  readonly by: readonly StatementMatch[];
  /**
   * One line. For a denial, AWS's message and what would have to allow the request; otherwise the statements that allow
   * it.
   */
  readonly reason: string;
}

/**
 * Decides a request as AWS does.
 *
 * - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function decide(request: AccessRequest, policies: ApplicablePolicies): Decision {
  const { identity, resource = [], boundary, session, resourceControl = [] } = policies;
  // Service control policies apply only to identities of accounts, not to services:
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  const serviceControl = request.principal.kind === "service" ? [] : (policies.serviceControl ?? []);
  const resourceKind = isTrust(request) ? "role trust" : "resource-based";
  const ofKinds: readonly (readonly [PolicyKind, readonly CompiledPolicy[]])[] = [
    ["resource control", resourceControl.flat()],
    ["service control", serviceControl.flat()],
    [resourceKind, resource],
    ["identity-based", identity],
    ["permissions boundary", boundary ?? []],
    ["session", session ?? []],
  ];
  for (const [kind, some] of ofKinds) {
    const [match] = matches(some, "Deny", request);
    if (match)
      return {
        allowed: false,
        effect: "explicit deny",
        by: [match],
        reason: refusal(request, { kind, match }),
      };
  }

  const deny = (kind: PolicyKind, some: readonly CompiledPolicy[]): Decision => ({
    allowed: false,
    effect: "implicit deny",
    by: [],
    reason: refusal(request, { kind, policies: some }),
  });
  const by: StatementMatch[] = [];
  /** Checks policies that only limit permissions: each of them must include the request, but none of them grants it. */
  const limited = (
    kind: PolicyKind,
    limits: readonly (readonly CompiledPolicy[])[],
  ): Decision | undefined => {
    for (const limit of limits) {
      const [match] = matches(limit, "Allow", request);
      if (!match) return deny(kind, limit);
      by.push(match);
    }
    return undefined;
  };
  const allow = (...granting: readonly StatementMatch[]): Decision => {
    const all = [...granting, ...by];
    return { allowed: true, effect: "allow", by: all, reason: `allowed by ${labels(all)}` };
  };

  const guarded = limited("resource control", resourceControl) ?? limited("service control", serviceControl);
  if (guarded) return guarded;

  const grants = matches(resource, "Allow", request);
  const direct = grants.find(({ naming }) => naming === "direct");
  const role = grants.find(({ naming }) => naming === "role");
  const account = grants.find(({ naming }) => naming === "account");
  const ownLimits = () =>
    limited("permissions boundary", boundary ? [boundary] : []) ??
    limited("session", session ? [session] : []);

  if (request.principal.kind === "service") return direct ? allow(direct) : deny(resourceKind, resource);
  const isRoot = request.principal.kind === "root";
  const [own] = isRoot ? [] : matches(identity, "Allow", request);
  if (policies.crossAccount || (policies.resourceDecides && !direct && !role)) {
    const other = direct ?? role ?? account;
    if (!other) return deny(resourceKind, resource);
    if (isRoot) return allow(other);
    if (!own) return deny("identity-based", identity);
    return ownLimits() ?? allow(own, other);
  }
  if (direct) return allow(direct);
  if (role) return ownLimits() ?? allow(role);
  if (isRoot)
    return { allowed: true, effect: "allow", by: [], reason: "allowed: it is the account's root user" };
  if (!own) return deny("identity-based", identity);
  return ownLimits() ?? allow(own);
}

function matches(
  policies: readonly CompiledPolicy[],
  effect: "Allow" | "Deny",
  request: AccessRequest,
): StatementMatch[] {
  const found: StatementMatch[] = [];
  for (const { statements } of policies)
    for (const statement of statements) {
      if (statement.statement.effect !== effect) continue;
      const match = statement.match(request);
      if (typeof match === "object") found.push(match);
    }
  return found;
}

/** All statements that allow a request, regardless of other statements and limits. */
export function allowing(request: AccessRequest, policies: readonly CompiledPolicy[]): StatementMatch[] {
  return matches(policies, "Allow", request);
}

/**
 * Whether the action is governed by a role's trust policy:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function isTrust({ action }: Pick<AccessRequest, "action">): boolean {
  return /^sts:(?:AssumeRole|TagSession$|SetSourceIdentity$)/i.test(action);
}

function labels(found: readonly StatementMatch[]): string {
  return found.map(({ statement }) => statement.label).join(" and ");
}

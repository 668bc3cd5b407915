import type {
  AccessRequest,
  CompiledPolicy,
  CompiledStatement,
  Obstacle,
  StatementMatch,
} from "../match/statement";

/** A kind of policy, under the name that AWS uses in its messages. */
export type PolicyKind =
  | "identity-based"
  | "resource-based"
  | "permissions boundary"
  | "session"
  | "service control"
  | "resource control"
  | "role trust";

/** Why a request is denied: because of a statement that denies it, or because none of the policies allows it. */
type Cause =
  | { readonly kind: PolicyKind; readonly match: StatementMatch }
  | { readonly kind: PolicyKind; readonly policies: readonly CompiledPolicy[] };

/**
 * The message of a denial in AWS's words, with the statement that denies the request or comes closest to allowing it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function refusal(request: AccessRequest, cause: Cause): string {
  const { action, resource, principal } = request;
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  const policy = cause.kind === "permissions boundary" ? cause.kind : `${cause.kind} policy`;
  const who = `User: ${principal.arn} is not authorized to perform: ${action}${on}`;
  if ("match" in cause)
    return `${who} with an explicit deny in ${article(policy)} ${policy} (${cause.match.statement.label})`;
  return `${who} because no ${policy} allows the ${action} action (${nearest(request, cause.policies)})`;
}

function article(policy: string): string {
  if (policy === "role trust policy") return "the";
  return policy.startsWith("identity") ? "an" : "a";
}

const order: readonly Obstacle[] = ["Action", "Principal", "Resource", "Condition"];

/** Describes the statement that comes closest to allowing the request. */
function nearest(request: AccessRequest, policies: readonly CompiledPolicy[]): string {
  let best: { readonly statement: CompiledStatement; readonly obstacle: Obstacle } | undefined;
  let related: CompiledStatement | undefined;
  for (const { statements } of policies)
    for (const statement of statements) {
      if (statement.statement.effect !== "Allow") continue;
      const obstacle = statement.match(request);
      if (obstacle === "Action" && statement.isRelated(request)) related ??= statement;
      if (typeof obstacle === "object" || obstacle === "Action") continue;
      if (!best || order.indexOf(obstacle) > order.indexOf(best.obstacle)) best = { statement, obstacle };
    }
  if (!best && related) return `${related.label} names the resource, but not the action`;
  if (!best) {
    const names = [...new Set(policies.map(({ origin }) => origin.address))];
    if (names.length === 0) return "there is none";
    const more = names.length > 3 ? ` and ${names.length - 2} more` : "";
    return `it is named in none of ${more ? names.slice(0, 2).join(", ") : names.join(", ")}${more}`;
  }
  return `${best.statement.label} names the action, ${objections[best.obstacle](best.statement, request)}`;
}

const objections: Readonly<
  Record<Obstacle, (statement: CompiledStatement, request: AccessRequest) => string>
> = {
  Action: () => "",
  Principal: () => "but another principal",
  Resource: ({ statement }) =>
    `but on ${statement.resources?.not ? "all except " : ""}${statement.resources?.values.join(", ")}`,
  Condition: (statement, { context }) =>
    `but only if ${statement
      .unmet(context)
      .map(({ operator, key, values }) => {
        const given = context.get(key);
        return `${key} ${operator.name} ${values.join(" or ")} (it is ${given?.join(", ") ?? "absent"})`;
      })
      .join(" and ")}`,
};

import type { Authority } from "./authority";
import { compile, type PoliciesOfStack } from "./policies";
import type { UsedCall } from "./usage";

/** The actions of a statement that no call has used. */
export interface UnusedActions {
  /** The policy's address and the statement's position in it. */
  readonly statement: string;
  readonly actions: readonly string[];
  /** Whether none of the statement's actions has been used. */
  readonly isWhole: boolean;
}

/**
 * The actions of a stack's policies that no call needed, by statement. When two statements allow the same action, both
 * count as used.
 */
export function unusedActions(
  { policies }: Pick<PoliciesOfStack, "policies">,
  authority: Authority,
  used: readonly Pick<UsedCall, "call">[],
): UnusedActions[] {
  const needed = new Set(
    used.flatMap(({ call }) =>
      authority.allowing(call).map(({ statement, action }) => `${statement.label} ${action}`),
    ),
  );
  return policies
    .filter(({ attachment }) => attachment.kind !== "boundary")
    .flatMap((policy) => compile(policy).statements)
    .flatMap(({ label, statement }) => {
      if (statement.effect === "Deny" || statement.actions.not) return [];
      const { values } = statement.actions;
      const actions = values.filter((action) => !needed.has(`${label} ${action}`));
      return actions.length === 0
        ? []
        : [{ statement: label, actions, isWhole: actions.length === values.length }];
    });
}

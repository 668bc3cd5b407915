import type { Authority } from "./authority";
import { compile, type PoliciesOfStack } from "./policies";
import type { UsedCall } from "./usage";

/** What a statement allows and nobody has used. */
export interface UnusedActions {
  /** Address and place of the statement. */
  readonly statement: string;
  readonly actions: readonly string[];
  /** None of the statement's actions was used. */
  readonly isWhole: boolean;
}

/**
 * The actions of a stack's policies that were of no use to any call, statement by statement. Of two statements that allow
 * the same, as those of two concerns may, both were of use.
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

import { Authority, type Call } from "../../../local/iam/index";
import type { Stack } from "../../../terraform/types";
import type { Mutant } from "./mutants";

/** What a mutant does to the pipeline, one sentence; undefined when nobody would notice. */
export type Verdict = string | undefined;

/**
 * Decides the calls of a run by a mutant's policies: one that the pipeline makes must be denied, or one that others
 * could make allowed.
 */
export function verdictOf(
  { stack }: Pick<Mutant, "stack">,
  calls: readonly Call[],
  hostile: readonly Call[],
): Verdict {
  const authority = new Authority(stack);
  const denied = denials(authority, calls)[0];
  if (denied !== undefined) return denied;
  const open = hostile.find((call) => authority.decide(call).allowed);
  return (
    open &&
    `lets in what the stack denies: ${open.action} on ${open.resource} with ${JSON.stringify(open.context)}`
  );
}

/** Whether a call of the run needs what was taken away, and another statement of the role gives it as well. */
export function isDoubled({ address, index, value }: Mutant, stack: Stack, calls: readonly Call[]): boolean {
  const authority = new Authority(stack);
  return calls.some((call) =>
    authority
      .allowing(call)
      .some(
        ({ statement, action, resource }) =>
          statement.origin.address === address &&
          statement.index === index &&
          (action === value || resource === value),
      ),
  );
}

/** The reasons for which calls are denied, in their order. */
export function denials(authority: Authority, calls: readonly Call[]): string[] {
  return calls.flatMap((call) => {
    const decision = authority.decide(call);
    return decision.allowed ? [] : [decision.reason];
  });
}

export function deniedBy(stack: Stack, calls: readonly Call[]): string[] {
  return denials(new Authority(stack), calls);
}

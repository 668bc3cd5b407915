import { Authority, type Call, type Decision, Usage } from "@streaming-data-lake/iam";
import type { DeliveryStream, Stack } from "@streaming-data-lake/terraform/types";
import { isInvoked } from "../lambda/is-invoked";

/** `enforce` denies as AWS does; `report` lets through and tells. */
export type IamMode = "enforce" | "report";

/** What AWS answers when policies don't allow a call. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";

  /** @param problem What can't be done therefore, in the service's words. */
  constructor(
    readonly call: Call,
    readonly decision: Decision,
    problem?: string,
  ) {
    super(problem === undefined ? decision.reason : `${problem}: ${decision.reason}`);
  }
}

/**
 * Asked before each call that a service makes in a role's name.
 *
 * @throws AccessDenied for the first call that is not allowed.
 */
export type Authorize = (...calls: readonly Call[]) => void;

export interface AccessOptions {
  readonly stack: Stack;
  /** @default "enforce" */
  readonly mode?: IamMode;
  /** Called in `report` for each call that would be denied, once. */
  readonly onTrouble: (message: string) => void;
}

/** Decides what the parts of a runner may do, and remembers what they did. */
export class AccessControl {
  readonly usage = new Usage();
  /** One sentence for each thing that can't be decided. */
  readonly notes: readonly string[];
  private readonly authority: Authority;
  private readonly told = new Set<string>();

  /** @throws PolicyError when a policy of the stack breaks the grammar. */
  constructor(private readonly options: AccessOptions) {
    this.authority = new Authority(options.stack);
    this.notes = [...this.authority.notes, ...unknownRoles(options.stack)];
  }

  readonly authorize: Authorize = (...calls) => {
    for (const call of calls) {
      const decision = this.authority.decide(call);
      this.usage.add(call, decision);
      if (decision.allowed) continue;
      if (this.options.mode !== "report") throw new AccessDenied(call, decision);
      if (this.told.has(decision.reason)) continue;
      this.told.add(decision.reason);
      this.options.onTrouble(`AWS would deny: ${decision.reason}`);
    }
  };
}

/** What acts in the name of a role that is not in the stack, so that nothing is known of what it may. */
function unknownRoles(stack: Stack): string[] {
  const { access, deliveryStreams, functions, schedules } = stack;
  const known = new Set(access.roles.map(({ arn }) => arn));
  const run = functions.filter((fn) => isInvoked(stack, fn));
  const actors = [
    ...[...run, ...schedules].map(({ address, roleArn }) => ({ address, roles: [roleArn] })),
    ...deliveryStreams.map((one) => ({ address: one.address, roles: deliveryRoles(one) })),
  ];
  return actors
    .filter(({ roles }) => roles.some((arn) => arn === undefined || !known.has(arn)))
    .map(({ address }) => `${address}: its role is not in this stack, so that its calls are not decided`);
}

/** Of what reads the source, where there is one, of what writes, and of what reads the table. */
function deliveryRoles({ sourceStreamArn, roleArn, destination, backup, conversion }: DeliveryStream) {
  return [
    ...(sourceStreamArn === undefined ? [] : [roleArn]),
    ...[destination, backup, conversion].flatMap((one) => (one ? [one.roleArn] : [])),
  ];
}

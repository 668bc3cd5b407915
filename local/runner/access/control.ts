import { Authority, type Call, type Decision, Usage } from "@streaming-data-lake/iam";
import type { DeliveryStream, Stack } from "@streaming-data-lake/terraform/types";
import { isInvoked } from "../lambda/is-invoked";

/** `enforce` denies a call that AWS would deny; `report` allows it and reports it. */
export type IamMode = "enforce" | "report";

/** The error that AWS returns when policies don't allow a call. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";

  /** @param problem What the service can't do because of the denial, in its own words. */
  constructor(
    readonly call: Call,
    readonly decision: Decision,
    problem?: string,
  ) {
    super(problem === undefined ? decision.reason : `${problem}: ${decision.reason}`);
  }
}

/**
 * Decides whether calls are allowed. It is called before each call that a service makes in a role's name.
 *
 * @throws AccessDenied for the first call that is not allowed.
 */
export type Authorize = (...calls: readonly Call[]) => void;

export interface AccessOptions {
  readonly stack: Stack;
  /** @default "enforce" */
  readonly mode?: IamMode;
  /** Called once for each reason for which AWS would deny calls, in the mode `report`. */
  readonly onTrouble: (message: string) => void;
}

/** Decides which calls the parts of a runner may make, and records the calls that they have made. */
export class AccessControl {
  readonly usage = new Usage();
  /** One sentence for each part of the stack whose permissions can't be decided. */
  readonly notes: readonly string[];
  private readonly authority: Authority;
  private readonly told = new Set<string>();

  /** @throws PolicyError when a policy of the stack is not valid. */
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

/** The resources whose role is not in the stack. Their permissions are unknown, so their calls can't be decided. */
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
    .map(({ address }) => `${address}: its role is not in this stack, so its calls are not decided`);
}

/** The roles of a delivery stream, for reading its source, for writing objects, and for reading the table's definition. */
function deliveryRoles({ sourceStreamArn, roleArn, destination, backup, conversion }: DeliveryStream) {
  return [
    ...(sourceStreamArn === undefined ? [] : [roleArn]),
    ...[destination, backup, conversion].flatMap((one) => (one ? [one.roleArn] : [])),
  ];
}

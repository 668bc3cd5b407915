import type { Construct } from "constructs";
import type { Problems } from "./problems";

/** Context flag without which no resource that holds data is ever deleted. */
const flag = "allowDataDestruction";

export function dataDestructionAllowed(scope: Construct): boolean {
  return scope.node.tryGetContext(flag) === true;
}

/** Checks that data is deleted only if both the construct's own property and the app's context flag allow it. */
export function checkTwoKeys(
  problems: Problems,
  scope: Construct,
  prop: string,
  value: boolean | undefined,
): void {
  problems.require(
    prop,
    value,
    value !== true || dataDestructionAllowed(scope),
    `deleting data takes a second key: set "${flag}": true in the context of cdktf.json`,
  );
}

import type { World } from "@streaming-data-lake/aws";
import { type Fault, faults } from "@streaming-data-lake/runner/faults";
import type { FaultState } from "../api";
import { Refused } from "../server/refused";

/** What can be made to fail, and what is. */
export const faultsOf = ({ runner }: World): readonly FaultState[] =>
  Object.entries(faults).map(([name, description]) => ({
    name,
    description,
    on: runner.faults.active.includes(name as Fault),
  }));

/** @throws Refused 404 */
export function changeFault(world: World, name: string, on: boolean): readonly FaultState[] {
  if (!Object.hasOwn(faults, name))
    throw new Refused(404, `there is no fault ${name}; there are ${Object.keys(faults).join(", ")}`);
  const { runner } = world;
  if (on) runner.faults.begin(name as Fault);
  else runner.faults.end(name as Fault);
  return faultsOf(world);
}

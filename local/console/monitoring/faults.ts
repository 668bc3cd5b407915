import type { World } from "@streaming-data-lake/aws";
import { type Fault, faults } from "@streaming-data-lake/runner/faults";
import type { FaultState } from "../api";
import { Refused } from "../server/refused";

/**
 * Which part of a stack each fault affects. A fault is not offered when the stack lacks that part, because it would
 * have no effect.
 */
const subjects: readonly (readonly [faults: RegExp, isThere: (world: World) => boolean])[] = [
  [/^(shard|clock|key)-/, ({ state }) => state.kinesis !== undefined],
  [/^(function|mapping)-/, ({ state }) => state.mappers.length > 0],
  [/^queue-/, ({ state }) => state.mappers.some(({ mapping }) => mapping.onFailureArn !== undefined)],
  [/^delivery-write-/, ({ state }) => state.deliveries.length > 0],
  [/^delivery-/, ({ stack }) => stack.deliveryStreams.some(({ sourceStreamArn }) => sourceStreamArn)],
  [/^(query|schedule)-/, ({ stack }) => stack.schedules.length > 0],
];

const names = (world: World): readonly Fault[] =>
  (Object.keys(faults) as Fault[]).filter((name) => subjects.find(([fault]) => fault.test(name))?.[1](world));

/** The faults that can be switched on for this stack, and whether each is on. */
export const faultsOf = (world: World): readonly FaultState[] =>
  names(world).map((name) => ({
    name,
    description: faults[name],
    on: world.runner.faults.active.includes(name),
  }));

/** @throws Refused 404 */
export function changeFault(world: World, name: string, on: boolean): readonly FaultState[] {
  const known = names(world);
  const fault = known.find((one) => one === name);
  if (fault === undefined)
    throw new Refused(
      404,
      `there is no fault ${name} of this stack; there are ${known.join(", ") || "none"}`,
    );
  const { runner } = world;
  if (on) runner.faults.begin(fault);
  else runner.faults.end(fault);
  return faultsOf(world);
}

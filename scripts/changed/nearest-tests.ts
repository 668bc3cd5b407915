import { distancesTo, type ImportGraph, roomOf } from "./import-graph";

export interface Choice {
  /** Test files to run, the nearest first. */
  readonly chosen: readonly string[];
  /** Other test files that reach a changed file. With them, the tests would take longer than allowed. */
  readonly left: readonly string[];
}

export interface ChoiceOptions {
  /** Returns the seconds that a test file takes. */
  readonly secondsOf: (test: string) => number;
  /** Seconds that all chosen files together can take. */
  readonly budget: number;
}

/**
 * Chooses the tests that say most about changed files in the least time. Tests with fewer imports between them and a
 * change come first; among equally near ones those in the same folder of `__tests__`, and then the faster ones. A test
 * that is too slow for the remaining time is left out, but the nearest one is always chosen.
 */
export function nearestTests(
  graph: ImportGraph,
  tests: readonly string[],
  changed: readonly string[],
  { secondsOf, budget }: ChoiceOptions,
): Choice {
  const distances = distancesTo(graph, changed);
  const rooms = new Set(changed.map(roomOf));
  const ranked = tests
    .filter((test) => distances.has(test))
    .map((test) => ({
      test,
      rank: [distances.get(test) ?? 0, rooms.has(roomOf(test)) ? 0 : 1, secondsOf(test)],
    }))
    .toSorted((one, other) => compare(one.rank, other.rank));
  const chosen: string[] = [];
  const left: string[] = [];
  let seconds = 0;
  for (const { test } of ranked) {
    const fits = chosen.length === 0 || seconds + secondsOf(test) <= budget;
    if (fits) seconds += secondsOf(test);
    (fits ? chosen : left).push(test);
  }
  return { chosen, left };
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

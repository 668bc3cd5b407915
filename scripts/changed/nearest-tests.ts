import { distancesTo, type ImportGraph, roomOf } from "./import-graph";

export interface Choice {
  /** Test files to run, the nearest first. */
  readonly chosen: readonly string[];
  /** Those that reach a changed file too, and would take longer than is allowed. */
  readonly left: readonly string[];
}

export interface ChoiceOptions {
  /** Seconds that a test file takes. */
  readonly secondsOf: (test: string) => number;
  /** Seconds that all of the chosen take together. */
  readonly budget: number;
}

/**
 * The tests that tell most, and soonest, of changed files: those of the fewest imports between them and a change, of
 * equally near ones those of the same room first, then the quick ones. One too slow for what is left is left out; the
 * very nearest is always taken.
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

import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Authority } from "../../../local/iam/index";
import type { Stack } from "../../../terraform/types";
import { read } from "../../docs/support";
import { temporaryFolder } from "../../support/folders";
import { hostileCalls } from "./hostile";
import { type Mutant, mutantsOf, takenEverywhere } from "./mutants";
import { type Recording, record } from "./record";
import { provedStacks } from "./stacks";
import { unnoticed } from "./unnoticed";
import { deniedBy, isDoubled, verdictOf } from "./verdict";

describe.each(provedStacks)("the policies of the $name stack", ({ name, load, records }) => {
  const folder = temporaryFolder();
  let stack: Stack;
  let recording: Recording;
  let mutants: readonly Mutant[];
  let doubled: readonly Mutant[];
  let survivors: readonly string[];

  beforeAll(async () => {
    stack = load(join(folder, "synth"));
    recording = await record(stack, join(folder, "local"), records());
    const hostile = hostileCalls(stack, recording.calls);
    mutants = mutantsOf(stack);
    const unseen = mutants.filter((mutant) => verdictOf(mutant, recording.calls, hostile) === undefined);
    doubled = unseen.filter((mutant) => isDoubled(mutant, stack, recording.calls));
    survivors = unseen.filter((mutant) => !doubled.includes(mutant)).map(({ what }) => what);
  }, 120_000);

  test("are all known, and suffice for a run with every kind of failure", () => {
    expect(new Authority(stack).notes).toEqual([]);
    expect(deniedBy(stack, recording.calls)).toEqual([]);
    expect(recording.troubles).toEqual([]);
    expect(recording.calls.length).toBeGreaterThan(30);
  });

  test("are least: what is taken away is missed, but for what is listed with its reason", () => {
    const unexplained = survivors.filter((what) => !unnoticed.some(({ pattern }) => pattern.test(what)));
    expect(unexplained).toEqual([]);
  });

  test("give twice only what is missed when it is taken from both", () => {
    const spare = doubled.filter(
      (mutant) => deniedBy(takenEverywhere(stack, mutant), recording.calls).length === 0,
    );
    expect(spare.map(({ what }) => what)).toEqual([]);
  });

  test("lose at most one in twenty changes unnoticed", () => {
    expect(mutants.length).toBeGreaterThan(60);
    expect(survivors.length / mutants.length).toBeLessThanOrEqual(0.05);
  });

  test("are told of with these numbers", () => {
    const noticed = mutants.length - doubled.length - survivors.length;
    expect(read("docs/security.md")).toContain(
      `| ${name} | ${mutants.length} | ${noticed} | ${doubled.length} | ${survivors.length} |`,
    );
  });
});

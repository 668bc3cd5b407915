import { describe, expect, it } from "vitest";
import { askCase, describeCase } from "./ask";
import { type Case, cases } from "./cases";

const now = new Date();

const groups = new Map<string, Case[]>();
for (const one of cases(now)) {
  const [group = ""] = one.id.split("/");
  groups.set(group, [...(groups.get(group) ?? []), one]);
}

/** What is known not to be read as Trino does, with the reason. */
const known: ReadonlySet<string> = new Set([
  // The value is a query's: the engine chooses partitions before it runs any.
  "projection/injected/subquery",
]);

describe("objects are read as Trino's Hive connector reads them, or as AWS documents", () => {
  for (const [group, members] of groups)
    it(`${group}, ${members.length} cases`, { timeout: 240_000 }, async () => {
      const wrong: string[] = [];
      for (const one of members) {
        const asked = await askCase(one, now);
        const isFault = "error" in asked.ours && asked.ours.error.name === "FAULT";
        const right =
          asked.verdict === undefined || asked.verdict === "same" || asked.verdict === "both refuse";
        if (isFault || (!right && !known.has(one.id))) wrong.push(describeCase(asked));
      }
      expect(wrong).toEqual([]);
    });
});

import { describe, expect, it } from "vitest";
import { shareOf } from "../../support/share";
import { askCase, describeCase } from "./ask";
import { type Case, cases } from "./cases";

const now = new Date();

const groups = new Map<string, Case[]>();
for (const one of cases(now)) {
  const [group = ""] = one.id.split("/");
  groups.set(group, [...(groups.get(group) ?? []), one]);
}

describe("objects are read as Trino's Hive connector reads them, or as AWS documents", () => {
  for (const [group, members] of groups)
    it(`${group}, ${members.length} cases`, { timeout: 240_000 }, async () => {
      const wrong: string[] = [];
      for (const one of shareOf(members, 6)) {
        const asked = await askCase(one, now);
        const isFault = "error" in asked.ours && asked.ours.error.name === "FAULT";
        const right =
          asked.verdict === undefined || asked.verdict === "same" || asked.verdict === "both refuse";
        if (isFault || !right) wrong.push(describeCase(asked));
      }
      expect(wrong).toEqual([]);
    });
});

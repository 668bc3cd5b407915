import { describe, expect, it } from "vitest";
import { calls, longNumbers } from "./calls";
import { corpus } from "./corpus";
import { evaluated } from "./evaluated";
import answers from "./recorded/answers.json";

/** Terraform's answers, which the end-to-end suite asks for again. */
const recorded: Readonly<Record<string, string>> = answers;

/** What comes out otherwise than in Terraform. */
function differences(expressions: readonly string[]): string[] {
  return expressions.flatMap((expression) => {
    const actual = evaluated(expression);
    const expected = recorded[expression];
    return actual === expected ? [] : [`${expression}: ${actual} instead of ${expected}`];
  });
}

describe("expressions, beside Terraform's recorded answers", () => {
  it.each(Object.entries(corpus))("%s come out as in Terraform", (_, expressions) => {
    expect(differences(expressions)).toEqual([]);
  });

  it("numbers that a double can't hold come out with all their digits", () => {
    expect(differences(longNumbers)).toEqual([]);
  });

  it.each(Object.entries(calls))("%s answers as in Terraform", (_, expressions) => {
    expect(differences(expressions)).toEqual([]);
  });
});

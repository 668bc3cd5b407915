import { describe, expect, it } from "vitest";
import { evaluated, evaluatedTemplate, inTemplate } from "./evaluated";
import answers from "./recorded/answers.json";
import { calls, longNumbers } from "./recorded/calls";
import { corners } from "./recorded/corners";
import { corpus } from "./recorded/corpus";
import { syntax, templates } from "./recorded/syntax";

/** Terraform's answers, which the end-to-end suite asks for again. */
const recorded: Readonly<Record<string, string>> = answers;

/** What comes out otherwise than in Terraform. */
function differences(expressions: readonly string[], answer = evaluated): string[] {
  return expressions.flatMap((expression) => {
    const actual = answer(expression);
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

  it.each(Object.entries(corners))(
    "%s, at the edges of what functions take, come out as in Terraform",
    (_, all) => {
      expect(differences(all)).toEqual([]);
    },
  );

  it.each(Object.entries(syntax))("%s are read as in Terraform", (_, expressions) => {
    expect(differences(expressions.map(inTemplate), evaluatedTemplate)).toEqual([]);
  });
});

describe("templates, beside Terraform's recorded answers", () => {
  it.each(Object.entries(templates))("%s come out as in Terraform", (_, texts) => {
    expect(differences(texts, evaluatedTemplate)).toEqual([]);
  });
});

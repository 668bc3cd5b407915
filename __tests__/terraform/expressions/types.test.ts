import { describe, expect, it } from "vitest";
import { jsonText } from "../../../terraform/expressions/functions/json";
import { convertTo, parseConstraint } from "../../../terraform/expressions/types";
import type { Value } from "../../../terraform/values";
import answers from "./recorded/answers.json";
import { converted, declared, refusedVariables } from "./recorded/constraints";

/** Terraform's answers, which the end-to-end suite asks for again. */
const recorded: Readonly<Record<string, string>> = answers;

const value = (type: string, given: unknown) => convertTo(parseConstraint(type), given as Value);

describe("the value of a variable", () => {
  it.each(converted)("of type %s is converted as by Terraform: %j", (type, given) => {
    expect(jsonText(value(type, given))).toBe(recorded[declared(type, given)]);
  });

  it.each(refusedVariables)("is refused, of type %s: %j: %s", (type, given, message) => {
    expect(() => value(type, given)).toThrow(message);
  });
});

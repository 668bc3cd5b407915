import { evaluate } from "../../../terraform/expressions/evaluate";
import { jsonText } from "../../../terraform/expressions/functions/json";
import { parseTerraform } from "../../../terraform/expressions/parse";
import type { Value } from "../../../terraform/values";

/** The answer to an expression that can't be evaluated. */
export const failed = "fails";

const scope = {
  folder: ".",
  lookup: (names: readonly string[]): { value: Value; used: number } => {
    throw new Error(`there is no ${names.join(".")}`);
  },
};

/** What this project's evaluator makes of an expression, as JSON. */
export function evaluated(expression: string): string {
  try {
    return jsonText(evaluate(parseTerraform(expression), scope));
  } catch {
    return failed;
  }
}

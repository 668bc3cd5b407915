import { evaluate } from "../../../terraform/expressions/evaluate";
import { jsonText } from "../../../terraform/expressions/functions/json";
import { parseTerraform } from "../../../terraform/expressions/parse";
import type { Value } from "../../../terraform/values";

/** The answer to an expression that can't be evaluated. */
export const failed = "fails";

/** A scope in a folder, in which nothing has a name. */
export const scopeIn = (folder: string) => ({
  folder,
  lookup: (names: readonly string[]): { value: Value; used: number } => {
    throw new Error(`there is no ${names.join(".")}`);
  },
});

/** What this project's evaluator makes of an expression, as JSON. */
export function evaluated(expression: string): string {
  try {
    return jsonText(evaluate(parseTerraform(expression), scopeIn(".")));
  } catch {
    return failed;
  }
}

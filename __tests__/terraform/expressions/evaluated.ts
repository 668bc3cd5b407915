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
export function evaluated(expression: string, scope = scopeIn(".")): string {
  try {
    return jsonText(evaluate(parseTerraform(expression), scope));
  } catch {
    return failed;
  }
}

/** What it makes of a template, as JSON. */
export function evaluatedTemplate(template: string): string {
  const lookup = () => ({ value: template, used: 2 });
  return evaluated("templatestring(local.text, {})", { folder: ".", lookup });
}

/** A template that is the JSON of an expression, which may have several lines. */
export const inTemplate = (expression: string): string => `\${jsonencode(${expression}\n)}`;

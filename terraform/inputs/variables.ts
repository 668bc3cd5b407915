import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "../errors";
import { evaluate } from "../expressions/evaluate";
import { parseAssignments, parseTerraform } from "../expressions/parse";
import type { TypeConstraint } from "../expressions/types";
import { isObject, type Value } from "../values";

type Given = (type: TypeConstraint | undefined) => Value;

/**
 * The values given for variables. Later sources override earlier ones: `TF_VAR_…`, `terraform.tfvars`,
 * `terraform.tfvars.json`, and `*.auto.tfvars` and `*.auto.tfvars.json` in the order of their names.
 *
 * https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
 *
 * @throws StackError that names a file that can't be read.
 */
export function givenVariables(folder: string): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  for (const [name, text] of Object.entries(process.env))
    if (name.startsWith("TF_VAR_") && text !== undefined)
      given.set(name.slice("TF_VAR_".length), (type) => ofEnvironment(name, text, type));
  for (const name of variableFiles(readdirSync(folder)))
    for (const [key, value] of Object.entries(readVariables(join(folder, name)))) given.set(key, () => value);
  return given;
}

function variableFiles(names: readonly string[]): string[] {
  const first = ["terraform.tfvars", "terraform.tfvars.json"].filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => /\.auto\.tfvars(?:\.json)?$/.test(name)).sort()];
}

function readVariables(path: string): Readonly<Record<string, Value>> {
  const text = readFileSync(path, "utf8");
  try {
    if (!path.endsWith(".json"))
      return Object.fromEntries(
        parseAssignments(text).map(([name, expression]) => [name, evaluate(expression, noScope)]),
      );
    const json: unknown = JSON.parse(text);
    if (!isObject(json)) throw new Error("it must be an object of values");
    return json;
  } catch (error) {
    throw new StackError(`${path} can't be read: ${(error as Error).message}`);
  }
}

/** The value of an environment variable: plain text for a variable of a simple type, and an expression for any other. */
function ofEnvironment(name: string, text: string, type: TypeConstraint | undefined): Value {
  if (!type || !["any", "list", "set", "map", "tuple", "object"].includes(type.kind)) return text;
  try {
    return evaluate(parseTerraform(text), noScope);
  } catch (error) {
    throw new Error(`${name} can't be read: ${(error as Error).message}`);
  }
}

const noScope = {
  folder: ".",
  lookup: (names: readonly string[]): never => {
    throw new Error(`${names.join(".")} is not known in a value of a variable`);
  },
};

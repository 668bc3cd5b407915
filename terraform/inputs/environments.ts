import { readFileSync, writeFileSync } from "node:fs";
import { isObject } from "../values";
import type { JsonFile } from "./configuration";
import { sourcesIn } from "./deferred-data";
import { endOfBlock, endOfExpression } from "./hcl-text";
import type { PlanJson } from "./plan";
import { type ShownModule, shownResources } from "./shown";

const prefix = "runs_here_environment_of_";
const header = /^[ \t]*resource[ \t]+"aws_lambda_function"[ \t]+"([\w-]+)"[ \t]*\{/gm;

/**
 * Asks Terraform for the environments of functions, in a copy of a configuration and of its modules. A map that has one
 * unknown value is unknown to the provider as a whole, but not to Terraform: each environment is made the input of a
 * resource of Terraform's own beside its function.
 *
 * https://developer.hashicorp.com/terraform/language/resources/terraform-data
 */
export function askEnvironments(copy: string): void {
  for (const file of sourcesIn(copy).filter((one) => one.endsWith(".tf"))) {
    const text = readFileSync(file, "utf8");
    const asked = [...text.matchAll(header)].map(({ index, 0: head, 1: name = "" }) => {
      const start = index + head.length;
      return question(name, text.slice(start, endOfBlock(text, start)));
    });
    if (asked.some((one) => one !== "")) writeFileSync(file, `${text}\n${asked.join("")}`);
  }
}

function question(name: string, body: string): string {
  const variables = variablesOf(body);
  if (variables === undefined) return "";
  const repeated = ["count", "for_each"].flatMap((meta) => {
    const expression = argument(meta, body);
    return expression === undefined ? [] : [`  ${meta} = ${expression}\n`];
  });
  return `\nresource "terraform_data" "${prefix}${name}" {\n${repeated.join("")}  input = ${variables}\n}\n`;
}

/** The expression of a function's environment, which may stand in a `dynamic` block. */
function variablesOf(body: string): string | undefined {
  const written = block("environment", body);
  if (written !== undefined) return argument("variables", written);
  const dynamic = block('dynamic[ \\t]+"environment"', body) ?? "";
  const variables = argument("variables", block("content", dynamic) ?? "");
  const items = argument("for_each", dynamic);
  if (variables === undefined || items === undefined) return undefined;
  const iterator = argument("iterator", dynamic) ?? "environment";
  return `one([for ${iterator} in [for item in (${items}) : { key = item, value = item }] : (${variables})])`;
}

function block(head: string, body: string): string | undefined {
  const found = new RegExp(`^[ \\t]*${head}[ \\t]*\\{`, "m").exec(body);
  const start = (found?.index ?? 0) + (found?.[0].length ?? 0);
  return found ? body.slice(start, endOfBlock(body, start)) : undefined;
}

function argument(name: string, body: string): string | undefined {
  const own = withoutBlocks(body);
  const found = new RegExp(`^[ \\t]*${name}[ \\t]*=(?!=)`, "m").exec(own);
  const start = (found?.index ?? 0) + (found?.[0].length ?? 0);
  return found ? own.slice(start, endOfExpression(own, start)).trim() : undefined;
}

/** A block in it may have arguments of the same names. */
function withoutBlocks(body: string): string {
  const found = /^[ \t]*\w[\w-]*(?:[ \t]+"[^"]*")*[ \t]*\{/m.exec(body);
  if (!found) return body;
  const end = endOfBlock(body, found.index + found[0].length);
  return end < 0 ? body : body.slice(0, found.index) + withoutBlocks(body.slice(end + 1));
}

/** Puts what Terraform has answered into the functions of a plan. */
export function answerEnvironments({ json }: JsonFile): void {
  const { planned_values: planned, resource_changes: changes = [] } = json as PlanJson;
  const resources = shownResources(planned?.root_module);
  const unknown = new Map(changes.map(({ address, change }) => [address, change?.after_unknown]));
  for (const answer of resources) {
    const address = answer.address.replace(`terraform_data.${prefix}`, "aws_lambda_function.");
    const fn = resources.find((one) => one.address === address);
    const open = unknown.get(address);
    if (address === answer.address || !fn || !isObject(open)) continue;
    const input = unknown.get(answer.address);
    const openInput = isObject(input) ? input.input : undefined;
    if (openInput === true || (answer.values?.input ?? null) === null) continue;
    Object.assign(fn.values ?? {}, { environment: [{ variables: answer.values?.input ?? {} }] });
    Object.assign(open, { environment: [{ variables: openInput ?? {} }] });
  }
  removeAnswers(planned?.root_module);
}

/** A plan that is kept has only what the folder has. */
function removeAnswers(module: ShownModule | undefined): void {
  if (!module) return;
  if (module.resources)
    Object.assign(module, { resources: module.resources.filter(({ name }) => !name?.startsWith(prefix)) });
  for (const inner of module.child_modules ?? []) removeAnswers(inner);
}

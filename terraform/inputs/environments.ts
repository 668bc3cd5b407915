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
 * Makes Terraform's plan contain the environment variables of functions. When one value of a map is unknown, the provider
 * shows the whole map as unknown, but Terraform itself does not. So in a copy of the configuration and its modules, a
 * `terraform_data` resource is added for each function, with the function's environment as its input.
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

/** The expression for a function's environment variables, which may be in a `dynamic` block. */
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

/** A body without its nested blocks, which may have arguments with the same names. */
function withoutBlocks(body: string): string {
  const found = /^[ \t]*\w[\w-]*(?:[ \t]+"[^"]*")*[ \t]*\{/m.exec(body);
  if (!found) return body;
  const end = endOfBlock(body, found.index + found[0].length);
  return end < 0 ? body : body.slice(0, found.index) + withoutBlocks(body.slice(end + 1));
}

/** Copies the environments from the added resources into the plan's functions. */
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

/** Removes the added resources from the plan, because the user's folder does not contain them. */
function removeAnswers(module: ShownModule | undefined): void {
  if (!module) return;
  if (module.resources)
    Object.assign(module, { resources: module.resources.filter(({ name }) => !name?.startsWith(prefix)) });
  for (const inner of module.child_modules ?? []) removeAnswers(inner);
}

import { createHash } from "node:crypto";
import { DefaultTokenResolver, StringConcat, TerraformStack, Token, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { Problems } from "./problems";
import { shaped, text } from "./shape";

/** The parts that a deployment's names and tags are made of. */
export interface NameContext {
  /** Name of the project: lower-case letters, digits and hyphens, such as `page-views`. */
  readonly project: string;
  /** Name of the environment: lower-case letters, digits and hyphens, such as `dev` or `prod`. */
  readonly environment: string;
}

const contextKey = "streaming-data-lake:names";

/**
 * Sets the parts that the names of everything below `scope` are made of.
 *
 * @throws Error when `scope` already has children, because their names would not have these parts.
 */
export function setNames(scope: IConstruct, names: NameContext): void {
  // The object can have other properties too, so only these two are taken.
  const { project, environment } = shaped(
    scope,
    { project: names?.project, environment: names?.environment },
    { project: text, environment: text },
    scope.node.path || "app",
  );
  const { node } = scope;
  const [first] = node.children;
  if (first)
    throw new Error(
      `${node.path || "app"}: setNames comes after ${first.node.id}: call it before anything is added, the provider included`,
    );
  const context: NameContext = { project, environment };
  node.setContext(contextKey, context);
  // CDKTF reports an app's own problems only when its stacks have none, so each stack reports these problems.
  if (node.scope) Problems.check(scope, (problems) => checkNames(problems, context));
}

function checkNames(problems: Problems, context: NameContext): void {
  for (const [prop, value] of Object.entries(context))
    problems.name(
      prop,
      value,
      /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
      "lower-case letters, digits and hyphens, none of them at an end",
    );
}

/**
 * The first part of every physical name under `scope`: `<project>-<environment>` of the nearest context, or the stack's
 * id if none was set.
 */
export function namePrefix(scope: IConstruct): string {
  const context: NameContext | undefined = scope.node.tryGetContext(contextKey);
  const stack = TerraformStack.of(scope);
  if (!context) return stack.node.id;
  if (context === scope.node.root.node.tryGetContext(contextKey))
    Problems.checkOnce(stack, "names of the app", (problems) => checkNames(problems, context));
  return `${context.project}-${context.environment}`;
}

/** A physical name: the prefix and the construct's id, so that two instances in the same stack have different names. */
export function defaultName(scope: IConstruct): string {
  return `${namePrefix(scope)}-${scope.node.id}`;
}

/** A name in the form that Glue and Athena need: lower case, with underscores for hyphens. */
export function underscored(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/**
 * A construct id for a name that possibly only Terraform knows. Such a name is a token, which differs from one
 * synthesis to the next, so the id can't contain it. The returned id is the same at every synthesis.
 */
export function stableId(scope: IConstruct, name: string): string {
  if (!Token.isUnresolved(name)) return name;
  const resolver = new DefaultTokenResolver(new StringConcat());
  const text = Tokenization.resolve(name, { scope, resolver, preparing: false });
  return createHash("sha256").update(String(text)).digest("hex").slice(0, 8);
}

/**
 * Escapes text so that Terraform finds no template in it, except for references of this app. Glue and Athena use `${…}`
 * for purposes of their own.
 *
 * https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{(?!TfToken\[))/g, (sign) => sign + sign);
}

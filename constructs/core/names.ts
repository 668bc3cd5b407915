import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

/** What a deployment's names and tags are made of. */
export interface NameContext {
  /** Lower-case letters, digits and hyphens, such as `page-views`. */
  readonly project: string;
  /** Such as `dev` or `prod`. */
  readonly environment: string;
}

const contexts = new WeakMap<IConstruct, NameContext>();

/** Gives what is made under `scope` from now on its name context. */
export function setNames(scope: IConstruct, names: NameContext): void {
  contexts.set(scope, names);
}

/**
 * The first part of every physical name under `scope`: `<project>-<environment>` of the nearest context, or the
 * stack's id where none was set.
 */
export function namePrefix(scope: IConstruct): string {
  const [context] = scope.node.scopes.reverse().flatMap((each) => contexts.get(each) ?? []);
  return context ? `${context.project}-${context.environment}` : TerraformStack.of(scope).node.id;
}

/** A physical name: the prefix and the construct's own id, so that two instances in one stack differ. */
export function defaultName(scope: IConstruct): string {
  return `${namePrefix(scope)}-${scope.node.id}`;
}

/** The same for Glue and Athena, where names are lower case with underscores. */
export function underscored(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/**
 * Text in which Terraform must not see a template: Glue and Athena write `${…}` themselves.
 *
 * https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

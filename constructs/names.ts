import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** What a deployment's names and tags are made of. */
export interface NameContext {
  /** Lower-case letters, digits and hyphens, such as `page-views`. */
  readonly project: string;
  /** Such as `dev` or `prod`. */
  readonly environment: string;
}

const contextKey = "streaming-data-lake/names";

/** Gives everything under `scope` its name context. Call it before `scope` has children. */
export function setNames(scope: Construct, names: NameContext): void {
  scope.node.setContext(contextKey, names);
}

/**
 * The first part of every physical name under `scope`: `<project>-<environment>`, or the stack's id where no
 * context was set.
 */
export function namePrefix(scope: Construct): string {
  const names = scope.node.tryGetContext(contextKey) as NameContext | undefined;
  return names ? `${names.project}-${names.environment}` : TerraformStack.of(scope).node.id;
}

/** A physical name: the prefix and the construct's own id, so that two instances in one stack differ. */
export function defaultName(scope: Construct): string {
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
  return text.replaceAll("${", "$${").replaceAll("%{", "%%{");
}

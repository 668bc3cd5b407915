import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { Problems } from "./problems";

/** What a deployment's names and tags are made of. */
export interface NameContext {
  /** Lower-case letters, digits and hyphens, such as `page-views`. */
  readonly project: string;
  /** Lower-case letters, digits and hyphens, such as `dev` or `prod`. */
  readonly environment: string;
}

const contextKey = "streaming-data-lake:names";

/**
 * Sets what the names of everything below `scope` are made of.
 *
 * @throws Error when `scope` has children already, whose names would follow another scheme.
 */
export function setNames(scope: IConstruct, { project, environment }: NameContext): void {
  scope.node.setContext(contextKey, { project, environment });
  Problems.check(scope, (problems) => {
    for (const [prop, value] of Object.entries({ project, environment }))
      problems.name(
        prop,
        value,
        /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
        "lower-case letters, digits and hyphens, none of them at an end",
      );
  });
}

/**
 * The first part of every physical name under `scope`: `<project>-<environment>` of the nearest context, or the
 * stack's id where none was set.
 */
export function namePrefix(scope: IConstruct): string {
  const context: NameContext | undefined = scope.node.tryGetContext(contextKey);
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

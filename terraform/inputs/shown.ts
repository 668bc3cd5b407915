import type { Block } from "../document";
import { escapeTemplates, isObject, type Value } from "../values";

/** A module of values, as `terraform show -json` has it in plans and states. */
export interface ShownModule {
  readonly resources?: readonly ShownResource[];
  readonly child_modules?: readonly ShownModule[];
}

export interface ShownResource {
  /** With its modules and its index. */
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly name?: string;
  readonly index?: string | number;
  readonly provider_name?: string;
  readonly schema_version?: number;
  /** Set of what another object has taken the place of, and is still to be destroyed. */
  readonly deposed_key?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The resources of a module and of those in it. */
export function shownResources(module: ShownModule | undefined): ShownResource[] {
  if (!module) return [];
  const current = (module.resources ?? []).filter(({ deposed_key: deposed }) => deposed === undefined);
  return [...current, ...(module.child_modules ?? []).flatMap(shownResources)];
}

/** Blocks whose values are all known. */
export function shownBlocks(resources: readonly ShownResource[]): Map<string, Block> {
  return new Map(
    resources.map(({ address, mode, type, values }) => [
      address,
      {
        address,
        mode: mode === "data" ? "data" : "managed",
        type,
        body: escapeTemplates(withoutEmptyTexts(values ?? {}) as Value) as Block["body"],
      },
    ]),
  );
}

/**
 * Without the arguments that nobody has set, which a provider writes as empty texts, in nested blocks too. In a map an empty
 * text is a value.
 */
export function withoutEmptyTexts(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(inBlock) : value]),
  );
}

const inBlock = (item: unknown): unknown => (isObject(item) ? withoutEmptyTexts(item) : item);

const arns = (resources: readonly ShownResource[]): string[][] =>
  resources.flatMap(({ values }) => (typeof values?.arn === "string" ? [values.arn.split(":")] : []));

/** The region that resources are deployed in, as their ARNs say. */
export function shownRegion(resources: readonly ShownResource[]): string | undefined {
  return arns(resources)
    .map(([, , , region]) => region)
    .find(Boolean);
}

/** The account of the resources, as their ARNs or the caller's identity say. */
export function shownAccount(resources: readonly ShownResource[]): string | undefined {
  const caller = resources.find(({ type }) => type === "aws_caller_identity")?.values?.account_id;
  const known =
    typeof caller === "string"
      ? caller
      : arns(resources)
          .map((parts) => parts[4])
          .find(Boolean);
  return known !== undefined && /^\d{12}$/.test(known) ? known : undefined;
}

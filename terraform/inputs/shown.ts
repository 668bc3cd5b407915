import type { Block } from "../document";
import { escapeTemplates, isObject, type Value } from "../values";

/** A module in the output of `terraform show -json` for a plan or a state. */
export interface ShownModule {
  readonly resources?: readonly ShownResource[];
  readonly child_modules?: readonly ShownModule[];
}

export interface ShownResource {
  /** The full address, with modules and index. */
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly name?: string;
  readonly index?: string | number;
  readonly provider_name?: string;
  readonly schema_version?: number;
  /** Present only for an object that has been replaced by another one and is still to be destroyed. */
  readonly deposed_key?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The resources of a module and of all modules inside of it. */
export function shownResources(module: ShownModule | undefined): ShownResource[] {
  if (!module) return [];
  const current = (module.resources ?? []).filter(({ deposed_key: deposed }) => deposed === undefined);
  return [...current, ...(module.child_modules ?? []).flatMap(shownResources)];
}

/** Blocks of resources whose values are all known, by address. */
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
 * Removes arguments that nobody has set, which a provider writes as empty texts, also in nested blocks. In a map, an empty
 * text is a value and is kept.
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

/** The region of resources, which their ARNs contain. */
export function shownRegion(resources: readonly ShownResource[]): string | undefined {
  return arns(resources)
    .map(([, , , region]) => region)
    .find(Boolean);
}

/** The account of resources, from the caller's identity or from their ARNs. */
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

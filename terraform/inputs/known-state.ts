import type { Block, Document } from "../document";
import { UnresolvedError } from "../errors";
import { computedNames } from "../expressions/attributes";
import { Resolver } from "../expressions/resolver";
import { isObject } from "../values";
import type { JsonFile } from "./configuration";
import { type PlanJson, readPlan } from "./plan";
import { type ShownResource, shownResources } from "./shown";

/** The place of a stack that does not say where it is deployed. */
const fallback = { region: "us-east-1", accountId: "000000000000" };

/**
 * A state in which the planned resources exist already, with the names and ARNs that the runner gives them. When
 * Terraform plans again on top of it, every expression has these names and ARNs.
 *
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
export function knownState(plan: JsonFile): object {
  const document = readPlan(plan);
  const resolver = resolverOf(document);
  const {
    planned_values: planned,
    resource_changes: changes = [],
    terraform_version: version,
  } = plan.json as PlanJson & {
    readonly terraform_version?: string;
  };
  const unknown = new Map(changes.map(({ address, change }) => [address, change?.after_unknown]));
  const asked = askedAttributes((plan.json as PlanJson).configuration);
  const resources = shownResources(planned?.root_module).flatMap((resource) => {
    const block = document.resources.get(resource.address);
    const known = block && computedAttributes(block, resolver);
    const open = unknown.get(resource.address);
    // A state can't hold unknown values, so a reference to one would be planned as null.
    const isAskedMore =
      known &&
      (asked.get(baseOf(resource)) ?? []).some(
        (name) => isObject(open) && isOpen(open[name]) && known[name] === undefined,
      );
    return known && !isAskedMore ? [stateOf(resource, open, known)] : [];
  });
  return {
    version: 4,
    terraform_version: version ?? "1.0.0",
    serial: 1,
    lineage: "00000000-0000-0000-0000-000000000000",
    outputs: {},
    resources,
  };
}

function resolverOf(document: Document): Resolver {
  const region = document.providers.get("aws")?.[0]?.region;
  return new Resolver(document, { ...fallback, ...(typeof region === "string" && { region }) });
}

/**
 * The known attributes of the data sources that a plan leaves for later: those that are written there, and those that
 * follow from them. By address.
 */
export function knownData(plan: JsonFile): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const document = readPlan(plan);
  const resolver = resolverOf(document);
  const planned = shownResources((plan.json as PlanJson).planned_values?.root_module);
  return new Map(
    planned.flatMap(({ address, mode, values = {} }) => {
      const block = mode === "data" ? document.data.get(address) : undefined;
      return block ? [[address, { ...values, ...computedAttributes(block, resolver) }] as const] : [];
    }),
  );
}

const baseOf = ({ type, name }: ShownResource): string => `${type}.${name}`;

/** For each resource, by type and name, the attributes that something refers to, in all modules together. */
function askedAttributes(configuration: unknown): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, string[]>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) look(one);
    if (!isObject(value) || Array.isArray(value)) return;
    for (const reference of Array.isArray(value.references) ? value.references : []) {
      const [, base, name] = /^([a-z]\w*\.[\w-]+)(?:\[[^\]]*\])?\.([\w-]+)$/.exec(String(reference)) ?? [];
      if (base !== undefined && name !== undefined) asked.set(base, [...(asked.get(base) ?? []), name]);
    }
    for (const inner of Object.values(value)) look(inner);
  };
  look(configuration);
  return asked;
}

/** The attributes of a block that AWS would compute; undefined when one of them depends on a value that isn't known. */
function computedAttributes(block: Block, resolver: Resolver): Record<string, unknown> | undefined {
  const names = computedNames(block.type);
  if (names.length === 0) return undefined;
  try {
    return Object.fromEntries(names.map((name) => [name, resolver.attribute(block, name)]));
  } catch (error) {
    if (error instanceof UnresolvedError) return undefined;
    throw error;
  }
}

/** Whether something in a value of `after_unknown` is not known. */
const isOpen = (unknown: unknown): boolean =>
  unknown === true ||
  (typeof unknown === "object" && unknown !== null && Object.values(unknown).some(isOpen));

function stateOf(
  resource: ShownResource,
  unknown: unknown,
  known: Readonly<Record<string, unknown>>,
): object {
  const {
    address,
    type,
    name = "",
    index,
    provider_name: provider,
    schema_version: schema,
    values = {},
  } = resource;
  // A block is left out when a part of it is unknown: a provider might take the rest for the whole block.
  const open = isObject(unknown) ? unknown : {};
  const whole = Object.fromEntries(Object.entries(values).filter(([key]) => !isOpen(open[key])));
  const at = address.lastIndexOf(`${type}.${name}`);
  const module = address.slice(0, Math.max(0, at - 1));
  return {
    ...(module && { module }),
    mode: "managed",
    type,
    name,
    provider: `provider["${provider ?? "registry.terraform.io/hashicorp/aws"}"]`,
    instances: [
      {
        ...(index !== undefined && { index_key: index }),
        schema_version: schema ?? 0,
        attributes: { ...whole, ...known },
      },
    ],
  };
}

/**
 * Puts back the blocks that are unknown in the first plan of a folder and missing in the second. A provider may leave
 * out a block with unknown values when the resource's state does not have that block.
 */
export function keepOpenBlocks(first: JsonFile, second: JsonFile): void {
  const changes = new Map(
    ((first.json as PlanJson).resource_changes ?? []).map(({ address, change }) => [address, change]),
  );
  const { planned_values: planned, resource_changes: later = [] } = second.json as PlanJson;
  const values = new Map(shownResources(planned?.root_module).map((one) => [one.address, one.values]));
  for (const { address, change } of later) {
    const before = changes.get(address);
    const shown = values.get(address) as Record<string, unknown> | undefined;
    const open = change?.after_unknown as Record<string, unknown> | undefined;
    if (!isObject(before?.after_unknown) || !shown || !open) continue;
    for (const [name, unknown] of Object.entries(before.after_unknown)) {
      const isMissing = Array.isArray(shown[name]) && shown[name].length === 0;
      if (!Array.isArray(unknown) || !isOpen(unknown) || !isMissing) continue;
      shown[name] = (before.after as Record<string, unknown> | undefined)?.[name];
      open[name] = unknown;
    }
  }
}

import type { Block, Document } from "../document";
import { UnresolvedError } from "../errors";
import { computedNames } from "../expressions/attributes";
import { Resolver } from "../expressions/resolver";
import { isObject } from "../values";
import type { JsonFile } from "./configuration";
import { type PlanJson, readPlan } from "./plan";
import { type ShownResource, shownResources } from "./shown";

/** Where a stack is deployed, when it says nothing of it. */
const fallback = { region: "us-east-1", accountId: "000000000000" };

/**
 * A state as if the planned resources were there, with the names and ARNs that the runner knows. A plan on top of it has
 * those in every expression.
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
    // A state has no unknown values: what refers to one would be planned with null.
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

/** What is written in the data sources that a plan leaves for later, and what follows from it, by their addresses. */
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

/** The attributes of resources that something refers to, by type and name, of all modules together. */
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

/** Undefined when one of them depends on what isn't known. */
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
  // Half a block would be one without the rest, which a provider may take to be what was meant.
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
 * Puts back what is open in the first plan of a folder and missing in the second: a provider may take a block whose
 * values nobody knows, of a resource that the state has without it, for one that is not there.
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

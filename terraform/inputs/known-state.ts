import type { Block, Document } from "../document";
import { UnresolvedError } from "../errors";
import { computedNames } from "../expressions/attributes";
import { Resolver } from "../expressions/resolver";
import { isObject } from "../values";
import type { JsonFile } from "./configuration";
import { type PlanJson, readPlan } from "./plan";
import { type ShownResource, shownResources } from "./shown";

/** Region and account of a stack that does not name its own. */
const fallback = { region: "us-east-1", accountId: "000000000000" };

type Attributes = Readonly<Record<string, unknown>>;

/** Names and ARNs that the runner can derive for a plan's resources and data sources, although the plan lacks them. */
export interface KnownState {
  /**
   * A state in which the planned resources exist, with the derived names and ARNs. A second plan that starts from this
   * state has them in every expression.
   *
   * https://developer.hashicorp.com/terraform/internals/json-format
   */
  readonly state: object;
  /**
   * The attributes of what such a state can't contain, by address: the data sources that the plan defers, and resources
   * with an attribute that something refers to but that can't be derived.
   */
  readonly others: ReadonlyMap<string, Attributes>;
}

export function knownOf(plan: JsonFile): KnownState {
  const document = readPlan(plan);
  const resolver = resolverOf(document);
  const {
    configuration,
    planned_values: planned,
    resource_changes: changes = [],
    terraform_version: version,
  } = plan.json as PlanJson & { readonly terraform_version?: string };
  const unknown = new Map(changes.map(({ address, change }) => [address, change?.after_unknown]));
  const asked = askedAttributes(configuration);
  const resources: object[] = [];
  const others = new Map<string, Attributes>();
  for (const resource of shownResources(planned?.root_module)) {
    const { address, mode, values } = resource;
    const block = (mode === "data" ? document.data : document.resources).get(address);
    const known = block && computedAttributes(block, resolver);
    const open = unknown.get(address);
    // A state can't contain unknown values, so a reference to one would be planned as null.
    const isAskedMore = (asked.get(baseOf(resource)) ?? []).some(
      (name) => isObject(open) && isOpen(open[name]) && known?.[name] === undefined,
    );
    if (block && (mode === "data" || isAskedMore)) others.set(address, { ...values, ...known });
    else if (known) resources.push(stateOf(resource, open, known));
  }
  return {
    state: {
      version: 4,
      terraform_version: version ?? "1.0.0",
      serial: 1,
      lineage: "00000000-0000-0000-0000-000000000000",
      outputs: {},
      resources,
    },
    others,
  };
}

function resolverOf(document: Document): Resolver {
  const region = document.providers.get("aws")?.[0]?.region;
  return new Resolver(document, { ...fallback, ...(typeof region === "string" && { region }) });
}

const baseOf = ({ type, name }: ShownResource): string => `${type}.${name}`;

/** The attributes of each resource that something refers to, by the resource's type and name, for all modules together. */
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

/** The attributes that AWS would compute for a block; undefined when one of them depends on an unknown value. */
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

/** Whether `after_unknown` marks a value, or a part of it, as unknown. */
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
  // A block that is partly unknown is left out, because a provider might take its known part for the whole block.
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

import { dirname } from "node:path";
import type { Block, Body, Document } from "../document";
import { computedNames } from "../expressions/attributes";
import { Reference } from "../expressions/reference";
import { escapeTemplates, isObject, type Value } from "../values";
import type { JsonFile } from "./configuration";
import { type PlannedModule, referenceOf } from "./plan-references";
import {
  type ShownModule,
  type ShownResource,
  shownAccount,
  shownBlocks,
  shownRegion,
  shownResources,
  withoutEmptyTexts,
} from "./shown";

/** `terraform show -json` of a saved plan: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
export interface PlanJson {
  readonly errored?: boolean;
  readonly planned_values?: { readonly root_module?: ShownModule; readonly outputs?: Outputs };
  readonly prior_state?: { readonly values?: { readonly root_module?: ShownModule } };
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change?: { readonly after?: unknown; readonly after_unknown?: unknown };
  }[];
  readonly configuration?: {
    readonly provider_config?: Readonly<Record<string, { readonly expressions?: Body }>>;
    readonly root_module?: PlannedModule;
  };
  readonly variables?: Readonly<Record<string, { readonly value?: unknown }>>;
}

type Outputs = Readonly<Record<string, { readonly value?: unknown }>>;

/**
 * Reads the resources of a plan, including those of modules, `count` and `for_each`. A value that Terraform knows only
 * after apply becomes a reference to another resource when the plan says which one. The runner derives the names and ARNs
 * behind such references.
 */
export function readPlan({ file, json }: JsonFile): Document {
  const plan = json as PlanJson;
  const unknown = new Map(
    (plan.resource_changes ?? []).map(({ address, change }) => [address, change?.after_unknown]),
  );
  const root = plan.configuration?.root_module ?? {};
  const planned = shownResources(plan.planned_values?.root_module);
  const resources = new Map<string, Block>();
  const data = new Map<string, Block>();
  for (const resource of planned) {
    const block = { ...blockOf(resource), body: bodyOf(resource, unknown.get(resource.address), root) };
    (block.mode === "data" ? data : resources).set(block.address, block);
  }
  // Data sources that were read during planning are in the prior state.
  const read = shownResources(plan.prior_state?.values?.root_module).filter(({ mode }) => mode === "data");
  for (const [address, block] of shownBlocks(read)) data.set(address, block);
  return {
    folder: dirname(file),
    resources,
    data,
    locals: {},
    variables: new Map(),
    given: new Map(),
    outputs: outputsOf(plan.planned_values?.outputs),
    providers: providersOf(plan),
    isPlanned: true,
    notRead: plan.errored
      ? [`${file}: Terraform's planning ended with an error, so resources may be missing`]
      : [],
    region: shownRegion(planned),
    accountId: shownAccount([...planned, ...read]),
  };
}

function blockOf({ address, mode, type }: ShownResource): Omit<Block, "body"> {
  return { address, mode: mode === "data" ? "data" : "managed", type };
}

export function outputsOf(outputs: Outputs | undefined): ReadonlyMap<string, Body> {
  return new Map(
    Object.entries(outputs ?? {}).flatMap(([name, { value }]) =>
      value === undefined ? [] : [[name, { value: escapeTemplates(value as Value) }] as const],
    ),
  );
}

function bodyOf(resource: ShownResource, unknown: unknown, root: PlannedModule): Body {
  const { expressions, reference } = referenceOf(resource, root);
  const body = fill(withoutEmptyTexts(resource.values ?? {}), unknown, expressions, reference, "");
  if (!isObject(body)) return {};
  // An attribute that the configuration does not set is derived from the others, or has AWS's default.
  const computed = computedNames(resource.type);
  const isLeft = (name: string, value: unknown) =>
    value instanceof Reference && (expressions ? expressions[name] === undefined : computed.includes(name));
  return Object.fromEntries(Object.entries(body as Body).filter(([name, value]) => !isLeft(name, value)));
}

type Resolve = (expression: unknown, attribute: string) => unknown;

/** The known values, with references in place of the unknown ones. */
function fill(
  known: unknown,
  unknown: unknown,
  expression: unknown,
  resolve: Resolve,
  name: string,
): unknown {
  if (unknown === true) return resolve(expression, name);
  if (Array.isArray(unknown) && unknown.length > 0) {
    const items = Array.isArray(known) ? known : [];
    return unknown.map((one, at) =>
      fill(items[at], one, Array.isArray(expression) ? expression[at] : expression, resolve, name),
    );
  }
  if (isObject(unknown) && Object.keys(unknown).length > 0) {
    const values = isObject(known) ? known : {};
    const inner = isObject(expression) ? expression : {};
    const isMap = "references" in inner;
    const open = Object.values(unknown).filter((value) => value === true).length;
    // An attribute that the configuration does not set in a known block has AWS's default, or is derived from the others.
    const isLeft = (key: string) =>
      unknown[key] === true && isObject(expression) && !isMap && !Object.hasOwn(inner, key);
    const names = new Set([...Object.keys(values), ...Object.keys(unknown)]);
    return Object.fromEntries(
      [...names]
        .filter((key) => !isLeft(key))
        .map((key) => [
          key,
          isMap && open > 1 && unknown[key] === true
            ? new Reference(undefined, key, "the plan does not say which of several references it is")
            : fill(values[key], unknown[key], isMap ? inner : inner[key], resolve, key),
        ]),
    );
  }
  return escapeTemplates((known ?? null) as Value);
}

function providersOf({ configuration, variables }: PlanJson): ReadonlyMap<string, readonly Body[]> {
  const providers: Body[] = [];
  for (const [key, { expressions }] of Object.entries(configuration?.provider_config ?? {})) {
    const [, alias] = /^aws(?:\.(.+))?$/.exec(key) ?? [];
    if (!key.startsWith("aws")) continue;
    const region = regionIn(expressions?.region, variables);
    if (region !== undefined) providers.push({ region, ...(alias && { alias }) });
  }
  return new Map([["aws", providers]]);
}

function regionIn(expression: unknown, variables: PlanJson["variables"]): unknown {
  if (!isObject(expression)) return undefined;
  if (expression.constant_value !== undefined) return expression.constant_value;
  const [, name] = /^var\.(\w+)$/.exec(String([expression.references].flat()[0])) ?? [];
  return name === undefined ? undefined : variables?.[name]?.value;
}

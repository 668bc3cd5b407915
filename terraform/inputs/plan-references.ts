import type { Body } from "../document";
import { Reference } from "../expressions/reference";
import { isObject } from "../values";
import type { ShownResource } from "./shown";

/** A module in the configuration of a plan. */
export interface PlannedModule {
  readonly resources?: readonly { readonly address: string; readonly expressions?: Body }[];
  readonly module_calls?: Readonly<
    Record<string, { readonly expressions?: Body; readonly module?: PlannedModule }>
  >;
  readonly outputs?: Readonly<Record<string, { readonly expression?: unknown }>>;
}

/** An instance of a module. Its address is such as `module.lake["a"]`, or "" for the root. */
interface Place {
  readonly address: string;
  readonly module: PlannedModule;
  readonly call?: { readonly expressions?: Body };
  readonly parent?: Place;
}

/**
 * Finds what an unknown attribute of a resource refers to. A plan contains the references of an expression, but not the
 * expression itself. An expression with a single reference is assumed to consist of only this reference.
 */
export function referenceOf(resource: ShownResource, root: PlannedModule) {
  const place = placeOf(resource.address, root);
  const { base, key } = splitIndex(localAddress(resource.address, place.address));
  const found = place.module.resources?.find(({ address }) => address === base);
  return {
    /** The arguments as they are written; undefined when the plan does not contain the resource's configuration. */
    expressions: found && (found.expressions ?? {}),
    reference: (expression: unknown, attribute: string): unknown => follow(expression, place, key, attribute),
  };
}

function follow(expression: unknown, place: Place, key: string | undefined, attribute: string): unknown {
  if (!isObject(expression)) return new Reference(undefined, attribute);
  if (expression.constant_value !== undefined) return expression.constant_value;
  const all = Array.isArray(expression.references) ? expression.references.map(String) : [];
  const iterates = all.some((one) => /^(?:each|count)\./.test(one));
  const references = all.filter(
    (one) =>
      !/^(?:each|count|path|terraform)\./.test(one) &&
      !all.some((other) => other !== one && (other.startsWith(`${one}.`) || other.startsWith(`${one}[`))),
  );
  const [only] = references;
  if (only === undefined) return new Reference(undefined, attribute);
  if (references.length > 1)
    return new Reference(undefined, attribute, `it is made of ${references.join(" and ")}`);
  return followOne(only, place, iterates ? key : undefined, attribute);
}

function followOne(reference: string, place: Place, key: string | undefined, attribute: string): unknown {
  const [, variable] = /^var\.([\w-]+)/.exec(reference) ?? [];
  if (variable !== undefined) {
    const { parent, call } = place;
    const given = call?.expressions?.[variable];
    return parent && given !== undefined
      ? follow(given, parent, splitIndex(place.address).key, attribute)
      : new Reference(undefined, attribute, `nothing is given for ${reference}`);
  }
  const [, name, index, output] = /^module\.([\w-]+)((?:\[[^\]]*\])?)\.([\w-]+)/.exec(reference) ?? [];
  if (name !== undefined && output !== undefined) {
    const call = place.module.module_calls?.[name];
    const expression = call?.module?.outputs?.[output]?.expression;
    const inner: Place = {
      address: `${prefixOf(place)}module.${name}${index || (key ?? "")}`,
      module: call?.module ?? {},
      ...(call && { call }),
      parent: place,
    };
    return follow(expression, inner, undefined, attribute);
  }
  const [, base, at, attributeName] =
    /^((?:data\.)?[\w-]+\.[\w-]+)((?:\[[^\]]*\])?)(?:\.([\w-]+))?/.exec(reference) ?? [];
  if (base === undefined || base.startsWith("local."))
    return new Reference(undefined, attribute, `a plan does not say what ${reference} is`);
  const address = `${prefixOf(place)}${base}${at || (key ?? "")}`;
  return new Reference(address, attributeName ?? (attribute.endsWith("arn") ? "arn" : "id"));
}

const prefixOf = ({ address }: Place): string => (address === "" ? "" : `${address}.`);

function localAddress(address: string, module: string): string {
  return module === "" ? address : address.slice(module.length + 1);
}

/** Splits `aws_s3_bucket.lake["raw"]` into the base and the key `["raw"]`. */
function splitIndex(address: string): { base: string; key?: string } {
  const [, base = address, key] = /^(.*?)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])$/s.exec(address) ?? [];
  return key === undefined ? { base } : { base, key };
}

function placeOf(address: string, root: PlannedModule): Place {
  let place: Place = { address: "", module: root };
  const step = /^module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\./;
  for (let rest = address, found = step.exec(rest); found; found = step.exec(rest)) {
    const [whole, name = ""] = found;
    const call = place.module.module_calls?.[name];
    place = {
      address: `${prefixOf(place)}${whole.slice(0, -1)}`,
      module: call?.module ?? {},
      ...(call && { call }),
      parent: place,
    };
    rest = rest.slice(whole.length);
  }
  return place;
}

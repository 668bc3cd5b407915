import { isObject, numberOf, toText, type Value } from "../../values";
import { BigFloat } from "../big-float";

/** What functions can use besides their arguments. */
export interface Surroundings {
  /** Folder that paths are relative to. */
  readonly folder: string;
}

export interface TerraformFunction {
  /** Smallest and largest number of arguments. There is no limit when the largest is missing. */
  readonly arity: readonly [number, number?];
  readonly call: (args: readonly Value[], surroundings: Surroundings) => Value;
}

export type Functions = Readonly<Record<string, TerraformFunction>>;

/** Defines a function by its smallest and largest number of arguments; undefined means no limit. */
export function define(
  least: number,
  most: number | undefined,
  call: (args: readonly Value[], surroundings: Surroundings) => Value,
): TerraformFunction {
  return { arity: most === undefined ? [least] : [least, most], call };
}

// Conversions of arguments to the types that functions need: https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion

export function text(value: Value | undefined): string {
  return toText(value ?? null);
}

/** A number as a double, which may round it. */
export function number(value: Value | undefined): number {
  return typeof value === "number" ? value : Number(String(exactNumber(value)));
}

/** A number with all of its digits. */
export function exactNumber(value: Value | undefined): BigFloat {
  if (value instanceof BigFloat) return value;
  if (typeof value === "number") return BigFloat.parse(String(value));
  const isNumeral = typeof value === "string" && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value);
  if (!isNumeral) throw new Error(`a number is required, not ${describe(value)}`);
  return BigFloat.parse(value);
}

export function integer(value: Value | undefined): number {
  const whole = number(value);
  if (!Number.isInteger(whole)) throw new Error(`a whole number is required, not ${whole}`);
  return whole;
}

export function bool(value: Value | undefined): boolean {
  if (value === true || value === "true" || value === "1") return true;
  if (value === false || value === "false" || value === "0") return false;
  throw new Error(`true or false is required, not ${describe(value)}`);
}

export function list(value: Value | undefined): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  throw new Error(`a list is required, not ${describe(value)}`);
}

export const texts = (value: Value | undefined): readonly string[] => list(value).map(text);

/** The greatest number (direction 1) or the least one (direction -1). */
export function outermost(values: readonly Value[], direction: 1 | -1): Value {
  const [first, ...others] = values.map(exactNumber);
  if (!first) throw new Error("a number is required");
  return numberOf(others.reduce((best, one) => (one.compare(best) * direction > 0 ? one : best), first));
}

export function object(value: Value | undefined): Readonly<Record<string, Value>> {
  if (isObject(value)) return value;
  throw new Error(`an object is required, not ${describe(value)}`);
}

function describe(value: Value | undefined): string {
  return JSON.stringify(value ?? null).slice(0, 80);
}

/** The keys of an object in Terraform's order. */
export function sortedKeys(value: Readonly<Record<string, Value>>): string[] {
  return Object.keys(value).sort(compareText);
}

/** Compares the UTF-8 bytes of texts, as Go does. This is the order of their code points. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The elements of a list with their indexes, or of an object with its keys. */
export function entriesOf(value: Value): readonly (readonly [Value, Value])[] {
  if (Array.isArray(value)) return (value as readonly Value[]).map((item, index) => [index, item] as const);
  const known = object(value);
  return sortedKeys(known).map((key) => [key, known[key] ?? null] as const);
}

/** Whether two values are equal. A text is never equal to a number. */
export function isEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
    );
  }
  if (a instanceof BigFloat && b instanceof BigFloat) return a.compare(b) === 0;
  return a === b;
}

export function unique(values: readonly Value[]): Value[] {
  const found: Value[] = [];
  const seen = new Set<Value>();
  for (const value of values) {
    const known =
      typeof value === "object" && value !== null
        ? found.some((one) => isEqual(one, value))
        : seen.has(value);
    if (known) continue;
    seen.add(value);
    found.push(value);
  }
  return found;
}

/** Converts the elements of a list to one type: texts if one of them is a text. This also applies inside lists and objects. */
export function unify(values: readonly Value[]): readonly Value[] {
  const types = new Set(values.filter((value) => value !== null).map((value) => kindOf(value)));
  if (types.size < 2) return types.has("list") || types.has("object") ? unifyNested(values) : values;
  if (!types.has("string") || [...types].some((type) => type === "list" || type === "object"))
    throw new Error("the elements of a list must be of one type");
  return values.map((value) => (value === null ? null : toText(value)));
}

/** Converts the elements at the same place of several lists, or under the same key of several objects, to one type. */
function unifyNested(values: readonly Value[]): readonly Value[] {
  const [lists, objects] = [values.filter(Array.isArray), values.filter(isObject)];
  if (objects.length > 0) {
    const keys = [...new Set(objects.flatMap((one) => Object.keys(one)))];
    const columns = new Map(keys.map((key) => [key, unify(objects.map((one) => one[key] ?? null))]));
    let row = 0;
    return values.map((value) => {
      if (!isObject(value)) return value;
      const at = row++;
      return Object.fromEntries(Object.keys(value).map((key) => [key, columns.get(key)?.[at] ?? null]));
    });
  }
  const flat = unify(lists.flat() as Value[]);
  let at = 0;
  return values.map((value) => {
    if (!Array.isArray(value)) return value;
    at += value.length;
    return flat.slice(at - value.length, at);
  });
}

function kindOf(value: Value): string {
  if (value instanceof BigFloat) return "number";
  return Array.isArray(value) ? "list" : isObject(value) ? "object" : typeof value;
}

/** The elements of a set without duplicates, in the order in which Terraform iterates over them: null is the last. */
export function setOf(values: readonly Value[]): readonly Value[] {
  return unique(unify(values)).sort((a, b) => Number(a === null) - Number(b === null) || compare(a, b));
}

function compare(a: Value, b: Value): number {
  if (typeof a === "boolean") return Number(a) - Number(b);
  if (kindOf(a) === "number" && b !== null) return exactNumber(a).compare(exactNumber(b));
  const text = (value: Value) => (typeof value === "string" ? value : JSON.stringify(value));
  return compareText(text(a), text(b));
}

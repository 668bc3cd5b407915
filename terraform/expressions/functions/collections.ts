import { isObject, numberOf, type Value } from "../../values";
import { BigFloat } from "../big-float";
import {
  bool,
  compareText,
  define,
  exactNumber,
  type Functions,
  integer,
  isEqual,
  list,
  number,
  object,
  setOf,
  sortedKeys,
  text,
  texts,
  unify,
  unique,
} from "./arguments";
import { characters } from "./strings";

const flatten = (values: readonly Value[]): Value[] =>
  values.flatMap((value) => (Array.isArray(value) ? flatten(value as readonly Value[]) : [value]));

const isIn = (values: readonly Value[], value: Value): boolean => values.some((one) => isEqual(one, value));

function element(values: readonly Value[], index: number): Value {
  if (values.length === 0) throw new Error("an empty list has no elements");
  if (index < 0) throw new Error("the index must not be negative");
  return values[index % values.length] ?? null;
}

function lookup([map, key, ...fallback]: readonly Value[]): Value {
  const known = object(map);
  const name = text(key);
  if (Object.hasOwn(known, name)) return known[name] ?? null;
  if (fallback.length === 0) throw new Error(`there is no key "${name}"`);
  return fallback[0] ?? null;
}

function slice(values: readonly Value[], start: number, end: number): Value {
  if (start < 0 || end > values.length || start > end) throw new Error("the range lies outside of the list");
  return values.slice(start, end);
}

function range(args: readonly Value[]): number[] {
  const given = args.map(number);
  const [start, limit] = given.length === 1 ? [0, given[0] ?? 0] : [given[0] ?? 0, given[1] ?? 0];
  const step = given[2] ?? (limit < start ? -1 : 1);
  if (step === 0) throw new Error("the step must not be zero");
  if ((limit - start) * step < 0) throw new Error("the step leads away from the limit");
  const found: number[] = [];
  for (let value = start; step > 0 ? value < limit : value > limit; value += step) {
    if (found.length === 1024) throw new Error("a range has 1024 elements at most");
    found.push(value);
  }
  return found;
}

function product(sets: readonly (readonly Value[])[]): Value[][] {
  return sets.reduce<Value[][]>(
    (found, set) => found.flatMap((start) => set.map((item) => [...start, item])),
    [[]],
  );
}

function chunks(values: readonly Value[], size: number): Value[] {
  if (size < 0) throw new Error("the size must not be negative");
  const found: Value[] = [];
  for (let at = 0; at < values.length; at += size || values.length)
    found.push(values.slice(at, at + (size || values.length)));
  return found;
}

/** Converts the elements of several lists to one type. */
function together(...lists: readonly (readonly Value[])[]): (readonly Value[])[] {
  const all = unify(lists.flat());
  let end = 0;
  return lists.map(({ length }) => {
    end += length;
    return all.slice(end - length, end);
  });
}

function transpose(map: Readonly<Record<string, Value>>): Value {
  const turned = new Map<string, string[]>();
  for (const key of sortedKeys(map))
    for (const item of texts(map[key])) turned.set(item, [...(turned.get(item) ?? []), key]);
  return Object.fromEntries([...turned].map(([key, items]) => [key, items.sort(compareText)]));
}

function index(values: readonly Value[], value: Value): number {
  const at = values.findIndex((one) => isEqual(one, value));
  if (at < 0) throw new Error("the list does not contain the value");
  return at;
}

function one(values: readonly Value[]): Value {
  if (values.length > 1) throw new Error("the list has more than one element");
  return values[0] ?? null;
}

function coalesce(values: readonly Value[]): Value {
  const found = unify(values).find((value) => value !== null && value !== "");
  if (found === undefined) throw new Error("all values are null or empty");
  return found;
}

function length(value: Value | undefined): number {
  if (typeof value === "string") return characters(value).length;
  return isObject(value) ? Object.keys(value).length : list(value).length;
}

/** https://developer.hashicorp.com/terraform/language/functions: collection functions and type conversions */
export const collectionFunctions: Functions = {
  alltrue: define(1, 1, ([values]) => list(values).every((value) => value !== null && bool(value))),
  anytrue: define(1, 1, ([values]) => list(values).some((value) => value !== null && bool(value))),
  chunklist: define(2, 2, ([values, size]) => chunks(unify(list(values)), integer(size))),
  coalesce: define(1, undefined, (values) => coalesce(values)),
  coalescelist: define(1, undefined, (lists) => {
    const found = lists.map(list).find((one) => one.length > 0);
    if (found === undefined) throw new Error("all lists are empty");
    return found;
  }),
  compact: define(1, 1, ([values]) =>
    list(values).flatMap((value) => (value === null || value === "" ? [] : [text(value)])),
  ),
  concat: define(1, undefined, (lists) => lists.flatMap(list)),
  contains: define(2, 2, ([values, value]) => {
    if (value === null) throw new Error("the value to look for must not be null");
    return isIn(list(values), value ?? null);
  }),
  distinct: define(1, 1, ([values]) => unique(unify(list(values)))),
  ephemeralasnull: define(1, 1, ([value]) => value ?? null),
  element: define(2, 2, ([values, at]) => element(list(values), integer(at))),
  flatten: define(1, 1, ([values]) => flatten(list(values))),
  index: define(2, 2, ([values, value]) => index(list(values), value ?? null)),
  keys: define(1, 1, ([map]) => sortedKeys(object(map))),
  length: define(1, 1, ([value]) => length(value)),
  lookup: define(2, 3, lookup),
  matchkeys: define(3, 3, ([values, keys, search]) => {
    if (list(values).length !== list(keys).length) throw new Error("the lists must be of one length");
    const [own, wanted] = together(list(keys), list(search));
    return list(values).filter((_, at) => isIn(wanted ?? [], own?.[at] ?? null));
  }),
  merge: define(0, undefined, (maps) =>
    Object.fromEntries(
      maps.flatMap((map) =>
        map === null
          ? []
          : Object.keys(object(map)).map((key): [string, Value] => [key, object(map)[key] ?? null]),
      ),
    ),
  ),
  nonsensitive: define(1, 1, ([value]) => value ?? null),
  one: define(1, 1, ([values]) => one(list(values))),
  range: define(1, 3, range),
  reverse: define(1, 1, ([values]) => [...list(values)].reverse()),
  sensitive: define(1, 1, ([value]) => value ?? null),
  setintersection: define(1, undefined, (sets) =>
    setOf(together(...sets.map(list)).reduce((found, set) => found.filter((item) => isIn(set, item)))),
  ),
  setproduct: define(2, undefined, (sets) => product(sets.map(list))),
  setsubtract: define(2, 2, ([values, others]) => {
    const [all = [], left = []] = together(list(values), list(others));
    return setOf(all.filter((value) => !isIn(left, value)));
  }),
  setunion: define(1, undefined, (sets) => setOf(sets.flatMap(list))),
  slice: define(3, 3, ([values, start, end]) => slice(list(values), integer(start), integer(end))),
  sort: define(1, 1, ([values]) => [...texts(values)].sort(compareText)),
  sum: define(1, 1, ([values]) => {
    if (list(values).length === 0) throw new Error("an empty list has no sum");
    return numberOf(
      list(values)
        .map(exactNumber)
        .reduce((sum, one) => sum.plus(one), BigFloat.zero),
    );
  }),
  tobool: define(1, 1, ([value]) => (value === null ? null : bool(value))),
  tolist: define(1, 1, ([values]) => (values === null ? null : unify(list(values)))),
  tomap: define(1, 1, ([map]) => {
    if (map === null) return null;
    const known = object(map);
    const keys = Object.keys(known);
    const values = unify(keys.map((key) => known[key] ?? null));
    return Object.fromEntries(keys.map((key, at) => [key, values[at] ?? null]));
  }),
  tonumber: define(1, 1, ([value]) => (value === null ? null : numberOf(exactNumber(value)))),
  toset: define(1, 1, ([values]) => (values === null ? null : setOf(list(values)))),
  tostring: define(1, 1, ([value]) => (value === null ? null : text(value))),
  transpose: define(1, 1, ([map]) => transpose(object(map))),
  values: define(1, 1, ([map]) => sortedKeys(object(map)).map((key) => object(map)[key] ?? null)),
  zipmap: define(2, 2, ([keys, values]) => {
    const names = texts(keys);
    if (names.length !== list(values).length) throw new Error("the lists must be of one length");
    return Object.fromEntries(names.map((name, at) => [name, list(values)[at] ?? null]));
  }),
};

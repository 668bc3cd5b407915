import { textOf } from "../../casts/text";
import { duckdbTypeText } from "../../types/duckdb";
import type { Type } from "../../types/types";
import { check, invalid } from "../errors";
import { type EmittedCall, type Family, javascript, mixed, native } from "../implementation";
import type { Entries, Plain } from "../javascript/values";
import { fewArguments } from "../text/strings";
import { valueKey } from "./compare";
import { inHashOrder } from "./hash-order";

/** https://trino.io/docs/current/functions/map.html */
function keyType(type: Type | undefined): Type {
  if (type?.kind !== "map") throw new Error("the type is not a map");
  return type.key;
}

/** Collects entries. A duplicate key is an error. */
export function uniqueEntries(
  type: Type,
  sentence = "map key cannot be null",
): (entries: Entries) => Entries {
  const key = valueKey(type);
  const text = textOf(type);
  return (entries) => {
    const seen = new Set<unknown>();
    for (const [k] of entries) {
      check(k !== null, sentence);
      const own = key(k);
      if (seen.has(own)) throw invalid(`Duplicate map keys (${text(k)}) are not allowed`);
      seen.add(own);
    }
    return entries;
  };
}

function makeMap({ returns }: EmittedCall): (keys: readonly Plain[], values: readonly Plain[]) => Entries {
  const unique = uniqueEntries(keyType(returns));
  const text = textOf(keyType(returns));
  return (keys, values) => {
    check(keys.length === values.length, "Key and value arrays must be the same length");
    for (const key of keys)
      if (key !== null && hasNull(key)) throw invalid(`map key cannot be indeterminate: ${text(key)}`);
    return unique(keys.map((key, index) => [key, values[index] ?? null]));
  };
}

/** Whether an array or row contains NULL. */
const hasNull = (value: Plain): boolean => value === null || (Array.isArray(value) && value.some(hasNull));

/** The entries in rows of a key and a value. */
const pairs = (rows: readonly (readonly Plain[] | null)[]): Entries =>
  rows.map((row) => {
    check(row !== null, "map entry cannot be null");
    return [row[0] ?? null, row[1] ?? null];
  });

/**
 * Concatenates maps. The entries of the last map come first, followed by the entries of each earlier map whose keys are
 * new.
 */
function concat(key: (value: Plain) => unknown, maps: readonly Entries[]): Entries {
  const merged = new Map<unknown, readonly [Plain, Plain]>();
  for (const map of maps.toReversed())
    for (const entry of map) {
      const own = key(entry[0]);
      if (!merged.has(own)) merged.set(own, entry);
    }
  return [...merged.values()];
}

/** Collects the values of each key, in their order. */
export function multimap(key: (value: Plain) => unknown, entries: Entries): Entries {
  const merged = new Map<unknown, [Plain, Plain[]]>();
  for (const [k, value] of entries) {
    const own = key(k);
    const known = merged.get(own);
    if (known) known[1].push(value);
    else merged.set(own, [k, [value]]);
  }
  return [...merged.values()];
}

function splitToMap(text: string, entryDelimiter: string, pairDelimiter: string): [string, string][] {
  check(entryDelimiter !== "", "entryDelimiter is empty");
  check(pairDelimiter !== "", "keyValueDelimiter is empty");
  check(entryDelimiter !== pairDelimiter, "entryDelimiter and keyValueDelimiter must not be the same");
  if (text === "") return [];
  const parts = text.split(entryDelimiter);
  if (parts.at(-1) === "") parts.pop();
  return parts.map((entry) => {
    const at = entry.indexOf(pairDelimiter);
    check(
      at >= 0 && entry.indexOf(pairDelimiter, at + pairDelimiter.length) < 0,
      `Key-value delimiter must appear exactly once in each entry. Bad input: '${entry}'`,
    );
    return [entry.slice(0, at), entry.slice(at + pairDelimiter.length)];
  });
}

export const maps: Family = {
  map: mixed((call) =>
    call.args.length === 0
      ? `CAST(MAP {} AS ${duckdbTypeText(call.returns)})`
      : javascript(makeMap).emit(call),
  ),
  map_concat: mixed((call) => {
    if (call.args.length < 2)
      return fewArguments(call.args, "There must be two or more concatenation arguments to map_concat");
    const key = valueKey(keyType(call.returns));
    return javascript(
      () =>
        (...given: Entries[]) =>
          concat(key, given),
    ).emit(call);
  }),
  map_entries: native(({ args: [x], context }) => {
    const entry = context.variable();
    return `list_transform(map_entries(${x}), lambda ${entry}: {'f0': ${entry}.key, 'f1': ${entry}.value})`;
  }),
  map_from_entries: javascript(({ returns }) => {
    const unique = uniqueEntries(keyType(returns));
    return (rows: readonly (readonly Plain[] | null)[]) => unique(pairs(rows));
  }),
  map_keys: native(({ args: [x] }) => `map_keys(${x})`),
  map_values: native(({ args: [x] }) => `map_values(${x})`),
  multimap_from_entries: javascript(({ returns }) => {
    const key = valueKey(keyType(returns));
    return (rows: readonly (readonly Plain[] | null)[]) => {
      const entries = pairs(rows);
      for (const [k] of entries) check(k !== null, "map key cannot be null");
      return multimap(key, entries);
    };
  }),
  split_to_map: javascript(() => (text: string, entryDelimiter: string, pairDelimiter: string) => {
    const entries = splitToMap(text, entryDelimiter, pairDelimiter);
    const seen = new Set<string>();
    for (const [key] of entries) {
      check(!seen.has(key), `Duplicate keys (${key}) are not allowed`);
      seen.add(key);
    }
    return inHashOrder(entries);
  }),
  split_to_multimap: javascript(() => (text: string, entryDelimiter: string, pairDelimiter: string) => {
    const entries = splitToMap(text, entryDelimiter, pairDelimiter);
    return inHashOrder(multimap((key) => key, entries) as [string, Plain[]][]);
  }),
};

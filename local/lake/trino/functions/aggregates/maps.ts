import { duckdbTypeText } from "../../types/duckdb";
import { arrayOf, mapOf, rowOf, type Type } from "../../types/types";
import { valueKey } from "../collections/compare";
import { inGatheredOrder } from "../collections/hash-order";
import { multimap } from "../collections/maps";
import { type EmittedCall, type Family, invoke, mixed } from "../implementation";
import type { Entries, Plain } from "../javascript/values";
import { aggregate, listOfRows, where, withoutNulls } from "./clauses";

/** https://trino.io/docs/current/functions/aggregate.html#map-aggregate-functions */
type Key = (value: Plain) => unknown;

/** The first entry of each key. */
function firsts(key: Key, entries: Entries): Entries {
  const merged = new Map<unknown, readonly [Plain, Plain]>();
  for (const entry of entries) {
    const own = key(entry[0]);
    if (!merged.has(own)) merged.set(own, entry);
  }
  return [...merged.values()];
}

/** A function that orders its keys in another way needs a name of its own. */
const nameOf = ({ name, clauses: { over, alone } }: EmittedCall): string =>
  over === undefined ? `${name} of ${alone ? "all" : "groups"}` : name;

function ofEntries(call: EmittedCall, collect: (key: Key, entries: Entries) => Entries): string {
  const { args, types, returns, clauses } = call;
  const [keyType, valueType] = types as [Type, Type];
  const key = valueKey(keyType);
  return invoke(
    call,
    nameOf(call),
    [arrayOf(rowOf([{ type: keyType }, { type: valueType }]))],
    returns,
    (entries: Entries) => inGatheredOrder(keyType, collect(key, entries), clauses),
    [listOfRows(args, where(clauses, `(${args[0]}) IS NOT NULL`))],
  );
}

function union(call: EmittedCall): string {
  const [type] = call.types;
  if (type?.kind !== "map") throw new Error("map_union without a map");
  const key = valueKey(type.key);
  return invoke(
    call,
    nameOf(call),
    [arrayOf(mapOf(type.key, type.value))],
    call.returns,
    (maps: readonly Entries[]) => {
      const merged = firsts(key, maps.flat());
      return merged.length === 0 ? null : inGatheredOrder(type.key, merged, call.clauses);
    },
    [aggregate("list", call.args, withoutNulls(call))],
  );
}

/** Adds the counts of equal values that DuckDB has counted apart, such as one instant in two zones. */
function added(key: Key, entries: Entries): Entries {
  const counts = new Map<unknown, [Plain, Plain]>();
  for (const [value, count] of entries) {
    const own = key(value);
    const known = counts.get(own);
    if (known) known[1] = (known[1] as bigint) + (count as bigint);
    else counts.set(own, [value, count]);
  }
  return [...counts.values()];
}

/** A histogram whose values DuckDB counts. */
function histogram(call: EmittedCall): string {
  const { args, clauses, returns } = call;
  if (returns.kind !== "map") throw new Error("histogram without a map");
  const key = valueKey(returns.key);
  const counted = `CAST(${aggregate("histogram", args, clauses)} AS ${duckdbTypeText(returns)})`;
  return invoke(
    call,
    nameOf(call),
    [returns],
    returns,
    (entries: Entries) => inGatheredOrder(returns.key, added(key, entries), clauses),
    [counted],
  );
}

export const mapAggregates: Family = {
  histogram: mixed(histogram),
  map_agg: mixed((call) => ofEntries(call, firsts)),
  map_union: mixed(union),
  multimap_agg: mixed((call) => ofEntries(call, multimap)),
};

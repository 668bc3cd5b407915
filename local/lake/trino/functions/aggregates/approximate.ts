import { TrinoError } from "../../types/errors";
import { arrayOf, bigint, double, rowOf, type Type } from "../../types/types";
import { comparator, valueKey } from "../collections/compare";
import { check } from "../errors";
import { type EmittedCall, type Family, invoke, mixed } from "../implementation";
import type { Plain } from "../javascript/values";
import { aggregate, listOfRows, withoutNulls } from "./clauses";

/**
 * Approximate aggregates, which return exact results here.
 * https://trino.io/docs/current/functions/aggregate.html#approximate-aggregate-functions
 */
type Weighted = readonly [Plain, number];

/** The first value after the given share of the weight, as a quantile digest finds it. */
function behind(rows: readonly Weighted[], total: number, share: number): Plain {
  check(share >= 0 && share <= 1, "Percentile must be between 0 and 1");
  let reached = 0;
  for (const [value, weight] of rows) {
    reached += weight;
    if (reached > share * total) return value;
  }
  return rows.at(-1)?.[0] ?? null;
}

/** The value at the given share of the weight, as a t-digest finds it when every value is a centroid of its own. */
function percentile(rows: readonly Weighted[], total: number, share: number): Plain {
  check(share >= 0 && share <= 1, "Percentile must be between 0 and 1");
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return null;
  const wanted = share * total;
  if (wanted < 1) return first[0];
  if (total - wanted < 1) return last[0];
  let reached = first[1] / 2;
  if (wanted < reached) return first[0];
  for (const [index, [value, weight]] of rows.entries()) {
    const next = rows[index + 1];
    if (!next) break;
    const span = (weight + next[1]) / 2;
    if (wanted < reached + span) {
      if (weight === 1 && wanted - reached < 0.5) return value;
      if (next[1] === 1 && reached + span - wanted <= 0.5) return next[0];
      return between(value, next[0], (wanted - reached) / span);
    }
    reached += span;
  }
  return last[0];
}

function between(low: Plain, high: Plain, share: number): Plain {
  const value = Number(low) + (Number(high) - Number(low)) * share;
  return typeof low === "bigint" ? BigInt(Math.round(value)) : value;
}

/** The share of a percentile, if it is written as a number. */
function writtenShare(sql: string): number | undefined {
  const [, text] = /^CAST\((?:CAST\()?'([\d.]+)'(?: AS DECIMAL\(\d+, ?\d+\)\))? AS DOUBLE\)$/.exec(sql) ?? [];
  const share = Number(text);
  return share >= 0 && share <= 1 ? share : undefined;
}

/**
 * A number smaller than the difference between the shares of two neighboring values, for as many values as fit in
 * memory.
 */
const slightly = 1e-12;

/**
 * Computes `percentile` in DuckDB for values with the weight 1. The result is the value with index `share * n`. If that
 * is a whole number, DuckDB's own function would return the previous value, so the share is increased slightly.
 * JavaScript is called only to report a value that is not finite, which is the smallest or the largest.
 */
function discretePercentile(call: EmittedCall, share: number): string {
  const { args, types, returns } = call;
  const [value = ""] = args;
  const type = types[0] as Type;
  const clauses = { ...withoutNulls(call, 1), orderBy: undefined };
  const found = aggregate("quantile_disc", [value, String(Math.min(share + slightly, 1))], clauses);
  if (type.kind === "bigint") return found;
  const refuse = (end: number) => {
    check(Number.isFinite(end), `value must be finite; was ${end}`);
    return end;
  };
  const checked = ["min", "max"].map((name) => {
    const end = aggregate(name, [value], clauses);
    return `WHEN NOT isfinite(${end}) THEN ${invoke(call, "finite", [type], returns, refuse, [end])}`;
  });
  return `CASE ${checked.join(" ")} ELSE ${found} END`;
}

function approxPercentile(call: EmittedCall): string {
  const { args, types, returns } = call;
  const constant = args.length === 2 ? writtenShare(args[1] ?? "") : undefined;
  if (constant !== undefined) return discretePercentile(call, constant);
  const [value = ""] = args;
  const type = types[0] as Type;
  const weighted = args.length > 2;
  const share = args[weighted ? 2 : 1] ?? "";
  const shareType = types[weighted ? 2 : 1] as Type;
  const weight = weighted ? (args[1] ?? "") : "1";
  const compare = comparator(type);
  // Trino uses a quantile digest when an accuracy is given.
  const find = args.length > 3 ? behind : percentile;
  const clauses = withoutNulls(call, weighted ? 2 : 1);
  return invoke(
    call,
    `approx_percentile of ${args.length}`,
    [arrayOf(rowOf([{ type }, { type: double }])), shareType],
    returns,
    (rows: readonly Weighted[], shares: number | readonly number[]) => {
      for (const [value] of rows)
        check(typeof value !== "number" || Number.isFinite(value), `value must be finite; was ${value}`);
      for (const [, own] of rows) check(own >= 1 || args.length > 3, `weight must be >= 1, was ${own}`);
      const sorted = [...rows].sort((a, b) => compare(a[0], b[0]));
      const total = sorted.reduce((sum, [, own]) => sum + own, 0);
      return typeof shares === "number"
        ? find(sorted, total, shares)
        : shares.map((one) => find(sorted, total, one));
    },
    [
      listOfRows([value, `CAST(${weight} AS DOUBLE)`], clauses),
      aggregate("any_value", [share], { ...clauses, distinct: false, orderBy: undefined }),
    ],
  );
}

function mostFrequent(call: EmittedCall): string {
  const { args, types, returns } = call;
  const [buckets = "", value = ""] = args;
  const type = types[1] as Type;
  const key = valueKey(type);
  const clauses = withoutNulls(call);
  return invoke(
    call,
    "approx_most_frequent",
    [arrayOf(type), bigint],
    returns,
    (values: readonly Plain[], most: bigint) => {
      if (most > 2_147_483_647n) throw new TrinoError("GENERIC_INTERNAL_ERROR", "integer overflow");
      check(most >= 2n, "approx_most_frequent bucket count must be greater than one");
      const counts = new Map<unknown, [Plain, bigint]>();
      for (const item of values) {
        const own = key(item);
        counts.set(own, [item, (counts.get(own)?.[1] ?? 0n) + 1n]);
      }
      return [...counts.values()].sort((a, b) => Number(b[1] - a[1])).slice(0, Number(most));
    },
    [
      aggregate("list", [value], clauses),
      aggregate("any_value", [buckets], { ...clauses, distinct: false, orderBy: undefined }),
    ],
  );
}

/** The histogram of Ben-Haim and Tom-Tov: the two nearest centroids are merged until their number is small enough. */
function numericHistogram(call: EmittedCall): string {
  const { args, returns } = call;
  const [buckets = "", value = "", weight = "1"] = args;
  const clauses = withoutNulls({ ...call, args: args.slice(1) });
  const real = returns.kind === "map" && returns.key.kind === "real";
  return invoke(
    call,
    "numeric_histogram",
    [arrayOf(rowOf([{ type: double }, { type: double }])), bigint],
    returns,
    (rows: readonly (readonly [number, number])[], most: bigint) => {
      check(most >= 2n, "numeric_histogram bucket count must be greater than one");
      const centroids = [...rows]
        .sort((a, b) => a[0] - b[0])
        .reduce<[number, number][]>((merged, [x, w]) => {
          const last = merged.at(-1);
          if (last && last[0] === x) last[1] += w;
          else merged.push([x, w]);
          return merged;
        }, []);
      while (centroids.length > Number(most)) {
        let nearest = 0;
        for (let at = 1; at + 1 < centroids.length; at += 1)
          if (gap(centroids, at) < gap(centroids, nearest)) nearest = at;
        const [a, b] = [centroids[nearest], centroids[nearest + 1]];
        if (!a || !b) break;
        const total = a[1] + b[1];
        centroids.splice(nearest, 2, [(a[0] * a[1] + b[0] * b[1]) / total, total]);
      }
      return real ? centroids.map(([x, w]) => [Math.fround(x), Math.fround(w)]) : centroids;
    },
    [
      listOfRows([`CAST(${value} AS DOUBLE)`, `CAST(${weight} AS DOUBLE)`], clauses),
      aggregate("min", [`CAST(${buckets} AS BIGINT)`], {
        ...clauses,
        distinct: false,
        orderBy: undefined,
      }),
    ],
  );
}

const gap = (centroids: readonly (readonly [number, number])[], at: number): number =>
  (centroids[at + 1]?.[0] ?? Number.POSITIVE_INFINITY) - (centroids[at]?.[0] ?? 0);

export const approximations: Family = {
  approx_most_frequent: mixed(mostFrequent),
  approx_percentile: mixed(approxPercentile),
  numeric_histogram: mixed(numericHistogram),
};

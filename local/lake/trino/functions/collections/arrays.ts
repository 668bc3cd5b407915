import { quoteText } from "../../../quote";
import { textOf } from "../../casts/text";
import { encodeError, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { isLong } from "../../types/longs";
import { parseAddress } from "../../types/text/networks";
import type { Type } from "../../types/types";
import { check } from "../errors";
import { type EmittedCall, type Family, javascript, mixed, native, plain } from "../implementation";
import type { Plain } from "../javascript/values";
import { comparator, equality, valueKey } from "./compare";

/** https://trino.io/docs/current/functions/array.html */
type List = readonly Plain[];

/** The element type of an array parameter, by default the first. */
function elementOf({ types }: Pick<EmittedCall, "types">, at = 0): Type {
  const type = types[at];
  if (type?.kind !== "array") throw new Error("the parameter is not an array");
  return type.element;
}

const ofKeys = (make: (key: (value: Plain) => unknown) => (...lists: List[]) => unknown) =>
  javascript((call) => make(valueKey(elementOf(call))));

/** The elements whose keys have not occurred before, in their order. */
function distinct(key: (value: Plain) => unknown, list: List, seen = new Set<unknown>()): Plain[] {
  return list.filter((value) => {
    const own = key(value);
    if (seen.has(own)) return false;
    seen.add(own);
    return true;
  });
}

/** The smallest or largest element. NULL when any element is NULL. */
const extreme = (sign: 1 | -1) =>
  javascript((call) => {
    const compare = comparator(elementOf(call));
    const floating = ["real", "double"].includes(elementOf(call).kind);
    return (list: List) => {
      // The elements before the first NULL are still compared, because their comparison may fail.
      const known = list.indexOf(null);
      if (known !== -1) {
        for (const [index, value] of list.slice(1, known).entries()) compare(value, list[index] ?? null);
        return null;
      }
      // NaN is the smallest or largest element only when there is no other number.
      const numbers = floating ? list.filter((value) => !Number.isNaN(value)) : list;
      let best: Plain = numbers.length === 0 ? (list[0] ?? null) : null;
      for (const value of numbers) if (best === null || compare(value, best) * sign > 0) best = value;
      return best;
    };
  });

function combinations(list: List, size: number): Plain[][] {
  check(size >= 0, `combination size must not be negative: ${size}`);
  check(size <= 5, `combination size must not exceed 5: ${size}`);
  // The combinations are ordered by their last element, then by the element before it.
  const upTo = (end: number, left: number): Plain[][] =>
    left === 0
      ? [[]]
      : Array.from({ length: end }, (_, at) => at).flatMap((at) =>
          upTo(at, left - 1).map((chosen) => [...chosen, list[at] ?? null]),
        );
  const results = upTo(list.length, size);
  check(results.length <= 100_000, "combinations exceed max size");
  return results;
}

function ngrams(list: List, size: number): Plain[][] {
  check(size > 0, "N must be positive");
  if (list.length <= size) return [[...list]];
  return Array.from({ length: list.length - size + 1 }, (_, at) => list.slice(at, at + size));
}

function slice(list: List, start: bigint, length: bigint): Plain[] {
  check(length >= 0n, "length must be greater than or equal to 0");
  check(start !== 0n, "SQL array indices start at 1");
  const from = start > 0n ? Number(start) - 1 : list.length + Number(start);
  if (from < 0 || from >= list.length) return [];
  // The sum overflows in Trino and becomes negative, so nothing is returned.
  if (!isLong(BigInt(from) + 1n + length)) return [];
  return list.slice(from, from + Number(length));
}

/** The longest SQL of an array that is written twice. */
const longest = 2_000;

const elementAt = native(({ args: [x = "", at = ""], types }) => {
  if (types[0]?.kind === "map") return `map_extract_value(${x}, ${at})`;
  if (/^CAST\(-?[1-9]\d* AS \w+\)$|^-?[1-9]\d*$/.test(at)) return `list_extract(${x}, ${at})`;
  const refusal = quoteText(encodeError("INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1"));
  // Of a NULL there is no element, at any index.
  const known = x.length > longest ? "" : ` AND ${x} IS NOT NULL`;
  return `list_extract(${x}, CASE WHEN (${at}) = 0${known} THEN CAST(CAST(${refusal} AS VARCHAR) AS BIGINT) ELSE ${at} END)`;
});

const containing = (found: (list: List, value: Plain, equal: (a: Plain, b: Plain) => boolean) => unknown) =>
  javascript((call) => {
    const same = equality(elementOf(call));
    const equal = (item: Plain, value: Plain): boolean => {
      const result = same(item, value);
      if (result === undefined)
        throw new TrinoError(
          "NOT_SUPPORTED",
          `${call.name} does not support arrays with elements that are null or contain null`,
        );
      return result;
    };
    return (list: List, value: Plain) => found(list, value, equal);
  });

export const arrays: Family = {
  array_distinct: ofKeys(
    (key) =>
      (list = []) =>
        distinct(key, list),
  ),
  // When the second array is empty, Trino returns the first one unchanged, with its duplicates.
  array_except: ofKeys(
    (key) =>
      (list = [], other = []) =>
        other.length === 0 ? list : distinct(key, list, new Set(other.map(key))),
  ),
  array_histogram: ofKeys((key) => (list = []) => {
    const counts = new Map<unknown, [Plain, bigint]>();
    for (const value of list) {
      if (value === null) continue;
      const own = key(value);
      counts.set(own, [value, (counts.get(own)?.[1] ?? 0n) + 1n]);
    }
    return [...counts.values()];
  }),
  // The elements have the order of the longer array.
  array_intersect: ofKeys((key) => (list = [], other = []) => {
    const [longer, shorter] = list.length < other.length ? [other, list] : [list, other];
    const keys = new Set(shorter.map(key));
    return distinct(key, longer).filter((value) => keys.has(key(value)));
  }),
  array_join: javascript((call) => {
    const element = elementOf(call);
    if (["array", "map", "row", "varbinary", "opaque"].includes(element.kind))
      throw new TrinoError("OPERATOR_NOT_FOUND", `Cannot cast ${formatType(element)} to varchar`);
    const text = textOf(element);
    return (list: List, separator: string, replacement?: string) =>
      list.flatMap((value) => (value === null ? (replacement ?? []) : text(value))).join(separator);
  }),
  array_max: extreme(1),
  array_min: extreme(-1),
  array_position: containing((list, value, equal) =>
    BigInt(list.findIndex((item) => item !== null && equal(item, value)) + 1),
  ),
  array_remove: containing((list, value, equal) =>
    list.filter((item) => item === null || !equal(item, value)),
  ),
  array_union: ofKeys(
    (key) =>
      (list = [], other = []) =>
        distinct(key, [...list, ...other]),
  ),
  arrays_overlap: ofKeys((key) => (list = [], other = []) => {
    if (list.length === 0 || other.length === 0) return false;
    const keys = new Set(other.filter((value) => value !== null).map(key));
    if (list.some((value) => value !== null && keys.has(key(value)))) return true;
    return list.includes(null) || other.includes(null) ? null : false;
  }),
  cardinality: native(({ args: [x], types }) =>
    types[0]?.kind === "map" ? `CAST(cardinality(${x}) AS BIGINT)` : `len(${x})`,
  ),
  combinations: plain(combinations),
  contains: mixed((call) => {
    if (call.types[0]?.kind === "varchar") return javascript(() => containsAddress).emit(call);
    return containing((list, value, equal) => {
      if (list.some((item) => item !== null && equal(item, value))) return true;
      return list.includes(null) ? null : false;
    }).emit(call);
  }),
  contains_sequence: ofKeys((key) => (list = [], part = []) => {
    const keys = list.map(key);
    const wanted = part.map(key);
    return (
      (wanted.length <= keys.length &&
        keys.some(
          (_, at) =>
            at + wanted.length <= keys.length &&
            wanted.every((own, index) => Object.is(keys[at + index], own)),
        )) ||
      wanted.length === 0
    );
  }),
  element_at: elementAt,
  flatten: native(({ args: [x] }) => `flatten(${x})`),
  ngrams: plain(ngrams),
  repeat: javascript(
    () => (value: Plain, count: bigint | null) => {
      if (count === null) return null;
      check(count >= 0n, "count argument of repeat function must be greater than or equal to 0");
      check(count <= 10_000n, "count argument of repeat function must be less than or equal to 10000");
      return Array.from({ length: Number(count) }, () => value);
    },
    { takesNulls: true },
  ),
  slice: plain(slice),
  trim_array: plain((list: List, size: bigint) => {
    check(size >= 0n, `size must not be negative: ${size}`);
    check(size <= BigInt(list.length), `size must not exceed array cardinality ${list.length}: ${size}`);
    return list.slice(0, list.length - Number(size));
  }),
  zip: plain((...lists: List[]) =>
    Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, at) =>
      lists.map((list) => list[at] ?? null),
    ),
  ),
};

/** Whether a network such as `10.0.0.0/8` contains an address. */
function containsAddress(network: string, address: Uint8Array): boolean {
  const match = /^(.*)\/(\d{1,3})$/.exec(network);
  const base = match && parseAddress(match[1] ?? "");
  check(base !== null && base !== undefined, "Invalid CIDR");
  const four = base.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255));
  const length = Number(match?.[2]);
  check(length <= (four ? 32 : 128), "Invalid prefix length");
  const bits = four ? 96 + length : length;
  return Array.from({ length: bits }, (_, bit) => bit).every((bit) => {
    const mask = 0x80 >> (bit & 7);
    return ((base[bit >> 3] ?? 0) & mask) === ((address[bit >> 3] ?? 0) & mask);
  });
}

import { TrinoError } from "../../types/errors";
import { notCompared } from "../../types/nested";
import type { Type } from "../../types/types";
import type { Entries, Plain, Zoned, ZonedValue } from "../javascript/values";

/** Returns a function that makes a key for a value. Values that are not distinct have the same key. */
export function valueKey(type: Type): (value: Plain) => unknown {
  switch (type.kind) {
    case "real":
    case "double":
      return (value) => (value === null ? null : (value as number) + 0);
    case "timestamp with time zone":
    case "time with time zone":
      return (value) => (value === null ? null : (value as Zoned | ZonedValue).instant);
    case "varbinary":
    case "ipaddress":
      return (value) => (value === null ? null : Buffer.from(value as Uint8Array).toString("latin1"));
    case "array":
    case "row":
    case "map": {
      const write = textKey(type);
      return (value) => (value === null ? null : write(value));
    }
    default:
      return (value) => value;
  }
}

/** The keys of nested values are texts with their length in front, so that joined keys stay unambiguous. */
function textKey(type: Type): (value: Plain) => string {
  const withLength = (text: string): string => `${text.length}:${text}`;
  switch (type.kind) {
    case "array": {
      const element = textKey(type.element);
      return (value) =>
        value === null ? "n" : withLength((value as readonly Plain[]).map(element).join(""));
    }
    case "row": {
      const fields = type.fields.map((field) => textKey(field.type));
      return (value) =>
        value === null
          ? "n"
          : withLength(
              fields.map((field, index) => field((value as readonly Plain[])[index] ?? null)).join(""),
            );
    }
    case "map": {
      const key = textKey(type.key);
      const item = textKey(type.value);
      return (value) =>
        value === null
          ? "n"
          : withLength(
              (value as unknown as Entries)
                .map(([k, v]) => key(k) + item(v))
                .sort()
                .join(""),
            );
    }
    default: {
      const simple = valueKey(type);
      return (value) => (value === null ? "n" : withLength(String(simple(value))));
    }
  }
}

/**
 * Returns a function that orders values. NaN is the largest number. A NULL inside of a value has no order and is an
 * error.
 */
export function comparator(type: Type): (a: Plain, b: Plain) => number {
  const inner = (compare: (a: Plain, b: Plain) => number) => (a: Plain, b: Plain) => {
    if (a === null || b === null)
      throw new TrinoError("NOT_SUPPORTED", type.kind === "array" ? notCompared.array : notCompared.row);
    return compare(a, b);
  };
  switch (type.kind) {
    case "real":
    case "double":
      return (a, b) => compareNumbers(a as number, b as number);
    case "varchar":
    case "char":
    case "json":
      return (a, b) => compareText(a as string, b as string);
    case "varbinary":
    case "ipaddress":
      return (a, b) => Buffer.compare(a as Uint8Array, b as Uint8Array);
    case "timestamp with time zone":
    case "time with time zone":
      return (a, b) => compareSimple((a as Zoned).instant, (b as Zoned).instant);
    case "array": {
      const element = inner(comparator(type.element));
      return (a, b) => compareLists(a as readonly Plain[], b as readonly Plain[], () => element);
    }
    case "row": {
      const fields = type.fields.map((field) => inner(comparator(field.type)));
      return (a, b) =>
        compareLists(a as readonly Plain[], b as readonly Plain[], (index) => fields[index] ?? (() => 0));
    }
    default:
      return (a, b) => compareSimple(a as number, b as number);
  }
}

const compareSimple = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : -1;
  return compareSimple(a, b);
}

/** Compares by code points, which is also the order of the bytes in UTF-8. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates belong to code points that are greater than all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function compareLists(
  a: readonly Plain[],
  b: readonly Plain[],
  compare: (index: number) => (a: Plain, b: Plain) => number,
): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compare(index)(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * Returns a function that tests whether two values are equal. NaN is not equal to any value. The result is undefined
 * when a NULL inside of a value leaves it unknown.
 */
export function equality(type: Type): (a: Plain, b: Plain) => boolean | undefined {
  const key = valueKey(type);
  if (type.kind === "real" || type.kind === "double") return (a, b) => a === b;
  if (type.kind === "array") {
    const element = equality(type.element);
    return (a, b) => {
      const [x, y] = [a as readonly Plain[], b as readonly Plain[]];
      return x.length === y.length ? allEqual(x, y, () => element) : false;
    };
  }
  if (type.kind === "row") {
    const fields = type.fields.map((field) => equality(field.type));
    return (a, b) =>
      allEqual(a as readonly Plain[], b as readonly Plain[], (index) => fields[index] ?? (() => true));
  }
  return (a, b) => key(a) === key(b);
}

function allEqual(
  a: readonly Plain[],
  b: readonly Plain[],
  equal: (index: number) => (a: Plain, b: Plain) => boolean | undefined,
): boolean | undefined {
  let unknown = false;
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? null;
    const same = value === null || other === null ? undefined : equal(index)(value, other);
    if (same === false) return false;
    if (same === undefined) unknown = true;
  }
  return unknown ? undefined : true;
}

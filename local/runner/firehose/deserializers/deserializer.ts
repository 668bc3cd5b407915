import type { HiveType } from "@streaming-data-lake/terraform/hive-type";

/** Converts a value to JSON that DuckDB reads as the column's type. Returns undefined when the value does not fit. */
export type Converter = (value: unknown) => unknown;

/** A number is converted to text, so that its digits must be known exactly as they were written. */
export class NumberAsText extends Error {
  override readonly name = "NumberAsText";
}

/** Called when text is made of a value that contains numbers. Throws when their exact digits were not read. */
export type TextGuard = () => void;

export type PrimitiveType = Extract<HiveType, { readonly kind: "primitive" }>;

/** Number of bits of each integer type, without the sign. */
export const integers: Readonly<Record<string, bigint>> = {
  tinyint: 7n,
  smallint: 15n,
  int: 31n,
  integer: 31n,
  bigint: 63n,
};

export function nullable(convert: Converter): Converter {
  return (value) => (value === null || value === undefined ? null : convert(value));
}

/** The items, or undefined when one of them is undefined. */
export function allDefined(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.includes(undefined) ? undefined : items;
}

/** The entries of a map; undefined when one of them does not fit. */
export function convertMap(
  value: Readonly<Record<string, unknown>>,
  key: Converter,
  convert: Converter,
): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(value).map(([name, item]) => [key(name), convert(item)] as const);
  return entries.some(([name, item]) => name === undefined || item === undefined)
    ? undefined
    : Object.fromEntries(entries.map(([name, item]) => [String(name), item]));
}

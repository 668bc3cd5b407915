import type { HiveType } from "@streaming-data-lake/terraform/hive-type";

/** A value as JSON that DuckDB reads into the column's type; undefined for what does not fit. */
export type Converter = (value: unknown) => unknown;

/** A number is to become text, and it must be known how it was written. */
export class NumberAsText extends Error {
  override readonly name = "NumberAsText";
}

/** Called when a text is made of a value that holds numbers; throws when they were read without their digits. */
export type TextGuard = () => void;

export type PrimitiveType = Extract<HiveType, { readonly kind: "primitive" }>;

/** Bits of the integers, without their sign. */
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

/** Undefined when one of the items is. */
export function allOf(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.includes(undefined) ? undefined : items;
}

/** The entries of a map; undefined when one does not fit. */
export function mapOf(
  value: Readonly<Record<string, unknown>>,
  key: Converter,
  convert: Converter,
): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(value).map(([name, item]) => [key(name), convert(item)] as const);
  return entries.some(([name, item]) => name === undefined || item === undefined)
    ? undefined
    : Object.fromEntries(entries.map(([name, item]) => [String(name), item]));
}

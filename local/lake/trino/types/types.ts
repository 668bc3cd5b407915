/**
 * Trino's types.
 *
 * @see https://trino.io/docs/current/language/types.html
 */
export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  /** A varchar without a length is unbounded. */
  | { readonly kind: "varchar"; readonly length?: number }
  | { readonly kind: "char"; readonly length: number }
  | { readonly kind: TimeKind; readonly precision: number }
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "row"; readonly fields: readonly RowField[] }
  /** The type of a lambda. */
  | { readonly kind: "function"; readonly parameters: readonly Type[]; readonly returns: Type }
  /**
   * A type whose values only exist as arguments and results of functions, such as `HyperLogLog`, `tdigest`, `color` or
   * `Geometry`.
   */
  | { readonly kind: "opaque"; readonly name: string; readonly arguments: readonly Type[] };

export type SimpleKind =
  | "unknown"
  | "boolean"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "real"
  | "double"
  | "varbinary"
  | "date"
  | "interval day to second"
  | "interval year to month"
  | "json"
  | "uuid"
  | "ipaddress";

/** Types with a precision of 0 to 12 digits of a second's fraction. */
export type TimeKind = "time" | "time with time zone" | "timestamp" | "timestamp with time zone";

export interface RowField {
  readonly name?: string;
  readonly type: Type;
}

export type TypeOf<K extends Type["kind"]> = Extract<Type, { readonly kind: K }>;

/** Whether strings of a type are cut to a length. */
export const isCut = (type: Type): boolean => type.kind === "varchar" && type.length !== undefined;

const simple = (kind: SimpleKind): Type => ({ kind });

export const unknown = simple("unknown");
export const boolean = simple("boolean");
export const tinyint = simple("tinyint");
export const smallint = simple("smallint");
export const integer = simple("integer");
export const bigint = simple("bigint");
export const real = simple("real");
export const double = simple("double");
export const varbinary = simple("varbinary");
export const date = simple("date");
export const intervalDay = simple("interval day to second");
export const intervalYear = simple("interval year to month");
export const json = simple("json");
export const uuid = simple("uuid");
export const ipaddress = simple("ipaddress");
export const varchar: Type = { kind: "varchar" };

export const varcharOf = (length?: number): Type =>
  length === undefined ? varchar : { kind: "varchar", length };
export const charOf = (length: number): Type => ({ kind: "char", length });
export const decimalOf = (precision: number, scale: number): Type => ({ kind: "decimal", precision, scale });
export const timeOf = (kind: TimeKind, precision: number): Type => ({ kind, precision });
export const arrayOf = (element: Type): Type => ({ kind: "array", element });
export const mapOf = (key: Type, value: Type): Type => ({ kind: "map", key, value });
export const rowOf = (fields: readonly RowField[]): Type => ({ kind: "row", fields });
export const opaque = (name: string, ...types: readonly Type[]): Type => ({
  kind: "opaque",
  name,
  arguments: types,
});

/** Number of decimal digits of each integer type. */
export const integerDigits: Partial<Record<Type["kind"], number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
};

export const isIntegral = (type: Type): boolean => type.kind in integerDigits;
export const isFloating = (type: Type): boolean => type.kind === "real" || type.kind === "double";
export const isNumeric = (type: Type): boolean =>
  isIntegral(type) || isFloating(type) || type.kind === "decimal";
export const isText = (type: Type): boolean => type.kind === "varchar" || type.kind === "char";
export const isTime = (type: Type): type is TypeOf<TimeKind> =>
  type.kind === "time" ||
  type.kind === "timestamp" ||
  type.kind === "time with time zone" ||
  type.kind === "timestamp with time zone";

/** Whether two types are the same. As in Trino, the names of a row's fields matter. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === "decimal" && b.kind === "decimal") return a.precision === b.precision && a.scale === b.scale;
  if (a.kind === "varchar" && b.kind === "varchar") return a.length === b.length;
  if (a.kind === "char" && b.kind === "char") return a.length === b.length;
  if (isTime(a) && isTime(b)) return a.kind === b.kind && a.precision === b.precision;
  if (a.kind === "array" && b.kind === "array") return sameType(a.element, b.element);
  if (a.kind === "map" && b.kind === "map") return sameType(a.key, b.key) && sameType(a.value, b.value);
  if (a.kind === "row" && b.kind === "row")
    return (
      a.fields.length === b.fields.length &&
      a.fields.every(({ name, type }, index) => {
        const other = b.fields[index];
        return other !== undefined && name === other.name && sameType(type, other.type);
      })
    );
  if (a.kind === "function" && b.kind === "function")
    return sameTypes(a.parameters, b.parameters) && sameType(a.returns, b.returns);
  if (a.kind === "opaque" && b.kind === "opaque")
    return a.name === b.name && sameTypes(a.arguments, b.arguments);
  return a.kind === b.kind;
}

const sameTypes = (a: readonly Type[], b: readonly Type[]): boolean =>
  a.length === b.length &&
  a.every((type, index) => {
    const other = b[index];
    return other !== undefined && sameType(type, other);
  });

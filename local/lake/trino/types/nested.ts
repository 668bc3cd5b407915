import { TrinoError } from "./errors";
import { isTime, type Type } from "./types";

/** Equality and order of plain values of any type, including arrays, maps and rows. */

type Entries = readonly (readonly [unknown, unknown])[];

/**
 * Whether two values are equal. Null when a NULL inside of a value leaves this unknown. With `distinct`, NULL and NaN
 * are compared like other values.
 */
export function equalNested(a: unknown, b: unknown, type: Type, distinct: boolean): boolean | null {
  if (a === null || b === null) return distinct ? a === b : null;
  switch (type.kind) {
    case "array":
      return equalAll(a as readonly unknown[], b as readonly unknown[], () => type.element, distinct);
    case "row":
      return equalAll(
        a as readonly unknown[],
        b as readonly unknown[],
        (index) => type.fields[index]?.type ?? type,
        distinct,
      );
    case "map":
      return equalMaps(a as Entries, b as Entries, type, distinct);
    default:
      return equalScalars(a, b, type, distinct);
  }
}

function equalScalars(a: unknown, b: unknown, type: Type, distinct: boolean): boolean {
  if (type.kind === "real" || type.kind === "double")
    return a === b || (distinct && Number.isNaN(a) && Number.isNaN(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (isTime(type) && type.kind.endsWith("zone"))
    return (a as { instant: bigint }).instant === (b as { instant: bigint }).instant;
  return a === b;
}

function equalAll(
  a: readonly unknown[],
  b: readonly unknown[],
  typeAt: (index: number) => Type,
  distinct: boolean,
): boolean | null {
  if (a.length !== b.length) return false;
  let open = false;
  for (const [index, item] of a.entries()) {
    const equal = equalNested(item, b[index], typeAt(index), distinct);
    if (equal === false) return false;
    if (equal === null) open = true;
  }
  return open ? null : true;
}

function equalMaps(
  a: Entries,
  b: Entries,
  type: Extract<Type, { kind: "map" }>,
  distinct: boolean,
): boolean | null {
  if (a.length !== b.length) return false;
  let open = false;
  for (const [key, value] of a) {
    const found = b.find(([other]) => equalNested(key, other, type.key, true));
    if (!found) return false;
    const equal = equalNested(value, found[1], type.value, distinct);
    if (equal === false) return false;
    if (equal === null) open = true;
  }
  return open ? null : true;
}

/** Trino's sentences for a NULL inside of a value that is compared with another. */
export const notCompared = {
  array: "ARRAY comparison not supported for arrays with null elements",
  row: "ROW comparison not supported for fields with null elements",
} as const;

/**
 * Compares two values for sorting: the result is negative when `a` comes first, and positive when `b` does.
 *
 * @throws TrinoError NOT_SUPPORTED when the order depends on a NULL inside of a value.
 */
export function compareNested(a: unknown, b: unknown, type: Type): number {
  switch (type.kind) {
    case "array":
      return compareAll(type.kind, a as readonly unknown[], b as readonly unknown[], () => type.element);
    case "row":
      return compareAll(
        type.kind,
        a as readonly unknown[],
        b as readonly unknown[],
        (index) => type.fields[index]?.type ?? type,
      );
    default:
      return compareScalars(a, b, type);
  }
}

function compareAll(
  kind: keyof typeof notCompared,
  a: readonly unknown[],
  b: readonly unknown[],
  typeAt: (index: number) => Type,
): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (a[index] === null || b[index] === null) throw new TrinoError("NOT_SUPPORTED", notCompared[kind]);
    const order = compareNested(a[index], b[index], typeAt(index));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareScalars(a: unknown, b: unknown, type: Type): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (isTime(type) && type.kind.endsWith("zone"))
    return order((a as { instant: bigint }).instant, (b as { instant: bigint }).instant);
  if (typeof a === "number" && typeof b === "number" && (Number.isNaN(a) || Number.isNaN(b)))
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return order(a as bigint | number | boolean, b as bigint | number | boolean);
}

const order = (a: bigint | number | boolean, b: bigint | number | boolean): number =>
  a < b ? -1 : a > b ? 1 : 0;

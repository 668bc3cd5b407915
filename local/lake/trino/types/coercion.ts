import {
  bigint,
  charOf,
  decimalOf,
  double,
  integer,
  integerDigits,
  isTime,
  real,
  sameType,
  smallint,
  type Type,
  timeOf,
} from "./types";

/** The common type of two types, and whether the first is coerced to the second. */
interface Common {
  readonly type: Type;
  readonly coercible: boolean;
}

/**
 * The type to which values of both types are coerced without a cast. Undefined when there is none.
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/type/TypeCoercion.java
 */
export const commonType = (a: Type, b: Type): Type | undefined => common(a, b)?.type;

/** Whether a value of type `from` is accepted where type `to` is required. */
export const isCoercible = (from: Type, to: Type): boolean => {
  return common(from, to)?.coercible === true;
};

/** Whether a coercion changes only Trino's type, so that the value's representation stays the same. */
export function isTypeOnlyCoercion(from: Type, to: Type): boolean {
  if (sameType(from, to)) return true;
  if (from.kind === "varchar" && to.kind === "varchar")
    return to.length === undefined || (from.length !== undefined && from.length <= to.length);
  if (from.kind === "array" && to.kind === "array") return isTypeOnlyCoercion(from.element, to.element);
  if (from.kind === "map" && to.kind === "map")
    return isTypeOnlyCoercion(from.key, to.key) && isTypeOnlyCoercion(from.value, to.value);
  if (from.kind === "row" && to.kind === "row")
    return (
      from.fields.length === to.fields.length &&
      from.fields.every(({ type }, index) => {
        const other = to.fields[index];
        return other !== undefined && isTypeOnlyCoercion(type, other.type);
      })
    );
  return isTime(from) && isTime(to) && from.kind === to.kind && from.precision <= to.precision;
}

const exact = (type: Type): Common => ({ type, coercible: true });

function common(from: Type, to: Type): Common | undefined {
  if (sameType(from, to)) return exact(to);
  if (from.kind === "unknown") return exact(to);
  if (to.kind === "unknown") return { type: from, coercible: false };
  if (from.kind === to.kind) return commonOfKind(from, to);
  const upward = step(from, to.kind, to);
  if (upward) return common(upward, to);
  const downward = step(to, from.kind, from);
  const found = downward && common(from, downward);
  return found && { type: found.type, coercible: false };
}

function commonOfKind(from: Type, to: Type): Common | undefined {
  if (from.kind === "decimal" && to.kind === "decimal") {
    const scale = Math.max(from.scale, to.scale);
    const whole = Math.max(from.precision - from.scale, to.precision - to.scale);
    const type = decimalOf(Math.min(38, whole + scale), scale);
    // With 38 digits, Trino also coerces decimals that may not fit.
    return { type, coercible: sameType(type, to) };
  }
  if (from.kind === "varchar" && to.kind === "varchar") {
    if (to.length === undefined) return exact(to);
    if (from.length === undefined) return { type: from, coercible: false };
    return from.length <= to.length ? exact(to) : { type: from, coercible: false };
  }
  if (from.kind === "char" && to.kind === "char")
    return from.length <= to.length ? exact(to) : { type: from, coercible: false };
  if (isTime(from) && isTime(to))
    return from.precision <= to.precision ? exact(to) : { type: from, coercible: false };
  if (from.kind === "array" && to.kind === "array") {
    const element = common(from.element, to.element);
    return element && { type: { kind: "array", element: element.type }, coercible: element.coercible };
  }
  if (from.kind === "map" && to.kind === "map") {
    const key = common(from.key, to.key);
    const value = common(from.value, to.value);
    return (
      key &&
      value && {
        type: { kind: "map", key: key.type, value: value.type },
        coercible: key.coercible && value.coercible,
      }
    );
  }
  if (from.kind === "row" && to.kind === "row") return commonRow(from.fields, to.fields);
  if (from.kind === "function" && to.kind === "function") {
    if (from.parameters.length !== to.parameters.length) return undefined;
    const returns = common(from.returns, to.returns);
    return (
      returns && {
        type: { kind: "function", parameters: to.parameters, returns: returns.type },
        coercible: returns.coercible,
      }
    );
  }
  return undefined;
}

type Fields = Extract<Type, { kind: "row" }>["fields"];

function commonRow(from: Fields, to: Fields): Common | undefined {
  if (from.length !== to.length) return undefined;
  let coercible = true;
  const fields = [];
  for (const [index, field] of from.entries()) {
    const other = to[index];
    const found = other && common(field.type, other.type);
    if (!found) return undefined;
    coercible &&= found.coercible;
    fields.push({
      ...(field.name === other.name && field.name !== undefined && { name: field.name }),
      type: found.type,
    });
  }
  return { type: { kind: "row", fields }, coercible };
}

const numericSteps: Partial<Record<Type["kind"], Type>> = { smallint, integer, bigint, real, double };
const widths = ["tinyint", "smallint", "integer", "bigint", "decimal", "real", "double"];

/**
 * The type that results when a type is coerced to another kind of type. Undefined when Trino does not do that without a
 * cast.
 */
function step(from: Type, kind: Type["kind"], to: Type): Type | undefined {
  switch (from.kind) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint": {
      const digits = integerDigits[from.kind];
      if (kind === "decimal" && digits !== undefined) return decimalOf(digits, 0);
      return widths.indexOf(kind) > widths.indexOf(from.kind) ? numericSteps[kind] : undefined;
    }
    case "decimal":
      return kind === "real" || kind === "double" ? numericSteps[kind] : undefined;
    case "real":
      return kind === "double" ? double : undefined;
    case "date":
      return kind === "timestamp" || kind === "timestamp with time zone" ? timeOf(kind, 0) : undefined;
    case "time":
      return kind === "time with time zone" ? timeOf(kind, from.precision) : undefined;
    case "timestamp":
      return kind === "timestamp with time zone" ? timeOf(kind, from.precision) : undefined;
    case "varchar":
      if (kind === "char") return charOf(from.length === undefined ? 65536 : Math.min(65536, from.length));
      return to.kind === "opaque" && textTypes.has(to.name.toLowerCase()) ? to : undefined;
    case "char":
      return to.kind === "opaque" && textTypes.has(to.name.toLowerCase()) ? to : undefined;
    case "opaque":
      return from.name === "p4hyperloglog" && to.kind === "opaque" && to.name === "hyperloglog"
        ? to
        : undefined;
    default:
      return undefined;
  }
}

/** Types of patterns and paths, to which text is coerced as a function's argument. */
const textTypes = new Set(["joniregexp", "jsonpath", "codepoints"]);

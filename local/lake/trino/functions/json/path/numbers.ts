import { isLong } from "../../../types/longs";
import { JsonNumber } from "../../../types/text/json";
import { formatDecimal, formatDouble, parseDecimal } from "../../../types/text/numbers";
import { JsonDecimal, type JsonDocument } from "../document";

/** The reason why a path cannot be evaluated, which ON ERROR handles. */
export class PathError extends Error {}

interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/**
 * A number in a path. A document's number is an integer or a double. A path's own number is a decimal if it has a point
 * and no exponent. A passed number keeps its type.
 */
export type Amount = bigint | number | Decimal;

const isWhole = (value: Amount): value is bigint => typeof value === "bigint";

export const jsonNumberOf = (value: Amount): JsonNumber => {
  if (typeof value === "object") return new JsonDecimal(formatDecimal(value.unscaled, value.scale));
  return new JsonNumber(isWhole(value) ? String(value) : formatDouble(value));
};

/** @throws PathError when the value is not a number, or is an integer out of the range of bigint. */
export function amount(value: JsonDocument): Amount {
  if (value instanceof JsonDecimal) {
    const decimal = parseDecimal(value.text);
    if (decimal) return decimal;
  }
  if (!(value instanceof JsonNumber)) throw new PathError(`invalid operand type: ${typeName(value)}`);
  if (!/^-?\d+$/.test(value.text)) return Number(value.text);
  const whole = BigInt(value.text);
  if (!isLong(whole)) throw new PathError("invalid operand type: number");
  return whole;
}

export function typeName(value: JsonDocument): string {
  if (value === null) return "null";
  if (value instanceof JsonNumber) return "number";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

/** For operands of two types, the result is a double if one of them is, and otherwise a decimal. */
export function arithmetic(operator: string, left: Amount, right: Amount): JsonNumber {
  if (typeof left === "number" || typeof right === "number")
    return jsonNumberOf(onDoubles[operator]?.(doubleOf(left), doubleOf(right)) ?? Number.NaN);
  if (isWhole(left) && isWhole(right)) return jsonNumberOf(ofWhole(operator, left, right));
  return jsonNumberOf(ofDecimals(operator, decimalOf(left), decimalOf(right)));
}

export const doubleOf = (value: Amount): number =>
  typeof value === "object" ? Number(formatDecimal(value.unscaled, value.scale)) : Number(value);

const decimalOf = (value: bigint | Decimal): Decimal =>
  isWhole(value) ? { unscaled: value, scale: 0 } : value;

/** Returns a number below zero, zero or above zero. */
export function compareAmounts(left: Amount, right: Amount): number {
  if (typeof left === "number" || typeof right === "number") return doubleOf(left) - doubleOf(right);
  const [a, b] = alike(decimalOf(left), decimalOf(right));
  return a < b ? -1 : Number(a > b);
}

export const negated = (value: Amount): Amount =>
  typeof value === "object" ? { ...value, unscaled: -value.unscaled } : -value;

export const isNegative = (value: Amount): boolean =>
  typeof value === "object" ? value.unscaled < 0n : value < 0;

const onDoubles: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};

function ofWhole(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    default:
      if (right === 0n) throw new PathError("Division by zero");
      return operator === "/" ? left / right : left % right;
  }
}

/** The results have the scales of Trino's operators. https://trino.io/docs/current/functions/decimal.html */
function ofDecimals(operator: string, left: Decimal, right: Decimal): Decimal {
  const [a, b] = alike(left, right);
  const scale = Math.max(left.scale, right.scale);
  switch (operator) {
    case "+":
      return { unscaled: a + b, scale };
    case "-":
      return { unscaled: a - b, scale };
    case "*":
      return { unscaled: left.unscaled * right.unscaled, scale: left.scale + right.scale };
    default:
      if (b === 0n) throw new PathError("Division by zero");
      return { unscaled: operator === "/" ? dividedBy(a * 10n ** BigInt(scale), b) : a % b, scale };
  }
}

const alike = (left: Decimal, right: Decimal): readonly [bigint, bigint] => {
  const scale = Math.max(left.scale, right.scale);
  const at = (value: Decimal) => value.unscaled * 10n ** BigInt(scale - value.scale);
  return [at(left), at(right)];
};

/** The quotient, rounded half away from zero. */
function dividedBy(value: bigint, by: bigint): bigint {
  const [size, divisor] = [value < 0n ? -value : value, by < 0n ? -by : by];
  const result = (2n * size + divisor) / (2n * divisor);
  return value < 0n === by < 0n ? result : -result;
}

/** `ceiling()` and `floor()`. A double stays a double, and a decimal gets the scale 0. */
export function rounded(value: Amount, up: boolean): Amount {
  if (isWhole(value)) return value;
  if (typeof value === "number") return up ? Math.ceil(value) : Math.floor(value);
  const unit = 10n ** BigInt(value.scale);
  const below = (value.unscaled - (((value.unscaled % unit) + unit) % unit)) / unit;
  return { unscaled: up && below * unit !== value.unscaled ? below + 1n : below, scale: 0 };
}

import type { Argument, Expr } from "../../bind/tree";
import { integerDigits, type Type, type TypeOf } from "../../types/types";
import type { Emission } from "../context";
import { constantOf } from "../fold";

/**
 * The number of digits that a number has at most, the digits behind the point included. It is often less than its type
 * allows: a sum of decimal(7,2) is a decimal(38,2), but it would take more than 10^31 rows to fill it.
 */
export function digitsOf(expr: Argument, emission: Emission): number {
  if (expr.kind === "lambda") return most;
  let digits = emission.bounds.get(expr);
  if (digits === undefined) {
    const limit = limitOf(expr.type);
    digits = Math.min(limit, boundOf(expr, emission) ?? limit);
    emission.bounds.set(expr, digits);
  }
  return digits;
}

/** Whether every value that an expression can have fits in a decimal type. */
export function fits(expr: Expr, to: TypeOf<"decimal">, emission: Emission): boolean {
  const digits = rescaled(expr.type, digitsOf(expr, emission), to);
  return digits !== undefined && digits <= to.precision;
}

const most = 38;

const limitOf = (type: Type): number =>
  type.kind === "decimal" ? type.precision : (integerDigits[type.kind] ?? most);

/** Digits that a sum of many rows has in addition to those of a row. */
const sumDigits = 10;

/** Aggregates and window functions that return one of the values of their first argument, or a value between them. */
const choosing: ReadonlySet<string> = new Set(
  "any_value arbitrary avg first_value lag last_value lead max min nth_value".split(" "),
);

function boundOf(expr: Expr, emission: Emission): number | undefined {
  const digits = (operand: Argument | undefined) => (operand ? digitsOf(operand, emission) : most);
  const largest = (operands: readonly Expr[]) => Math.max(...operands.map(digits));
  const constant = constantOf(expr, emission);
  if (constant) return digitsOfValue(constant.value);
  switch (expr.kind) {
    case "column":
      return emission.digitsIn(expr.id);
    case "cast":
      return expr.from ? undefined : rescaled(expr.value.type, digits(expr.value), expr.type);
    case "negate":
    case "try":
      return digits(expr.value);
    case "nullIf":
      return digits(expr.first);
    case "case":
      return largest([...expr.whens.map(({ result }) => result), expr.otherwise]);
    case "coalesce":
      return largest(expr.operands);
    case "arithmetic":
      return ofArithmetic(expr, digits(expr.left), digits(expr.right));
    case "aggregate":
    case "window": {
      const { name } = expr.call;
      if (expr.type.kind !== "decimal") return undefined;
      if (name === "sum") return digits(expr.arguments[0]) + sumDigits;
      // A default of lag and lead is their third argument.
      return choosing.has(name)
        ? Math.max(digits(expr.arguments[0]), expr.arguments[2] ? digits(expr.arguments[2]) : 0)
        : undefined;
    }
    default:
      return undefined;
  }
}

function digitsOfValue(value: unknown): number | undefined {
  if (value === null) return 1;
  if (typeof value !== "bigint" && !Number.isInteger(value)) return undefined;
  return String(value).replace("-", "").length;
}

const scaleOf = (type: Type): number | undefined => {
  if (type.kind === "decimal") return type.scale;
  return type.kind in integerDigits ? 0 : undefined;
};

function rescaled(from: Type, digits: number, to: Type): number | undefined {
  const [before, after] = [scaleOf(from), scaleOf(to)];
  if (before === undefined || after === undefined) return undefined;
  // Rounding may add a digit: 9.9 becomes 10.
  return after >= before ? digits + after - before : Math.max(1, digits - (before - after) + 1);
}

function ofArithmetic(
  { operator, left, right, type }: Extract<Expr, { kind: "arithmetic" }>,
  a: number,
  b: number,
): number | undefined {
  if (type.kind !== "decimal" || left.type.kind !== "decimal" || right.type.kind !== "decimal")
    return undefined;
  const [aScale, bScale] = [left.type.scale, right.type.scale];
  switch (operator) {
    case "+":
    case "-":
      return Math.max(a + type.scale - aScale, b + type.scale - bScale) + 1;
    case "*":
      return a + b;
    case "/":
      return a + type.scale + bScale - aScale;
    case "%":
      return undefined;
  }
}

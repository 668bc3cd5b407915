import type { ArithmeticOperator, Constant, ConstantValue, Expr } from "../bind/tree";
import { caster } from "../casts/caster";
import { TrinoError } from "../types/errors";
import { bigint, isIntegral, isNumeric, isText, type Type } from "../types/types";
import type { Emission } from "./context";
import { decimalFunction } from "./numbers/decimals";

/**
 * The constant that an expression is, or that its constants result in. Undefined where computing it fails, because the
 * statement fails only if the expression is evaluated for a row.
 */
export function constantOf(expr: Expr, emission: Emission): Constant | undefined {
  if (expr.kind === "constant") return expr;
  if (expr.kind !== "cast" && expr.kind !== "arithmetic") return undefined;
  if (!emission.constants.has(expr)) emission.constants.set(expr, computed(expr, emission));
  return emission.constants.get(expr);
}

type Computable = Extract<Expr, { kind: "cast" | "arithmetic" }>;

function computed(expr: Computable, emission: Emission): Constant | undefined {
  try {
    const value = expr.kind === "cast" ? castOf(expr, emission) : resultOf(expr, emission);
    return value === undefined ? undefined : { kind: "constant", type: expr.type, value };
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

const isSource = (type: Type): boolean => isNumeric(type) || isText(type) || isTarget(type);

/** Types whose constants are written as casts, so that DuckDB does not take them for something else. */
const isTarget = (type: Type): boolean =>
  isNumeric(type) || type.kind === "date" || type.kind === "timestamp";

function castOf(
  { value, from, type }: Extract<Expr, { kind: "cast" }>,
  emission: Emission,
): ConstantValue | undefined {
  if (from !== undefined || !isTarget(type) || !isSource(value.type)) return undefined;
  const constant = constantOf(value, emission);
  if (!constant || constant.value === null) return undefined;
  return caster(value.type, type, emission.session)(constant.value as never) as ConstantValue;
}

function resultOf(
  { operator, left, right, type }: Extract<Expr, { kind: "arithmetic" }>,
  emission: Emission,
): ConstantValue | undefined {
  const [a, b] = [constantOf(left, emission)?.value, constantOf(right, emission)?.value];
  if (a === null || b === null) return null;
  if (a === undefined || b === undefined) return undefined;
  if (type.kind === "decimal" && left.type.kind === "decimal" && right.type.kind === "decimal")
    return decimalFunction(operator, left.type.scale, right.type.scale, type)(a as bigint, b as bigint);
  if (!isIntegral(type) || !isIntegral(left.type) || !isIntegral(right.type)) return undefined;
  const result = integerOf(operator, BigInt(a as number | bigint), BigInt(b as number | bigint));
  if (result === undefined || BigInt.asIntN(64, result) !== result) return undefined;
  return caster(bigint, type, emission.session)(result) as ConstantValue;
}

/** Java's result of an operator, before it is known whether it is in the range of the type. */
function integerOf(operator: ArithmeticOperator, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
  }
}

import type { Constant, Expr } from "../../bind/tree";
import type { ComparisonOperator } from "../../parse/ast";
import { commonType } from "../../types/coercion";
import { decimalOf, isIntegral, sameType, type TypeOf } from "../../types/types";
import { emitConstant } from "../constants";
import { type Emission, emitExpr } from "../context";
import { constantOf } from "../fold";
import { fits } from "../numbers/digits";

type Comparison = Extract<Expr, { kind: "comparison" }>;

const mirrored = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/**
 * Writes a comparison of an exact number with a constant whose common type has too few digits for some values, such as
 * decimal(38,0) with 0.5. Trino compares the number as it is, and so the cast to that type does not fail. Undefined for
 * other comparisons.
 */
export function compareUncast(expr: Comparison, emission: Emission): string | undefined {
  const { left, right } = expr;
  if (expr.keepsCasts) return undefined;
  const large = [left, right].map((side) => signOfLarge(side, emission));
  if (large[1] !== undefined) return besideLarge(expr.operator, left, large[1], emission);
  if (large[0] !== undefined) return besideLarge(mirroredOf(expr.operator), right, large[0], emission);
  const ofRight = right.type.kind === "decimal" ? constantOf(right, emission) : undefined;
  if (ofRight) return compared(expr.operator, left, ofRight, emission);
  const ofLeft = left.type.kind === "decimal" ? constantOf(left, emission) : undefined;
  if (!ofLeft) return undefined;
  return compared(mirroredOf(expr.operator), right, ofLeft, emission);
}

const mirroredOf = (operator: Comparison["operator"]): Comparison["operator"] =>
  operator in mirrored ? mirrored[operator as "<"] : operator;

/** The sign of a constant that has more digits than decimals can have. Undefined for all others. */
function signOfLarge(expr: Expr, emission: Emission): 1 | -1 | undefined {
  const value = expr.type.kind === "decimal" ? constantOf(expr, emission)?.value : undefined;
  if (typeof value !== "bigint" || (value < limit && value > -limit)) return undefined;
  return value > 0n ? 1 : -1;
}

const limit = 10n ** 38n;

/** Writes a comparison with a constant from which all decimals differ in the same way. */
function besideLarge(
  operator: Comparison["operator"],
  other: Expr,
  sign: 1 | -1,
  emission: Emission,
): string {
  if (operator === "IS DISTINCT FROM") return "true";
  const holds =
    operator === "<>" || (operator.startsWith("<") && sign > 0) || (operator.startsWith(">") && sign < 0);
  return `(CASE WHEN ${emitExpr(other, emission)} IS NOT NULL THEN ${holds} END)`;
}

/** Writes BETWEEN as two such comparisons, if they are. Trino does so in conditions of rows, but not for a value. */
export function betweenUncast(
  { type, value, min, max }: Extract<Expr, { kind: "between" }>,
  emission: Emission,
): string | undefined {
  const comparison = (operator: ComparisonOperator, right: Expr) =>
    compareUncast({ kind: "comparison", type, operator, left: value, right }, emission);
  const [from, to] = [comparison(">=", min), comparison("<=", max)];
  return from !== undefined && to !== undefined ? `(${from} AND ${to})` : undefined;
}

function compared(
  operator: Comparison["operator"],
  cast: Expr,
  { type, value }: Constant,
  emission: Emission,
): string | undefined {
  if (typeof value !== "bigint" || type.kind !== "decimal") return undefined;
  const number = uncast(cast, type, emission);
  if (!number) return undefined;
  const scale = number.type.kind === "decimal" ? number.type.scale : 0;
  const factor = 10n ** BigInt(type.scale - scale);
  const isExact = value % factor === 0n;
  const below = value / factor - (isExact || value > 0n ? 0n : 1n);
  const sql = emitExpr(number, emission);
  const constant = emitConstant({ kind: "constant", type: decimalOf(38, scale), value: below });
  const plain = (by: ComparisonOperator | "IS DISTINCT FROM") => `(${sql} ${by} ${constant})`;
  if (isExact) return plain(operator);
  switch (operator) {
    case "IS DISTINCT FROM":
      return "true";
    case "=":
    case "<>":
      return `(CASE WHEN ${sql} IS NOT NULL THEN ${operator === "<>"} END)`;
    default:
      return plain(operator.startsWith("<") ? "<=" : ">");
  }
}

/** The number that is cast to a type with as many digits before the point as its own, if there were room for them. */
function uncast(cast: Expr, type: TypeOf<"decimal">, emission: Emission): Expr | undefined {
  if (cast.kind !== "cast" || cast.from !== undefined || cast.safe) return undefined;
  const { value } = cast;
  if (value.type.kind !== "decimal" && !isIntegral(value.type)) return undefined;
  const common = commonType(value.type, type);
  return common && sameType(common, type) && !fits(value, type, emission) ? value : undefined;
}

import type { Expr } from "../../bind/tree";
import { duckdbTypeText } from "../../types/duckdb";
import type { TypeOf } from "../../types/types";
import type { Emission } from "../context";
import { failure, inBranch } from "../failure";
import { isDivisor, mayFail, nullTests } from "../nulls";

/** A decimal operand. */
export interface Operand {
  readonly type: TypeOf<"decimal">;
  /** The digits that the value has at most. */
  readonly digits: number;
}

interface Division {
  readonly left: string;
  readonly right: string;
  readonly a: Operand;
  readonly b: Operand;
  readonly type: TypeOf<"decimal">;
}

/** The test of a column for NULL. */
const ofColumn = /^\w+ IS NULL$/;

/** The longest SQL of operands that is written twice. */
const longest = 300;

/**
 * The quotient of decimals, computed in integers with one more digit than the result has, and rounded by the cast to
 * the result's type. It is NULL for a divisor of 0. Undefined when DuckDB's integers are too small.
 *
 * DuckDB divides numbers of 64 bits a hundred times as fast as those of 128 bits, so numbers that happen to be small are
 * divided in 64 bits.
 */
export function quotient(division: Division): string | undefined {
  const { left, right, a, b, type } = division;
  const shift = type.scale + b.type.scale + 1;
  const digits = a.digits + shift - a.type.scale;
  if (a.digits + shift > 38 || b.digits + b.type.scale > 38 || digits > type.precision + 1) return undefined;
  const result = type.scale + 1;
  const small = { left: 17 - shift, right: 17 - b.type.scale, result: 17 - result };
  const isSmall = a.digits <= small.left && b.digits <= small.right && digits <= small.result;
  if (isSmall) return written(division, shift, small, "CAST");
  const large = written(division, shift, { left: 38, right: 38, result: 38 }, "CAST");
  const hasRoom = small.left > a.type.scale && small.right > b.type.scale && small.result > 0;
  return hasRoom && left.length + right.length < longest
    ? `coalesce(${written(division, shift, small, "TRY_CAST")}, ${large})`
    : large;
}

/** The quotient of operands that are cast to decimals of the given numbers of digits. */
function written(
  { left, right, a, b, type }: Division,
  shift: number,
  digits: { readonly left: number; readonly right: number; readonly result: number },
  cast: "CAST" | "TRY_CAST",
): string {
  const integer = digits.left < 18 ? "BIGINT" : "HUGEINT";
  /** The digits of a decimal, followed by the given number of zeros. */
  const whole = (sql: string, operand: Operand, precision: number, by: number) => {
    const fits = operand.type.precision <= precision && operand.type.precision > 18 === precision > 18;
    const held = fits ? sql : `${cast}(${sql} AS DECIMAL(${precision}, ${operand.type.scale}))`;
    return by === 0
      ? `CAST(${held} AS ${integer})`
      : `CAST(${held} * CAST(1${"0".repeat(by)} AS DECIMAL(${by + 1}, 0)) AS ${integer})`;
  };
  const divided = `${whole(left, a, digits.left, shift)} // ${whole(right, b, digits.right, b.type.scale)}`;
  const scale = type.scale + 1;
  const unit = `CAST('0.${"1".padStart(scale, "0")}' AS DECIMAL(${scale + 1}, ${scale}))`;
  return `CAST(${cast}(${divided} AS DECIMAL(${digits.result}, 0)) * ${unit} AS ${duckdbTypeText(type)})`;
}

/**
 * Makes a division, which is NULL for a divisor of 0, fail there. Operands that read columns are not written again,
 * except to know whether they are NULL.
 */
export function checkDivisor(
  divided: string,
  { left, right, type }: Extract<Expr, { kind: "arithmetic" }>,
  leftSql: string,
  rightSql: string,
  emission: Emission,
): string {
  if (isDivisor(right, emission)) return divided;
  const failed = failure(duckdbTypeText(type), "DIVISION_BY_ZERO", "Division by zero");
  const nulls = [...new Set([...nullTests(left, emission), ...nullTests(right, emission)])];
  const [first] = nulls;
  if (first === undefined)
    return `CASE WHEN ${rightSql} = 0 AND ${leftSql} IS NOT NULL THEN ${failed} ELSE ${divided} END`;
  const isNull = nulls.join(" OR ");
  if (nulls.every((test) => ofColumn.test(test)) && !mayFail(left, emission))
    return `CASE WHEN ${isNull} THEN NULL ELSE coalesce(${divided}, ${failed}) END`;
  // The quotient comes first where its left operand has to fail, although the right one is NULL. Long tests are
  // evaluated only where the quotient is NULL.
  return inBranch(`coalesce(${divided}, CASE WHEN ${isNull} THEN NULL ELSE ${failed} END)`, first);
}

import type { Expr } from "../../bind/tree";
import { isTypeOnlyCoercion } from "../../types/coercion";
import { type Emission, emitExpr, wholeName } from "../context";

/**
 * Writes the operands of a comparison between a `varchar(n)` column and strings of fewer than n characters. Such a
 * string compares in the same way with the uncut value as with its first n characters, and DuckDB has statistics of the
 * uncut values.
 */
export function emitOperands(operands: readonly Expr[], emission: Emission): string[] {
  const texts = operands.map(textOf);
  const columns = operands.flatMap((operand, index) => (texts[index] === undefined ? [operand] : []));
  const [column] = columns;
  const longest = Math.max(...texts.map((text) => (text === undefined ? 0 : [...text].length)));
  const whole = columns.length === 1 && column && uncutNameOf(column, longest, emission);
  return operands.map((operand) => (whole && operand === column ? whole : emitExpr(operand, emission)));
}

/** The name of the column with the uncut strings, if the column's length is greater than the given one. */
export function uncutNameOf(expr: Expr, length: number, emission: Emission): string | undefined {
  const column = uncast(expr);
  if (column.kind !== "column" || column.type.kind !== "varchar") return undefined;
  if (!emission.whole.has(column.id) || emission.computedAs(column) !== undefined) return undefined;
  return length < (column.type.length ?? 0) ? wholeName(column.id) : undefined;
}

function textOf(expr: Expr): string | undefined {
  const constant = uncast(expr);
  return constant.kind === "constant" &&
    constant.type.kind === "varchar" &&
    typeof constant.value === "string"
    ? constant.value
    : undefined;
}

/** The expression without casts that only change the length of its string type. */
const uncast = (expr: Expr): Expr =>
  expr.kind === "cast" &&
  expr.from === undefined &&
  expr.type.kind === "varchar" &&
  isTypeOnlyCoercion(expr.value.type, expr.type)
    ? uncast(expr.value)
    : expr;

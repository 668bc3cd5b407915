import type { Expr } from "../../bind/tree";
import { isTypeOnlyCoercion } from "../../types/coercion";
import { type Emission, emitExpr, wholeName } from "../context";

/**
 * The operands of a comparison between a column of `varchar(n)` and texts of fewer characters. Such a text compares with the
 * first n characters as with all of them, and of all of them DuckDB has the statistics.
 */
export function emitOperands(operands: readonly Expr[], emission: Emission): string[] {
  const texts = operands.map(textOf);
  const columns = operands.flatMap((operand, index) => (texts[index] === undefined ? [operand] : []));
  const [column] = columns;
  const longest = Math.max(...texts.map((text) => (text === undefined ? 0 : [...text].length)));
  const whole = columns.length === 1 && column && wholeOf(column, longest, emission);
  return operands.map((operand) => (whole && operand === column ? whole : emitExpr(operand, emission)));
}

/** The name of all of a column's text, where its own length is more than some. */
export function wholeOf(expr: Expr, length: number, emission: Emission): string | undefined {
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

/** What is only taken for a longer type of texts. */
const uncast = (expr: Expr): Expr =>
  expr.kind === "cast" &&
  expr.from === undefined &&
  expr.type.kind === "varchar" &&
  isTypeOnlyCoercion(expr.value.type, expr.type)
    ? uncast(expr.value)
    : expr;

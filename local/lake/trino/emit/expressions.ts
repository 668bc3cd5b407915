import type { Expr } from "../bind/tree";
import { expressionKey } from "../bind/tree/key";
import { childrenOf, contains, isColumn, isSubquery } from "../bind/tree/visit";
import { computedOnce, isLongSql } from "../functions/computed-once";
import { firstColumnOf } from "../functions/registry";
import { duckdbTypeText, fieldOf } from "../types/duckdb";
import { TrinoError } from "../types/errors";
import { formatType } from "../types/format";
import type { Type } from "../types/types";
import { emitArguments, emitScalarArguments, emitSortKeys } from "./calls";
import { canonical, containsZone, keyOf } from "./canonical";
import { emitCast } from "./cast";
import { emitComparison, plainlyEqual } from "./conditions/comparisons";
import { emitTest } from "./conditions/conditions";
import { compareUncast } from "./conditions/decimals";
import { conditionsOfRow, inOrder } from "./conditions/in-order";
import { emitLike } from "./conditions/like";
import { emitOperands } from "./conditions/whole";
import { emitConstant } from "./constants";
import { type Emission, emitExpr, emittedColumn } from "./context";
import { inBranchOf } from "./failure";
import { constantOf } from "./fold";
import { isNullConstant, mayFail, stopAtNull } from "./nulls";
import { emitArithmetic, emitNegate } from "./numbers/arithmetic";
import { emitSubquery } from "./subqueries";
import { emitSubscript } from "./subscripts";
import { emitWindow } from "./windows";
import { emitAtTimeZone } from "./zones";

/** Writes an expression in DuckDB's SQL, which can be an operand of any operator. */
export function writeExpression(expr: Expr, emission: Emission): string {
  if (expr.kind === "column") return emission.computedAs(expr) ?? emittedColumn(expr.id);
  return emission.computedAs(expr) ?? emission.once("sql", expr, () => written(expr, emission));
}

function written(expr: Exclude<Expr, { kind: "column" }>, emission: Emission): string {
  const constant = constantOf(expr, emission);
  if (constant) return emitConstant(constant);
  switch (expr.kind) {
    case "constant":
      return emitConstant(expr);
    case "variable":
      return emission.variableText(expr.id);
    case "call": {
      // A call that is not evaluated may still be refused for its types.
      const sql = expr.call.emit(emitScalarArguments(expr, emission), emission);
      return isNullConstant(expr, emission)
        ? emitConstant({ kind: "constant", type: expr.type, value: null })
        : typed(sql, expr.type);
    }
    case "aggregate":
      return emitAggregate(expr, emission);
    case "window":
      return emitWindow(expr, emission);
    case "grouping":
      throw new Error("grouping() outside of its groups");
    case "cast": {
      const text = textConstant(expr.value, expr.type);
      if (text !== undefined) return text;
      return emitCast(expr, emission);
    }
    case "arithmetic": {
      const operands = [expr.left, expr.right];
      const [left = "", right = ""] = stopAtNull(
        operands,
        operands.map((operand) => emitExpr(operand, emission)),
        emission,
      );
      return `(${emitArithmetic(expr, left, right, emission)})`;
    }
    case "negate":
      return `(${emitNegate(emitExpr(expr.value, emission), expr.type)})`;
    case "comparison": {
      const exact = compareUncast(expr, emission);
      if (exact !== undefined) return exact;
      const operands = [expr.left, expr.right];
      const written = emitOperands(operands, emission);
      const [left = "", right = ""] = compared(expr.operator, operands, written, emission);
      return emitComparison(expr.operator, left, right, expr.left.type, emission);
    }
    case "logical":
      return `(${inOrder(
        expr.operator,
        emitLazily(expr.terms, emission).map((sql, index) => ({
          sql,
          fails: mayFail(expr.terms[index] as Expr, emission),
        })),
        emission.row,
      )})`;
    case "not":
      return `(NOT ${emitExpr(expr.value, emission)})`;
    case "isNull":
      return `(${emitExpr(expr.value, emission)} IS NULL)`;
    case "between": {
      const [value = "", ...limits] = emitOperands([expr.value, expr.min, expr.max], emission);
      const [min = "", max = ""] = stopped(expr.value, value, [expr.min, expr.max], limits, emission);
      const { type } = expr.value;
      // A value without columns may fail as well when the statement is planned.
      const isGuarded = emission.row !== undefined && mayFail(expr.value, emission);
      const [minFails, maxFails] = [mayFail(expr.min, emission), mayFail(expr.max, emission)];
      const terms = [
        { sql: emitComparison(">=", value, min, type, emission), fails: minFails || isGuarded },
        { sql: emitComparison("<=", value, max, type, emission), fails: minFails || maxFails || isGuarded },
      ];
      return `(${inOrder("AND", terms, emission.row)})`;
    }
    case "in":
      return emitIn(expr, emission);
    case "like":
      return emitLike(expr, emission);
    case "case":
      return emitCase(expr, emission);
    case "coalesce":
      return emitCoalesce(expr.operands, emission);
    case "nullIf":
      return emitNullIf(expr, emission);
    case "try":
      return isFallible(expr.value)
        ? emitTry(emitExpr(expr.value, emission))
        : emitExpr(expr.value, emission);
    case "row":
      return `{${expr.items.map((item, index) => `'${fieldOf(index)}': ${emitExpr(item, emission)}`).join(", ")}}`;
    case "array":
      return `CAST([${expr.items.map((item) => emitExpr(item, emission)).join(", ")}] AS ${duckdbTypeText(expr.type)})`;
    case "field":
      return emitField(expr, emission);
    case "subscript":
      return `(${emitSubscript(expr, emission)})`;
    case "atTimeZone":
      return emitAtTimeZone(expr, emission);
    case "exists":
    case "scalarSubquery":
    case "inSubquery":
    case "quantified":
      return emitSubquery(expr, emission);
  }
}

const isFallible = (expr: Expr): boolean =>
  expr.kind !== "constant" && (childrenOf(expr).length > 0 || expr.kind === "call");

const nested: ReadonlySet<Type["kind"]> = new Set(["array", "map", "row", "function", "opaque"]);

/**
 * Writes a call with an explicit type. DuckDB turns a call with a constant NULL into a NULL without a type, which
 * overloaded functions do not accept.
 */
const typed = (sql: string, type: Type): string =>
  nested.has(type.kind) ? `(${sql})` : `CAST((${sql}) AS ${duckdbTypeText(type)})`;

/**
 * Writes TRY.
 *
 * In a branch, no part is computed outside of TRY, where an error fails the statement.
 *
 * After an error, DuckDB 1.5 computes the rows one by one into a vector with room for one row, but CASE and COALESCE
 * write each row at its own index, and thus beyond that vector into other columns. As a field of a struct, they get a
 * vector for all rows.
 */
function emitTry(sql: string): string {
  const tried = `TRY(struct_extract(struct_pack(f0 := ${sql}), 'f0'))`;
  return inBranchOf(tried, firstColumnOf(sql));
}

/** Writes a field of a row. Of a row that is made for it, only that field is evaluated. */
function emitField({ base, index, type }: Extract<Expr, { kind: "field" }>, emission: Emission): string {
  const [made, isCast] =
    base.kind === "cast" && !base.safe && base.from === undefined ? [base.value, true] : [base, false];
  const item = made.kind === "row" && emission.computedAs(base) === undefined ? made.items[index] : undefined;
  if (!item) return `struct_extract(${emitExpr(base, emission)}, '${fieldOf(index)}')`;
  return emitExpr(isCast ? { kind: "cast", type, value: item, safe: false } : item, emission);
}

function emitCoalesce(all: readonly Expr[], emission: Emission): string {
  // What stands after a constant is never evaluated.
  const known = all.findIndex((operand) => (constantOf(operand, emission)?.value ?? null) !== null);
  const operands = known < 0 ? all : all.slice(0, known + 1);
  const sql = `coalesce(${emitLazily(operands, emission).join(", ")})`;
  const isSafe = !operands.slice(1).some((operand) => mayFail(operand, emission));
  return isSafe ? sql : inBranchOf(sql, firstColumnOf(sql));
}

function emitAggregate(expr: Extract<Expr, { kind: "aggregate" }>, emission: Emission): string {
  const clauses = {
    distinct: expr.distinct,
    alone: emission.alone,
    ...(expr.filter && { filter: emitTest(expr.filter, emission) }),
    ...(expr.orderBy.length > 0 && { orderBy: emitSortKeys(expr.orderBy, emission) }),
  };
  const isDistinct = expr.distinct || expr.call.name === "approx_distinct";
  const args = emitArguments(expr.arguments, emission).map((argument, index) => {
    const given = expr.arguments[index];
    if (!isDistinct || argument.kind === "lambda" || !given || given.kind === "lambda") return argument;
    return { ...argument, sql: distinctValue(expr.call.name, argument.sql, given.type, emission) };
  });
  return `(${expr.call.emit(args, emission, clauses)})`;
}

/** Aggregates whose result does not tell which of several equal values they had. */
const counting: ReadonlySet<string> = new Set(["approx_distinct", "count"]);

/** An argument of an aggregate with DISTINCT, of whose equal values DuckDB takes one. */
function distinctValue(name: string, sql: string, type: Type, emission: Emission): string {
  if (counting.has(name)) return keyOf(sql, type, emission);
  if (name !== "max" && name !== "min" && containsZone(type))
    throw new TrinoError(
      "NOT_SUPPORTED",
      `${name}(DISTINCT …) of ${formatType(type)} is not supported here: one instant in two zones is one value`,
    );
  return canonical(sql, type, emission);
}

/** The operands of a comparison. Trino takes `a > b` for `b < a`, and so evaluates b first. */
function compared(
  operator: Extract<Expr, { kind: "comparison" }>["operator"],
  operands: readonly Expr[],
  sqls: readonly string[],
  emission: Emission,
): readonly string[] {
  if (operator === "IS DISTINCT FROM") return sqls;
  if (operator !== ">" && operator !== ">=") return stopAtNull(operands, sqls, emission);
  return stopAtNull(operands.toReversed(), sqls.toReversed(), emission).toReversed();
}

/** What a value is compared with, which is not evaluated where the value is NULL. */
const stopped = (
  value: Expr,
  sql: string,
  others: readonly Expr[],
  sqls: readonly string[],
  emission: Emission,
): readonly string[] =>
  others.map((other, index) => stopAtNull([value, other], [sql, sqls[index] ?? ""], emission)[1] ?? "");

function emitIn(expr: Extract<Expr, { kind: "in" }>, emission: Emission): string {
  const [only] = expr.items;
  const exact =
    expr.items.length === 1 &&
    only &&
    compareUncast(
      { kind: "comparison", type: expr.type, operator: "=", left: expr.value, right: only },
      emission,
    );
  if (exact) return exact;
  const [value = "", ...all] = emitOperands([expr.value, ...expr.items], emission);
  const items = stopped(expr.value, value, expr.items, all, emission);
  const { type } = expr.value;
  const isIn = (sqls: readonly string[]): string =>
    plainlyEqual.has(type.kind)
      ? `(${value} IN (${sqls.join(", ")}))`
      : `(${sqls.map((item) => emitComparison("=", value, item, type, emission)).join(" OR ")})`;
  if (expr.items.every((item) => item.kind === "constant" && item.value === null))
    return emitConstant({ kind: "constant", type: expr.type, value: null });
  const fails = expr.items.map((item) => mayFail(item, emission));
  if (!fails.includes(true)) return isIn(items);
  // Trino looks among the constants first, and for the others in their order. Of constants alone it evaluates all.
  const safe = items.filter((_, index) => !fails[index]);
  const terms = items.flatMap((item, index) => (fails[index] ? [{ sql: isIn([item]), fails: true }] : []));
  const others = safe.length === 0 ? [] : [{ sql: isIn(safe), fails: false }];
  const isConstant = [expr.value, ...expr.items].every((one) => !contains(one, isColumn));
  return `(${inOrder("OR", isConstant ? [...terms, ...others] : [...others, ...terms], emission.row)})`;
}

/** A string literal as a string type of another length, so that DuckDB knows the constant when it plans conditions. */
function textConstant(value: Expr, to: Type): string | undefined {
  if (value.kind !== "constant" || value.type.kind !== "varchar" || typeof value.value !== "string")
    return undefined;
  if (to.kind !== "varchar" && to.kind !== "char") return undefined;
  const text = Array.from(value.value).slice(0, to.length).join("");
  return emitConstant({ ...value, type: to, value: text });
}

function emitNullIf(expr: Extract<Expr, { kind: "nullIf" }>, emission: Emission): string {
  const write = (first: string) => {
    const condition = { sql: emitExpr(expr.condition, emission), fails: mayFail(expr.condition, emission) };
    const tested = conditionsOfRow([condition], first, emission.row);
    return `(CASE WHEN ${tested} THEN CAST(NULL AS ${duckdbTypeText(expr.type)}) ELSE ${first} END)`;
  };
  const first = emitExpr(expr.first, emission);
  if (!isLongSql([first]) || contains(expr.condition, isSubquery)) return write(first);
  return computedOnce(emission, [first], ([name = ""]) =>
    emission.within(new Map([[expressionKey(expr.first), name]]), () => write(name)),
  );
}

function emitCase(expr: Extract<Expr, { kind: "case" }>, emission: Emission): string {
  const tests = expr.whens.map(({ condition }) => emitTest(condition, emission));
  const branches = [...expr.whens.map(({ result }) => result), expr.otherwise];
  const results = emitLazily(branches, emission, tests);
  const terms = expr.whens.map(({ condition }, index) => ({
    sql: tests[index] ?? "",
    fails: mayFail(condition, emission),
  }));
  const conditions = conditionsOfRow(terms, results.join(" "), emission.row);
  const whens = conditions.map((condition, index) => `WHEN ${condition} THEN ${results[index]}`);
  return `(CASE ${whens.join(" ")} ELSE ${results.at(-1)} END)`;
}

/**
 * Writes expressions that are evaluated for some rows only. DuckDB evaluates a condition without columns when it plans
 * the statement, and a failure there would fail the statement. So such conditions get a test over a column of the rows.
 *
 * @param beside SQL that is evaluated for the same rows.
 */
function emitLazily(exprs: readonly Expr[], emission: Emission, beside: readonly string[] = []): string[] {
  const sqls = exprs.map((expr) => emitExpr(expr, emission));
  if (emission.row !== undefined) return sqls;
  const fixed = new Set(exprs.filter((expr) => hasFixedTest(expr, emission)));
  const column = fixed.size > 0 ? firstColumnOf([...beside, ...sqls].join(" ")) : undefined;
  if (column === undefined) return sqls;
  return exprs.map((expr, index) =>
    fixed.has(expr) ? emission.inRows(column, () => emitExpr(expr, emission)) : (sqls[index] ?? ""),
  );
}

/** Kinds of expressions that are written with conditions. */
const withTests: ReadonlySet<Expr["kind"] | "lambda"> = new Set([
  "between",
  "case",
  "coalesce",
  "in",
  "logical",
  "nullIf",
]);

/** Whether an expression has a part without columns that is written with conditions, and may fail. */
const hasFixedTest = (expr: Expr, emission: Emission): boolean =>
  contains(expr, (node) => withTests.has(node.kind) && !contains(node, isColumn) && mayFail(node, emission));

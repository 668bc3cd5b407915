import { named } from "../../quote";
import type { Argument, BoundCall, Expr, SortKey } from "../bind/tree";
import { collect, isColumn } from "../bind/tree/visit";
import type { EmittedArgument } from "../functions/registry";
import { duckdbTypeText, fieldOf } from "../types/duckdb";
import { notCompared } from "../types/nested";
import { type Type, type TypeOf, varchar } from "../types/types";
import { containsZone, keyOf } from "./canonical";
import { type Emission, emitExpr, emittedColumn } from "./context";
import { failure } from "./failure";
import { isCalledWithNull, mayFail, nullTests, stopAtNull } from "./nulls";
import { digitsOf } from "./numbers/digits";

export function emitArguments(args: readonly Argument[], emission: Emission): EmittedArgument[] {
  const captured = capturedColumn(args);
  return args.map((argument, index): EmittedArgument => {
    if (argument.kind === "lambda") {
      const ids = argument.parameters.map(({ id }) => id);
      return {
        kind: "lambda",
        body: (texts) => emission.withVariables(ids, texts, () => emitExpr(argument.body, emission)),
      };
    }
    const literal = textOf(argument);
    if (index === 0 && captured !== undefined) {
      const sql = emitExpr(argument, emission);
      return { kind: "value", sql: `CASE WHEN ${captured} IS NULL THEN ${sql} ELSE ${sql} END` };
    }
    return {
      kind: "value",
      sql: emitExpr(argument, emission),
      ...(literal !== undefined && { literal }),
      ...(argument.type.kind === "decimal" && { digits: digitsOf(argument, emission) }),
    };
  });
}

/** The arguments of a scalar function, none of which is evaluated after one that is NULL. */
export function emitScalarArguments(call: BoundCall, emission: Emission): EmittedArgument[] {
  const { arguments: args } = call;
  const written = emitArguments(args, emission);
  const values = args.flatMap((argument, index) => (argument.kind === "lambda" ? [] : [{ argument, index }]));
  const sqls = stopAtNull(
    values.map(({ argument }) => argument),
    values.map(({ index }) => sqlOf(written[index])),
    emission,
    (at) => !isCalledWithNull(call, values[at]?.index ?? at),
  );
  const nulls = values.filter(
    ({ argument, index }) => isCalledWithNull(call, index) && nullTests(argument, emission).size > 0,
  );
  for (const [at, { argument, index }] of values.entries()) {
    const before = written[index];
    const failsBesideNull = nulls.some((other) => other.index !== index) && mayFail(argument, emission);
    if (before?.kind === "value")
      written[index] = { ...before, sql: sqls[at] ?? before.sql, failsBesideNull };
  }
  return written;
}

const sqlOf = (argument: EmittedArgument | undefined): string =>
  argument?.kind === "value" ? argument.sql : "";

/**
 * A column that is read only in lambdas, when no other argument reads any column. In a correlated subquery, DuckDB
 * finds an outer column in a lambda only if an argument beside the lambda reads an outer column too.
 */
function capturedColumn(args: readonly Argument[]): string | undefined {
  const [first] = args;
  if (first === undefined || first.kind === "lambda" || args.every(({ kind }) => kind !== "lambda"))
    return undefined;
  if (args.some((argument) => argument.kind !== "lambda" && collect(argument, isColumn).length > 0))
    return undefined;
  const [column] = args.flatMap((argument) => collect(argument, isColumn));
  return column && emittedColumn(column.id);
}

/** The text of a varchar literal, whether it is coerced or not. */
const textOf = (expr: Expr): string | undefined =>
  expr.kind === "constant" && expr.type.kind === varchar.kind && typeof expr.value === "string"
    ? expr.value
    : undefined;

/** Writes sort keys, such as `x DESC NULLS LAST, y ASC NULLS FIRST`. */
export const emitSortKeys = (keys: readonly SortKey[], emission: Emission): string =>
  keys
    .map(
      ({ expr, descending, nullsFirst }) =>
        `${sortedBy(sortExpr(expr, emission), expr.type, emission)} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`,
    )
    .join(", ");

/**
 * What rows are sorted by. Trino fails when it compares a NULL inside of a value with another value. Which values it
 * compares depends on its sorting, so it fails here for every such NULL.
 */
function sortedBy(sql: string, type: Type, emission: Emission): string {
  if ((type.kind !== "array" && type.kind !== "row") || containsZone(type)) return keyOf(sql, type, emission);
  const failed = failure(duckdbTypeText(type), "NOT_SUPPORTED", notCompared[type.kind]);
  return `CASE WHEN ${hasNull(sql, type, emission)} THEN ${failed} ELSE ${sql} END`;
}

/** Whether an array or a row has a NULL in it. */
function hasNull(sql: string, type: TypeOf<"array"> | TypeOf<"row">, emission: Emission): string {
  const inItem = (item: string, itemType: Type): string =>
    itemType.kind === "array" || itemType.kind === "row"
      ? `${item} IS NULL OR ${hasNull(item, itemType, emission)}`
      : `${item} IS NULL`;
  const x = emission.variable();
  if (type.kind === "array")
    return `coalesce(len(list_filter(${sql}, lambda ${x}: ${inItem(x, type.element)})) > 0, false)`;
  const fields = type.fields.map((field, index) => `(${inItem(`${x}.${fieldOf(index)}`, field.type)})`);
  return `coalesce(${named(x, sql, `${x} IS NOT NULL AND (${fields.join(" OR ")})`)}, false)`;
}

/** DuckDB takes a literal in ORDER BY as the position of a column, or refuses it. */
const sortExpr = (expr: Expr, emission: Emission): string =>
  expr.kind === "constant"
    ? `CAST(${emitExpr(expr, emission)} AS ${duckdbTypeText(expr.type)})`
    : emitExpr(expr, emission);

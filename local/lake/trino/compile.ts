import type { BindingContext, Env } from "./bind/context";
import { emptyScope } from "./bind/context";
import { bindExpression } from "./bind/expressions/expressions";
import { type BoundInsert, bindInsert } from "./bind/queries/insert";
import { bindQueryBody, bindWholeQuery } from "./bind/queries/queries";
import type { BoundCatalog, BoundQuery, Expr } from "./bind/tree";
import { Emission, emitQuery, type TableSource } from "./emit/context";
import { writeExpression } from "./emit/expressions";
import { writeQuery } from "./emit/queries";
import type { EmitContext, JavaScriptFunction } from "./functions/registry";
import type { Insert, Query } from "./parse/ast";
import type { Type } from "./types/types";

export interface CompileOptions {
  readonly catalog: BoundCatalog;
  /** The schema of table names that have no schema. */
  readonly schema: string;
  readonly session: BindingContext["session"];
  /** Values of the statement's `?` parameters. */
  readonly parameters: readonly Expr[];
}

/** Binds a query: resolves its names and determines its types. */
export const bind = (query: Query, options: CompileOptions): BoundQuery =>
  bindWholeQuery(query, environment(options));

/** Binds an INSERT INTO. Its rows have the columns of the table. */
export const bindInsertInto = (insert: Insert, options: CompileOptions): BoundInsert =>
  bindInsert(insert, environment(options));

function environment(options: CompileOptions): Env {
  let ids = 0;
  const binders = { expression: bindExpression, query: bindWholeQuery, body: bindQueryBody };
  return {
    context: { ...options, nextId: () => ++ids, binders },
    scope: emptyScope,
    ctes: new Map(),
  };
}

export interface ResultColumn {
  readonly name: string;
  readonly type: Type;
}

/** A query translated to DuckDB's SQL. */
export interface Emitted {
  readonly sql: string;
  /** The JavaScript functions that the query calls. */
  readonly functions: Iterable<JavaScriptFunction>;
}

/** @param source Returns the SQL of a table's rows. */
export function emit(bound: BoundQuery, session: BindingContext["session"], source: TableSource): Emitted {
  const emission = emissionOf(session, source);
  const sql = emitQuery(bound, emission);
  return { sql, functions: emission.functions.values() };
}

/** The object that translates a statement to DuckDB's SQL. */
export const emissionOf = (session: EmitContext["session"], source: TableSource): Emission =>
  new Emission(session, source, { expression: writeExpression, query: writeQuery });

/** The result's columns with Trino's names. A column without a name is called `_col0`, `_col1`, … */
export const resultColumns = ({ outputs }: BoundQuery): ResultColumn[] =>
  outputs.map(({ name, type }, index) => ({ name: name ?? `_col${index}`, type }));

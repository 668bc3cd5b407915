import type { Context, Env } from "./bind/context";
import { emptyScope } from "./bind/context";
import { bindExpression } from "./bind/expressions/expressions";
import { type BoundInsert, bindInsert } from "./bind/queries/insert";
import { bindQueryBody, bindWholeQuery } from "./bind/queries/queries";
import type { BoundQuery, Catalog, Expr } from "./bind/tree";
import { Emission, emitQuery, type TableSource } from "./emit/context";
import { writeExpression } from "./emit/expressions";
import { writeQuery } from "./emit/queries";
import type { EmitContext, JavaScriptFunction } from "./functions/registry";
import type { Insert, Query } from "./parse/ast";
import type { Type } from "./types/types";

export interface CompileOptions {
  readonly catalog: Catalog;
  /** The schema of tables that are named without one. */
  readonly schema: string;
  readonly session: Context["session"];
  /** Values of the statement's `?`. */
  readonly parameters: readonly Expr[];
}

/** A query whose names and types are known. */
export const bind = (query: Query, options: CompileOptions): BoundQuery =>
  bindWholeQuery(query, environment(options));

/** An INSERT INTO whose rows have the columns of its table. */
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

/** A query in DuckDB's words. */
export interface Emitted {
  readonly sql: string;
  /** The JavaScript functions that it calls. */
  readonly functions: Iterable<JavaScriptFunction>;
}

/** @param source The SQL of what a table gives. */
export function emit(bound: BoundQuery, session: Context["session"], source: TableSource): Emitted {
  const emission = emissionOf(session, source);
  const sql = emitQuery(bound, emission);
  return { sql, functions: emission.functions.values() };
}

/** What writes a statement in DuckDB's words. */
export const emissionOf = (session: EmitContext["session"], source: TableSource): Emission =>
  new Emission(session, source, { expression: writeExpression, query: writeQuery });

/** The result's columns as Trino names them: `_col0` where a column has no name. */
export const resultColumns = ({ outputs }: BoundQuery): ResultColumn[] =>
  outputs.map(({ name, type }, index) => ({ name: name ?? `_col${index}`, type }));

import type { Context } from "./bind/context";
import { emptyScope } from "./bind/context";
import { bindQuery } from "./bind/queries";
import type { BoundQuery, Catalog, Constant } from "./bind/tree";
import { Emission, type TableSource } from "./emit/context";
import { emitQuery } from "./emit/queries";
import type { JavaScriptFunction } from "./functions/registry";
import type { Query } from "./parse/ast";
import type { Type } from "./types/types";

export interface CompileOptions {
  readonly catalog: Catalog;
  /** The schema of tables that are named without one. */
  readonly schema: string;
  readonly session: Context["session"];
  /** Values of the statement's `?`. */
  readonly parameters: readonly Constant[];
}

/** A query whose names and types are known. */
export function bind(query: Query, options: CompileOptions): BoundQuery {
  let ids = 0;
  const context: Context = { ...options, nextId: () => ++ids };
  return bindQuery(query, { context, scope: emptyScope, ctes: new Map() });
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
  const emission = new Emission(session, source);
  const sql = emitQuery(bound, emission);
  return { sql, functions: emission.functions.values() };
}

/** The result's columns as Trino names them: `_col0` where a column has no name. */
export const resultColumns = ({ outputs }: BoundQuery): ResultColumn[] =>
  outputs.map(({ name, type }, index) => ({ name: name ?? `_col${index}`, type }));

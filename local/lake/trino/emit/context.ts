import type { BoundCte, BoundQuery, Expr, TableRelation } from "../bind/tree";
import { expressionKey } from "../bind/tree/key";
import { type EmitContext, type JavaScriptFunction, sqlName } from "../functions/registry";

/** What a scan reads from, in DuckDB's words. */
export interface TableText {
  /** A FROM item without an alias, that gives the columns which the statement uses under `columnName`. */
  readonly sql: string;
  /** Whether it has a column under `wholeName` for each one of `varchar(n)`, with the texts before they are cut. */
  readonly hasWhole?: boolean;
}

export type TableSource = (scan: TableRelation) => TableText;

/** Of what names no table. */
export const noTable = (): TableText => ({ sql: "" });

/** Expressions and queries stand in each other: what writes them is put together where a statement begins. */
export interface Writers {
  expression(expr: Expr, emission: Emission): string;
  query(query: BoundQuery, emission: Emission): string;
}

/**
 * What an emission keeps while it writes a statement: the JavaScript functions that it calls, and the names that stand for
 * expressions which a stage below has already computed.
 */
export class Emission implements EmitContext {
  readonly functions = new Map<string, JavaScriptFunction>();
  /** Ids of the columns that stand uncut beside themselves. */
  readonly whole = new Set<number>();
  /** Whether the aggregates that are being written have no keys. */
  alone = false;
  private readonly computed: { readonly names: ReadonlyMap<string, string>; readonly depth: number }[] = [];
  private depth = 0;
  private readonly variables = new Map<number, string>();
  private count = 0;

  constructor(
    readonly session: EmitContext["session"],
    readonly tableSource: TableSource,
    readonly writers: Writers,
  ) {}

  javascript(fn: JavaScriptFunction): string {
    const name = sqlName(fn);
    if (!this.functions.has(name)) this.functions.set(name, fn);
    return name;
  }

  variable(): string {
    return `x${++this.count}`;
  }

  /** A name of the emission's own, such as for a relation. */
  name(prefix: string): string {
    return `${prefix}${++this.count}`;
  }

  /** Runs `write` where the expressions with these keys are columns of the relation below. */
  within<Result>(names: ReadonlyMap<string, string>, write: () => Result): Result {
    this.computed.push({ names, depth: this.depth });
    try {
      return write();
    } finally {
      this.computed.pop();
    }
  }

  /** Runs `write` for a query inside of what is being written. */
  inside<Result>(write: () => Result): Result {
    this.depth++;
    try {
      return write();
    } finally {
      this.depth--;
    }
  }

  /**
   * The column that already holds an expression, innermost first. An aggregate of a subquery is its own, though it may read
   * like one of the query around it.
   */
  computedAs(expr: Expr): string | undefined {
    if (this.computed.length === 0) return undefined;
    const key = expressionKey(expr);
    const own = expr.kind === "aggregate" || expr.kind === "window" || expr.kind === "grouping";
    for (let index = this.computed.length - 1; index >= 0; index--) {
      const level = this.computed[index];
      if (own && level?.depth !== this.depth) continue;
      const name = level?.names.get(key);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** Runs `write` where lambda parameters have these SQL texts. */
  withVariables<Result>(ids: readonly number[], texts: readonly string[], write: () => Result): Result {
    for (const [index, id] of ids.entries()) this.variables.set(id, texts[index] ?? "NULL");
    return write();
  }

  variableText(id: number): string {
    const text = this.variables.get(id);
    if (text === undefined) throw new Error(`lambda parameter ${id} has no text`);
    return text;
  }
}

export const columnName = (id: number): string => `c${id}`;
export const wholeName = (id: number): string => `c${id}w`;
export const cteName = ({ id }: BoundCte): string => `q${id}`;

/** An expression as DuckDB SQL, safe to stand beside any operator. */
export const emitExpr = (expr: Expr, emission: Emission): string =>
  emission.writers.expression(expr, emission);

/** A query as DuckDB SQL; its columns are named by its outputs' ids. */
export const emitQuery = (query: BoundQuery, emission: Emission): string =>
  emission.writers.query(query, emission);

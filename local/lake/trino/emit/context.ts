import type { BoundCte, BoundQuery, Constant, Expr, OutputColumn, TableRelation } from "../bind/tree";
import { expressionKey } from "../bind/tree/key";
import { type EmitContext, type JavaScriptFunction, sqlName } from "../functions/registry";

/** The source of a scan in DuckDB's SQL. */
export interface TableText {
  /**
   * A FROM item without an alias. It returns the columns that the statement uses, under the names that
   * `emittedColumn` gives.
   */
  readonly sql: string;
  /**
   * Whether each `varchar(n)` column has an additional column with the strings before they are cut, named by
   * `wholeName`.
   */
  readonly hasWhole?: boolean;
}

export type TableSource = (scan: TableRelation) => TableText;

/** The source for statements that read no table. */
export const noTable = (): TableText => ({ sql: "" });

/**
 * The functions that write expressions and queries. Expressions and queries contain each other, so these functions are
 * passed in instead of importing one another.
 */
export interface Writers {
  expression(expr: Expr, emission: Emission): string;
  query(query: BoundQuery, emission: Emission): string;
}

/** What is written of an expression. */
interface Written {
  readonly sql: string;
  /** Conditions, one of which is true exactly where the expression is NULL. */
  readonly nulls: ReadonlySet<string>;
  /** The same without conditions that are too long to be written again. */
  readonly "short nulls": ReadonlySet<string>;
}

const nothing = (): { readonly [Name in keyof Written]: Map<Expr, Written[Name]> } => ({
  sql: new Map(),
  nulls: new Map(),
  "short nulls": new Map(),
});

/**
 * The state that is kept while a statement is written: the JavaScript functions that it calls, and the names of the
 * expressions that a subquery below has already computed.
 */
export class Emission implements EmitContext {
  readonly functions = new Map<string, JavaScriptFunction>();
  /** Ids of the columns that have an additional column with their uncut strings. */
  readonly whole = new Set<number>();
  /** The digits that decimal columns have at most, by their ids. */
  private readonly digits = new Map<number, number>();
  /** The digits that the results of calculations have at most. */
  readonly bounds = new Map<Expr, number>();
  /** The constants that expressions result in. */
  readonly constants = new Map<Expr, Constant | undefined>();
  /** Whether expressions are NULL because of a constant. */
  readonly nullConstants = new Map<Expr, boolean>();
  /** Whether the aggregates that are being written have no GROUP BY keys. */
  alone = false;
  private readonly computed: { readonly names: ReadonlyMap<string, string>; readonly depth: number }[] = [];
  private depth = 0;
  /** What was written of expressions while the same columns were computed. */
  private written = nothing();
  /** A column of the rows for which an expression without columns is evaluated, where that is known. */
  row: string | undefined;
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

  /** A new, unique name, for example for a relation. */
  name(prefix: string): string {
    return `${prefix}${++this.count}`;
  }

  /** The digits that a decimal column has at most. Undefined when only its type is known. */
  digitsIn(id: number): number | undefined {
    return this.digits.get(id);
  }

  /** Notes the digits that the values of a column have at most. A column may get its values from several queries. */
  isOf({ id, type }: OutputColumn, digits: number): void {
    if (type.kind === "decimal") this.digits.set(id, Math.max(digits, this.digits.get(id) ?? 0));
  }

  /** Notes that a column gets the values of another. */
  isAlso(id: number, from: OutputColumn): void {
    if (from.type.kind === "decimal")
      this.isOf({ id, type: from.type }, this.digits.get(from.id) ?? from.type.precision);
  }

  /** Runs `write` while the expressions with the given keys are columns of the relation below. */
  within<Result>(names: ReadonlyMap<string, string>, write: () => Result): Result {
    this.computed.push({ names, depth: this.depth });
    try {
      return this.anew(write);
    } finally {
      this.computed.pop();
    }
  }

  /** Runs `write` for a query nested in the current one. */
  inside<Result>(write: () => Result): Result {
    this.depth++;
    try {
      return this.anew(write);
    } finally {
      this.depth--;
    }
  }

  /**
   * The column that already holds an expression, from the innermost relation. An aggregate in a subquery is not the
   * same as an aggregate of the outer query with the same text.
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

  /** Runs `write` while the lambda parameters stand for the given SQL. */
  withVariables<Result>(ids: readonly number[], texts: readonly string[], write: () => Result): Result {
    for (const [index, id] of ids.entries()) this.variables.set(id, texts[index] ?? "NULL");
    return this.anew(write);
  }

  /** What is written of an expression, which is written once, however often it is asked for. */
  once<Name extends keyof Written>(name: Name, expr: Expr, write: () => Written[Name]): Written[Name] {
    const values: Map<Expr, Written[Name]> = this.written[name];
    let value = values.get(expr);
    if (value === undefined) {
      value = write();
      values.set(expr, value);
    }
    return value;
  }

  /** Runs `write` for an expression that is evaluated for some rows only. */
  inRows<Result>(column: string, write: () => Result): Result {
    this.row = column;
    try {
      return this.anew(write);
    } finally {
      this.row = undefined;
    }
  }

  /** Runs `write` where expressions may have other SQL than outside. */
  private anew<Result>(write: () => Result): Result {
    const { written } = this;
    this.written = nothing();
    try {
      return write();
    } finally {
      this.written = written;
    }
  }

  variableText(id: number): string {
    const text = this.variables.get(id);
    if (text === undefined) throw new Error(`lambda parameter ${id} has no text`);
    return text;
  }
}

export const emittedColumn = (id: number): string => `c${id}`;
export const wholeName = (id: number): string => `c${id}w`;
export const cteName = ({ id }: BoundCte): string => `q${id}`;

/** An expression in DuckDB's SQL, which can be an operand of any operator. */
export const emitExpr = (expr: Expr, emission: Emission): string =>
  emission.writers.expression(expr, emission);

/** A query in DuckDB's SQL. Its columns are named by the ids of its outputs. */
export const emitQuery = (query: BoundQuery, emission: Emission): string =>
  emission.writers.query(query, emission);

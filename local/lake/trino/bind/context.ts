import type { Expression, Query, QueryBody, WindowSpecification } from "../parse/ast";
import type { Position } from "../types/errors";
import { relationScope, type Scope } from "./scope";
import type { BoundBody, BoundCte, BoundQuery, Catalog, Expr } from "./tree";

/** What holds for a whole statement. */
export interface Context {
  readonly catalog: Catalog;
  /** The schema of tables that are named without one. */
  readonly schema: string;
  readonly session: Session;
  /** Values of the statement's `?`, in their order. */
  readonly parameters: readonly Expr[];
  /** The views whose queries stand around what is bound, by their full names. */
  readonly views?: readonly string[];
  nextId(): number;
  readonly binders: Binders;
}

/** Expressions and queries stand in each other: what binds them is put together where a statement begins. */
export interface Binders {
  expression(node: Expression, env: Env): Expr;
  query(node: Query, env: Env): BoundQuery;
  body(node: QueryBody, env: Env): BoundBody;
}

export interface Session {
  readonly zone: string;
  /** The instant when the statement began, in microseconds of the epoch. */
  readonly startMicros: bigint;
  readonly user: string;
}

/** What an expression sees where it stands. */
export interface Env {
  readonly context: Context;
  readonly scope: Scope;
  /** The queries of WITH by their names in lower case. */
  readonly ctes: ReadonlyMap<string, BoundCte>;
  /** The SELECT that an expression stands in, where Trino puts errors of the whole of it. */
  readonly select?: Position;
  /** The windows of the WINDOW clause, by their names in lower case. */
  readonly windows?: ReadonlyMap<string, WindowSpecification>;
}

export const emptyScope: Scope = relationScope([]);

/**
 * An expression with its names resolved and its type known.
 *
 * @throws TrinoError where Trino refuses it.
 */
export const bindExpr = (node: Expression, env: Env): Expr => env.context.binders.expression(node, env);

/** A query; the scope of `env` is the one around it. */
export const bindQuery = (node: Query, env: Env): BoundQuery => env.context.binders.query(node, env);

export const bindBody = (node: QueryBody, env: Env): BoundBody => env.context.binders.body(node, env);

import type { Expression, Query, QueryBody, QuerySpecification, WindowSpecification } from "../parse/ast";
import { relationScope, type Scope } from "./scope";
import type { BoundBody, BoundCatalog, BoundCte, BoundQuery, Expr } from "./tree";

/** What applies to a whole statement. */
export interface BindingContext {
  readonly catalog: BoundCatalog;
  /** The schema of table names that have no schema. */
  readonly schema: string;
  readonly session: Session;
  /** Values of the statement's `?` parameters, in their order. */
  readonly parameters: readonly Expr[];
  /** Full names of the views whose queries enclose what is being bound. */
  readonly views?: readonly string[];
  nextId(): number;
  readonly binders: Binders;
}

/**
 * The functions that bind expressions and queries. Expressions and queries contain each other, so these functions are
 * passed in the context instead of importing one another.
 */
export interface Binders {
  expression(node: Expression, env: Env): Expr;
  query(node: Query, env: Env): BoundQuery;
  body(node: QueryBody, env: Env): BoundBody;
}

export interface Session {
  readonly zone: string;
  /** When the statement began. Microseconds since 1970. */
  readonly startMicros: bigint;
  readonly user: string;
}

/** What an expression can refer to at its place in the statement. */
export interface Env {
  readonly context: BindingContext;
  readonly scope: Scope;
  /** The queries of the WITH clause, by their names in lower case. */
  readonly ctes: ReadonlyMap<string, BoundCte>;
  /** The SELECT that contains an expression. Trino reports errors about the whole SELECT at its position. */
  readonly select?: QuerySpecification;
  /** The windows of the WINDOW clause, by their names in lower case. */
  readonly windows?: ReadonlyMap<string, WindowSpecification>;
}

export const emptyScope: Scope = relationScope([]);

/**
 * Binds an expression: resolves its names and determines its type.
 *
 * @throws TrinoError when Trino refuses the expression.
 */
export const bindExpr = (node: Expression, env: Env): Expr => env.context.binders.expression(node, env);

/** Binds a query. The scope of `env` is the one that encloses the query. */
export const bindQuery = (node: Query, env: Env): BoundQuery => env.context.binders.query(node, env);

export const bindBody = (node: QueryBody, env: Env): BoundBody => env.context.binders.body(node, env);

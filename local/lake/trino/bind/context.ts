import type { WindowSpecification } from "../parse/ast";
import type { Position } from "../types/errors";
import { relationScope, type Scope } from "./scope";
import type { BoundCte, Catalog, Expr } from "./tree";

/** What holds for a whole statement. */
export interface Context {
  readonly catalog: Catalog;
  /** The schema of tables that are named without one. */
  readonly schema: string;
  readonly session: Session;
  /** Values of the statement's `?`, in their order. */
  readonly parameters: readonly Expr[];
  nextId(): number;
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

import type { Position } from "../types/errors";
import type { Type } from "../types/types";

/** An argument of a call before its signature is chosen. */
export type CallArgument =
  | { readonly kind: "value"; readonly type: Type; readonly at?: Position }
  | {
      readonly kind: "lambda";
      /** How many parameters the lambda declares. */
      readonly parameters: number;
      /** The type of the lambda's body where its parameters have these types. */
      typeOf(parameters: readonly Type[]): Type;
    };

/** What a parameter takes: a value coerced to `type`, or a lambda whose body is coerced to `returns`. */
export type ParameterType =
  | { readonly kind: "value"; readonly type: Type }
  | { readonly kind: "lambda"; readonly parameters: readonly Type[]; readonly returns: Type };

export type FunctionKind = "scalar" | "aggregate" | "window";

/** A call with its signature chosen: every argument is to be coerced to its parameter. */
export interface ResolvedCall {
  /** The name in lower case. */
  readonly name: string;
  readonly kind: FunctionKind;
  readonly deterministic: boolean;
  /** As many as there are arguments: the variadic parameter is repeated. */
  readonly parameters: readonly ParameterType[];
  readonly returns: Type;
  /** The DuckDB SQL of the call. Arguments are texts of their parameter's type already. */
  emit(args: readonly EmittedArgument[], context: EmitContext, clauses?: Clauses): string;
}

export type EmittedArgument =
  | {
      readonly kind: "value";
      readonly sql: string;
      /** The text of a literal varchar, so that an emission may choose by it ('day' of date_trunc). */
      readonly literal?: string;
    }
  | {
      readonly kind: "lambda";
      /** The body's SQL with these SQL texts in the place of its parameters. */
      body(parameters: readonly string[]): string;
    };

/** What may follow an aggregate or window call, as DuckDB SQL. */
export interface Clauses {
  readonly distinct?: boolean;
  /** `x DESC NULLS LAST, y`: inside of the parentheses, or of WITHIN GROUP. */
  readonly orderBy?: string;
  /** A boolean expression. */
  readonly filter?: string;
  /** The window with its parentheses: `(PARTITION BY … ORDER BY … ROWS …)`. */
  readonly over?: string;
  readonly ignoreNulls?: boolean;
  /** All rows are one group, as there are no keys. */
  readonly alone?: boolean;
}

export interface EmitContext {
  /** The SQL name of a JavaScript function (`sqlName`); it is registered before the statement runs. */
  javascript(fn: JavaScriptFunction): string;
  /** A new name for a parameter of a DuckDB lambda. */
  variable(): string;
  /** The session's time zone (`UTC`) and the instant when the statement began, in microseconds of the epoch. */
  readonly session: { readonly zone: string; readonly startMicros: bigint };
}

/**
 * A scalar function in JavaScript over values in their plain form (see javascript/values.ts): boolean, number
 * (tinyint to integer, real, double, date in days, interval year to month in months), bigint (bigint, decimal's
 * unscaled value, time and timestamp in microseconds, interval day to second in milliseconds, uuid), string (varchar,
 * char, json), Uint8Array (varbinary, ipaddress), array (array; row by position), entries `[key, value][]` (map),
 * `{ instant, zone }` and `{ instant, offset }` in microseconds of UTC (timestamp and time with time zone).
 */
export interface JavaScriptFunction {
  /** Unique among functions together with the types. */
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly returns: Type;
  /** Throws TrinoError where the function refuses its values. */
  readonly call: (...values: never[]) => unknown;
  /** Takes NULLs itself; otherwise a NULL argument answers NULL without a call. */
  readonly takesNulls?: boolean;
  /** Answers differently for the same values. */
  readonly volatile?: boolean;
  /** The longest that it may take over a chunk of rows. @default any time */
  readonly milliseconds?: number;
  /** The last parameter isn't the function's own. */
  readonly guarded?: boolean;
}

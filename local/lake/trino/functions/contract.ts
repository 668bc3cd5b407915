import type { TextPosition } from "../types/errors";
import type { Type } from "../types/types";

/** An argument of a call whose signature has not been chosen yet. */
export type CallArgument =
  | { readonly kind: "value"; readonly type: Type; readonly at?: TextPosition }
  | {
      readonly kind: "lambda";
      readonly at?: TextPosition;
      /** Number of parameters that the lambda declares. */
      readonly parameters: number;
      /** Returns the type of the lambda's body, given the types of its parameters. */
      typeOf(parameters: readonly Type[]): Type;
    };

/** What a parameter accepts: a value, which is coerced to `type`, or a lambda, whose body is coerced to `returns`. */
export type ParameterType =
  | { readonly kind: "value"; readonly type: Type }
  | { readonly kind: "lambda"; readonly parameters: readonly Type[]; readonly returns: Type };

export type FunctionKind = "scalar" | "aggregate" | "window";

/** A call with its chosen signature. Every argument has to be coerced to the type of its parameter. */
export interface ResolvedCall {
  /** The function's name in lower case. */
  readonly name: string;
  readonly kind: FunctionKind;
  readonly deterministic: boolean;
  /** Whether a scalar function is called also when an argument is NULL. */
  readonly takesNulls?: boolean;
  /** One parameter for each argument. A variadic parameter is repeated. */
  readonly parameters: readonly ParameterType[];
  readonly returns: Type;
  /** Returns DuckDB's SQL for the call. The arguments are SQL that already has the type of its parameter. */
  emit(args: readonly EmittedArgument[], context: EmitContext, clauses?: Clauses): string;
}

export type EmittedArgument =
  | {
      readonly kind: "value";
      readonly sql: string;
      /**
       * The text of a varchar literal, if the argument is one. Some functions choose their SQL by it, such as
       * date_trunc by 'day'.
       */
      readonly literal?: string;
      /** The digits that a decimal has at most, when they are fewer than its type allows. */
      readonly digits?: number;
      /** Whether its evaluation can fail where another argument is NULL. */
      readonly failsBesideNull?: boolean;
    }
  | {
      readonly kind: "lambda";
      /** Returns the body's SQL with the given SQL in place of the lambda's parameters. */
      body(parameters: readonly string[]): string;
    };

/** The clauses of an aggregate or window call, in DuckDB's SQL. */
export interface Clauses {
  readonly distinct?: boolean;
  /** Sort keys inside of the parentheses or of WITHIN GROUP, such as `x DESC NULLS LAST, y`. */
  readonly orderBy?: string;
  /** A boolean expression for FILTER. */
  readonly filter?: string;
  /** The window with its parentheses, such as `(PARTITION BY … ORDER BY … ROWS …)`. */
  readonly over?: string;
  readonly ignoreNulls?: boolean;
  /** Whether all rows are one group, because there are no GROUP BY keys. */
  readonly alone?: boolean;
}

export interface EmitContext {
  /** Returns the SQL name (`sqlName`) of a JavaScript function, which is registered before the statement runs. */
  javascript(fn: JavaScriptFunction): string;
  /** Returns a new name for the parameter of a DuckDB lambda. */
  variable(): string;
  /** The session's time zone, such as `UTC`, and the time when the statement began, in microseconds since 1970. */
  readonly session: { readonly zone: string; readonly startMicros: bigint };
}

/**
 * A scalar function in JavaScript over values in their plain form (see javascript/values.ts).
 *
 * - boolean: boolean
 * - number: tinyint to integer, real, double, date (days since 1970), interval year to month (months)
 * - bigint: bigint, decimal (its unscaled value), time and timestamp (microseconds), interval day to second
 *   (milliseconds), uuid
 * - string: varchar, char, json
 * - Uint8Array: varbinary, ipaddress
 * - array: array, row (fields by position)
 * - entries `[key, value][]`: map
 * - `{ instant, zone }`, `{ instant, offset }`: timestamp and time with time zone (microseconds in UTC)
 */
export interface JavaScriptFunction {
  /** The name, which must be unique together with the parameter types. */
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly returns: Type;
  /** Computes the result. It throws a TrinoError for arguments that the function does not accept. */
  readonly call: (...values: never[]) => unknown;
  /** Whether the function is called with NULL. Otherwise the result is NULL when any argument is NULL. */
  readonly takesNulls?: boolean;
  /** Whether the function may return different results for the same arguments. */
  readonly volatile?: boolean;
  /** Longest time that the function may take for one chunk of rows. Milliseconds. @default unlimited */
  readonly milliseconds?: number;
  /** Whether the call has an additional last argument that is not passed to the function. */
  readonly guarded?: boolean;
}

import type { Type } from "../types/types";
import type { Clauses, EmitContext, FunctionKind, JavaScriptFunction } from "./contract";
import { callJavaScript } from "./javascript/call";

/** A call for which SQL is written. */
export interface EmittedCall {
  readonly name: string;
  readonly kind: FunctionKind;
  /** The SQL of the arguments. The text of a lambda argument is empty. */
  readonly args: readonly string[];
  /** The parameters' types. For a lambda, it is the type of its result. */
  readonly types: readonly Type[];
  readonly returns: Type;
  readonly context: EmitContext;
  readonly clauses: Clauses;
  /** Returns the text of an argument that is a varchar literal. */
  literal(index: number): string | undefined;
  /** Returns the digits that a decimal argument has at most, when they are fewer than its type allows. */
  digits(index: number): number | undefined;
  /** Whether an argument of a scalar function can fail where another one is NULL. */
  readonly failsBesideNull: boolean;
  /** Returns the SQL of a lambda's body with the given SQL in place of its parameters. */
  lambda(index: number, ...parameters: string[]): string;
}

/** Where a function is computed. */
export type AnsweredBy = "DuckDB" | "JavaScript";

/** The implementation of a function: the SQL of its calls, and whether they stay in DuckDB. */
export interface Implementation {
  readonly source: AnsweredBy;
  emit(call: EmittedCall): string;
}

/** Functions by their names. */
export type Family = Readonly<Record<string, Implementation>>;

/** A function whose SQL uses only DuckDB's own functions. */
export const native = (emit: (call: EmittedCall) => string): Implementation => ({ source: "DuckDB", emit });

/** A function that DuckDB has too, with the same arguments. */
export const same = (name: string): Implementation => native(({ args }) => `${name}(${args.join(", ")})`);

type Options = Pick<JavaScriptFunction, "takesNulls" | "volatile" | "milliseconds">;
// biome-ignore lint/suspicious/noExplicitAny: the plain values' types follow from the signature.
type Values = any[];

/** A JavaScript function over plain values. */
export const plain = (fn: (...values: Values) => unknown, options: Options = {}): Implementation =>
  javascript(() => fn, options);

/** A JavaScript function that depends on the types of the call. */
export const javascript = (
  make: (call: EmittedCall) => (...values: Values) => unknown,
  options: Options = {},
): Implementation => ({
  source: "JavaScript",
  emit: (call) => invoke(call, call.name, call.types, call.returns, make(call), call.args, options),
});

/** The SQL that calls a JavaScript function on rows, or on the result of an aggregate or window. */
export function invoke(
  { context, kind }: Pick<EmittedCall, "context" | "kind">,
  name: string,
  parameters: readonly Type[],
  returns: Type,
  fn: (...values: Values) => unknown,
  args: readonly string[],
  options: Options = {},
): string {
  const declared: JavaScriptFunction = { name, parameters, returns, call: fn, ...options };
  if (kind !== "scalar") return `${context.javascript(declared)}(${args.join(", ")})`;
  return callJavaScript(context, declared, args);
}

/** A function that is computed in JavaScript only in some cases, or as a part of larger SQL. */
export const mixed = (emit: (call: EmittedCall) => string): Implementation => ({
  source: "JavaScript",
  emit,
});

import type { Type } from "../types/types";
import type { Clauses, EmitContext, FunctionKind, JavaScriptFunction } from "./contract";
import { callJavaScript } from "./javascript/call";

/** A call as an emission sees it. */
export interface EmittedCall {
  readonly name: string;
  readonly kind: FunctionKind;
  /** The SQL of the arguments that are values; a lambda's place is empty. */
  readonly args: readonly string[];
  /** The parameters' types; a lambda's place has its result's. */
  readonly types: readonly Type[];
  readonly returns: Type;
  readonly context: EmitContext;
  readonly clauses: Clauses;
  /** The text of an argument that is a literal varchar. */
  literal(index: number): string | undefined;
  /** The body of a lambda with these SQL texts for its parameters. */
  lambda(index: number, ...parameters: string[]): string;
}

/** Where a function is answered. */
export type AnsweredBy = "DuckDB" | "JavaScript";

/** How a function is answered here: its SQL, and whether that stays in DuckDB. */
export interface Implementation {
  readonly source: AnsweredBy;
  emit(call: EmittedCall): string;
}

/** Functions by name. */
export type Family = Readonly<Record<string, Implementation>>;

/** A function whose SQL needs DuckDB only. */
export const native = (emit: (call: EmittedCall) => string): Implementation => ({ source: "DuckDB", emit });

/** A function of DuckDB with the same arguments. */
export const same = (name: string): Implementation => native(({ args }) => `${name}(${args.join(", ")})`);

type Options = Pick<JavaScriptFunction, "takesNulls" | "volatile" | "milliseconds">;
// biome-ignore lint/suspicious/noExplicitAny: the plain values' types follow from the signature.
type Values = any[];

/** A function in JavaScript over plain values. */
export const plain = (fn: (...values: Values) => unknown, options: Options = {}): Implementation =>
  javascript(() => fn, options);

/** A function in JavaScript that is made for the types of a call. */
export const javascript = (
  make: (call: EmittedCall) => (...values: Values) => unknown,
  options: Options = {},
): Implementation => ({
  source: "JavaScript",
  emit: (call) => invoke(call, call.name, call.types, call.returns, make(call), call.args, options),
});

/** The SQL of a call of a JavaScript function: over rows, or over what an aggregate or window gives. */
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

/** A function that is answered in JavaScript in some cases, or inside of more SQL. */
export const mixed = (emit: (call: EmittedCall) => string): Implementation => ({
  source: "JavaScript",
  emit,
});

import { errorAt, type TextPosition, type TrinoError } from "../types/errors";
import { type Type, varchar } from "../types/types";
import type { CallArgument, EmittedArgument, ParameterType, ResolvedCall } from "./contract";
import { families } from "./families";
import { resolveFormat } from "./format/call";
import { hintFor } from "./hints";
import type { EmittedCall, Implementation } from "./implementation";
import { refusals } from "./refusals";
import type { Bound } from "./signatures/bind";
import { chooseSignature } from "./signatures/choose";
import { type Signature, signaturesOf, signatureText } from "./signatures/table";
import { formatParameter } from "./signatures/text";

/**
 * Chooses the signature of a call.
 *
 * @throws TrinoError FUNCTION_NOT_FOUND with Trino's message, or NOT_SUPPORTED when only Trino has the function.
 */
export function resolveCall(
  functionName: string,
  args: readonly CallArgument[],
  position?: TextPosition,
): ResolvedCall {
  const name = functionName.toLowerCase();
  if (name === "format") return resolveFormat(args);
  const candidates = signaturesOf(name);
  if (!candidates)
    throw errorAt(position, "FUNCTION_NOT_FOUND", `Function '${name}' not registered`, hintFor(name));
  const bound = chooseSignature(candidates, args);
  if (bound === "ambiguous")
    throw errorAt(
      position,
      "AMBIGUOUS_FUNCTION_CALL",
      `Could not choose a best candidate operator. Explicit type casts must be added.`,
    );
  if (!bound) {
    checkLambdas(candidates, args);
    throw unexpected(name, candidates, args, position);
  }
  const implementation = families[name];
  const refusal = refusals(bound, implementation);
  if (!implementation || refusal !== undefined)
    throw errorAt(position, "NOT_SUPPORTED", refusal ?? `The function ${name} is not supported here`);
  return resolved(bound, implementation);
}

/** Of a function with one signature, Trino tells first that a lambda has too many or too few parameters. */
function checkLambdas([only, ...others]: readonly Signature[], args: readonly CallArgument[]): void {
  if (!only || others.length > 0 || only.parameters.length !== args.length) return;
  for (const [index, argument] of args.entries()) {
    const pattern = only.parameters[index];
    if (argument.kind !== "lambda" || pattern?.kind !== "function") continue;
    const { length } = pattern.parameters;
    if (argument.parameters !== length)
      throw errorAt(
        argument.at,
        "INVALID_PARAMETER_USAGE",
        `Expected a lambda that takes ${length} argument(s) but got ${argument.parameters}`,
      );
  }
}

function unexpected(
  name: string,
  candidates: readonly Signature[],
  args: readonly CallArgument[],
  position: TextPosition | undefined,
): TrinoError {
  const given = args.map((argument) =>
    argument.kind === "value" ? formatParameter(argument.type) : "<function>",
  );
  const expected = candidates.map(signatureText).sort();
  return errorAt(
    position,
    "FUNCTION_NOT_FOUND",
    `Unexpected parameters (${given.join(", ")}) for function ${name}. Expected: ${expected.join(", ")}`,
    hintFor(`${name}()`),
  );
}

function resolved({ signature, parameters, returns }: Bound, implementation: Implementation): ResolvedCall {
  const taken = parameters.map(asText);
  return {
    name: signature.name,
    kind: signature.kind,
    deterministic: signature.deterministic,
    parameters: taken,
    returns,
    emit: (args, context, clauses = {}) =>
      implementation.emit({
        name: signature.name,
        kind: signature.kind,
        args: args.map((argument) => (argument.kind === "value" ? argument.sql : "")),
        types: taken.map((parameter) => (parameter.kind === "value" ? parameter.type : parameter.returns)),
        returns,
        context,
        clauses,
        literal: (index) => literalOf(args[index]),
        digits: (index) => digitsOf(args[index]),
        failsBesideNull: args.some(
          (argument) => argument.kind === "value" && argument.failsBesideNull === true,
        ),
        lambda: (index, ...names) => bodyOf(args[index], names),
      } satisfies EmittedCall),
  };
}

/** The types of patterns and paths are replaced by that of their text. */
function asText(parameter: ParameterType): ParameterType {
  return parameter.kind === "value" && isTextual(parameter.type)
    ? { kind: "value", type: varchar }
    : parameter;
}

const isTextual = (type: Type): boolean =>
  type.kind === "opaque" && ["joniregexp", "jsonpath", "codepoints"].includes(type.name);

const literalOf = (argument: EmittedArgument | undefined): string | undefined =>
  argument?.kind === "value" ? argument.literal : undefined;

const digitsOf = (argument: EmittedArgument | undefined): number | undefined =>
  argument?.kind === "value" ? argument.digits : undefined;

function bodyOf(argument: EmittedArgument | undefined, names: readonly string[]): string {
  if (argument?.kind !== "lambda") throw new Error("the argument is not a lambda");
  return argument.body(names);
}

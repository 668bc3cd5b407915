import { commonType, isCoercible } from "../../types/coercion";
import { isComparable, isOrderable } from "../../types/comparable";
import {
  arrayOf,
  charOf,
  decimalOf,
  integerDigits,
  isTime,
  mapOf,
  opaque,
  rowOf,
  sameType,
  type Type,
  timeOf,
  unknown,
  varcharOf,
} from "../../types/types";
import type { CallArgument, ParameterType } from "../contract";
import { resultNumbers } from "./numbers";
import type { NumberedKind, TypePattern } from "./pattern";
import type { Signature } from "./table";

/** A signature with the types of a call. */
export interface Bound {
  readonly signature: Signature;
  readonly parameters: readonly ParameterType[];
  readonly returns: Type;
}

interface Bindings {
  readonly types: Map<string, Type>;
  readonly numbers: Map<string, number>;
}

const unboundedLength = 2_147_483_647;

/**
 * Binds the variables of a signature to the arguments of a call. Undefined when the signature does not accept them.
 * With `coerce`, the arguments may also have types that are coercible to the parameters' types.
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/metadata/SignatureBinder.java
 */
export function bindSignature(
  signature: Signature,
  args: readonly CallArgument[],
  coerce: boolean,
): Bound | undefined {
  const patterns = repeated(signature, args.length);
  if (!patterns) return undefined;
  const bindings: Bindings = { types: new Map(), numbers: new Map() };
  // A later argument may widen a variable that an earlier one has bound, so the values are bound until nothing changes.
  for (let round = 0; round < 3; round += 1)
    for (const [index, argument] of args.entries()) {
      const pattern = patterns[index];
      if (pattern && argument.kind === "value" && !bind(pattern, argument.type, bindings, coerce))
        return undefined;
    }
  if (!widenByLambdas(patterns, args, bindings)) return undefined;
  const parameters: ParameterType[] = [];
  for (const [index, argument] of args.entries()) {
    const pattern = patterns[index];
    if (!pattern) return undefined;
    if (argument.kind === "value") {
      if (pattern.kind === "function") return undefined;
      const type = substitute(pattern, bindings);
      if (!type || !(coerce ? isCoercible(argument.type, type) : sameType(argument.type, type)))
        return undefined;
      parameters.push({ kind: "value", type });
    } else {
      const parameter = bindLambda(pattern, argument, bindings);
      if (!parameter) return undefined;
      parameters.push(parameter);
    }
  }
  for (const { name, constraint } of signature.variables) {
    const type = bindings.types.get(name);
    if (!type) return undefined;
    if (constraint === "comparable" && !isComparable(type)) return undefined;
    if (constraint === "orderable" && !isOrderable(type)) return undefined;
  }
  const results = resultNumbers[signature.text]?.(Object.fromEntries(bindings.numbers)) ?? {};
  for (const [name, value] of Object.entries(results)) bindings.numbers.set(name, value);
  const returns = substitute(signature.returns, bindings);
  return returns && { signature, parameters, returns };
}

function repeated({ parameters, variadic }: Signature, count: number): readonly TypePattern[] | undefined {
  if (!variadic) return parameters.length === count ? parameters : undefined;
  const last = parameters[parameters.length - 1];
  if (!last || count < parameters.length - 1) return undefined;
  return [...parameters.slice(0, -1), ...Array<TypePattern>(count - parameters.length + 1).fill(last)];
}

function bind(pattern: TypePattern, actual: Type, bindings: Bindings, coerce: boolean): boolean {
  switch (pattern.kind) {
    case "variable": {
      const known = bindings.types.get(pattern.name);
      if (!known) {
        bindings.types.set(pattern.name, actual);
        return true;
      }
      const common = coerce ? commonType(known, actual) : sameType(known, actual) ? known : undefined;
      if (common) bindings.types.set(pattern.name, common);
      return common !== undefined;
    }
    case "type":
      return coerce ? isCoercible(actual, pattern.type) : sameType(actual, pattern.type);
    case "array":
      if (actual.kind === "unknown") return coerce && bind(pattern.element, unknown, bindings, coerce);
      return actual.kind === "array" && bind(pattern.element, actual.element, bindings, coerce);
    case "map":
      if (actual.kind === "unknown")
        return (
          coerce &&
          bind(pattern.key, unknown, bindings, coerce) &&
          bind(pattern.value, unknown, bindings, coerce)
        );
      return (
        actual.kind === "map" &&
        bind(pattern.key, actual.key, bindings, coerce) &&
        bind(pattern.value, actual.value, bindings, coerce)
      );
    case "row":
      if (actual.kind === "unknown")
        return coerce && pattern.fields.every(({ type }) => bind(type, unknown, bindings, coerce));
      return (
        actual.kind === "row" &&
        actual.fields.length === pattern.fields.length &&
        pattern.fields.every(({ type }, index) => {
          const field = actual.fields[index];
          return field !== undefined && bind(type, field.type, bindings, coerce);
        })
      );
    case "opaque":
      if (actual.kind === "unknown")
        return coerce && pattern.arguments.every((argument) => bind(argument, unknown, bindings, coerce));
      return (
        actual.kind === "opaque" &&
        actual.name === pattern.name &&
        pattern.arguments.every((argument, index) => {
          const given = actual.arguments[index];
          return given !== undefined && bind(argument, given, bindings, coerce);
        })
      );
    case "numbers":
      return bindNumbers(pattern.base, pattern.names, actual, bindings, coerce);
    case "function":
      return false;
  }
}

function bindNumbers(
  base: NumberedKind,
  names: readonly string[],
  actual: Type,
  bindings: Bindings,
  coerce: boolean,
): boolean {
  const held = coerce ? becoming(base, actual) : actual;
  const given = held && numbersOf(held, base);
  if (!given) return false;
  const merged = names.map((name, index) => {
    const literal = Number(name);
    return Number.isNaN(literal) ? (bindings.numbers.get(name) ?? given[index] ?? 0) : literal;
  });
  const known = typeOfNumbers(base, merged);
  const common = coerce ? commonType(known, actual) : sameType(known, actual) ? known : undefined;
  const numbers = common && numbersOf(common, base);
  if (!numbers) return false;
  for (const [index, name] of names.entries())
    if (Number.isNaN(Number(name))) bindings.numbers.set(name, numbers[index] ?? 0);
    else if (numbers[index] !== Number(name)) return false;
  return true;
}

/**
 * The type that results when a type is coerced to another base. Its length, precision and scale are as small as
 * possible.
 */
function becoming(base: NumberedKind, actual: Type): Type | undefined {
  if (actual.kind === base) return actual;
  switch (base) {
    case "varchar":
      if (actual.kind === "unknown") return varcharOf(0);
      return actual.kind === "char" ? varcharOf(actual.length) : undefined;
    case "char":
      if (actual.kind === "unknown") return charOf(0);
      return actual.kind === "varchar" ? charOf(Math.min(65_536, actual.length ?? 65_536)) : undefined;
    case "decimal": {
      if (actual.kind === "unknown") return decimalOf(1, 0);
      const digits = integerDigits[actual.kind];
      return digits === undefined ? undefined : decimalOf(digits, 0);
    }
    case "time":
      return actual.kind === "unknown" ? timeOf(base, 0) : undefined;
    case "time with time zone":
      if (actual.kind === "unknown") return timeOf(base, 0);
      return actual.kind === "time" ? timeOf(base, actual.precision) : undefined;
    case "timestamp":
      return actual.kind === "unknown" || actual.kind === "date" ? timeOf(base, 0) : undefined;
    case "timestamp with time zone":
      if (actual.kind === "unknown" || actual.kind === "date") return timeOf(base, 0);
      return actual.kind === "timestamp" ? timeOf(base, actual.precision) : undefined;
  }
}

function numbersOf(type: Type, base: NumberedKind): number[] | undefined {
  if (type.kind !== base) return undefined;
  if (type.kind === "decimal") return [type.precision, type.scale];
  if (type.kind === "varchar") return [type.length ?? unboundedLength];
  if (type.kind === "char") return [type.length];
  return isTime(type) ? [type.precision] : undefined;
}

function typeOfNumbers(base: NumberedKind, numbers: readonly number[]): Type {
  const [first = 0, second = 0] = numbers;
  if (base === "decimal") return decimalOf(first, second);
  if (base === "varchar") return varcharOf(first >= unboundedLength ? undefined : first);
  if (base === "char") return charOf(first);
  return timeOf(base, first);
}

/**
 * Binds a lambda: the types of its parameters follow from the values, and its result binds the remaining variables,
 * without coercion.
 */
function bindLambda(
  pattern: TypePattern,
  lambda: Extract<CallArgument, { kind: "lambda" }>,
  bindings: Bindings,
): ParameterType | undefined {
  if (pattern.kind !== "function") return undefined;
  const parameters = pattern.parameters.map((parameter) => substitute(parameter, bindings));
  if (!parameters.every((type) => type !== undefined)) return undefined;
  const body = lambda.typeOf(parameters);
  if (!bind(pattern.returns, body, bindings, false)) return undefined;
  const returns = substitute(pattern.returns, bindings);
  return returns && { kind: "lambda", parameters, returns };
}

/**
 * The result of a lambda may widen a variable on which the lambda's own parameters depend. If four rounds do not settle
 * the types, more would not either.
 */
function widenByLambdas(
  patterns: readonly TypePattern[],
  args: readonly CallArgument[],
  bindings: Bindings,
): boolean {
  for (let round = 0; round < 4; round += 1) {
    const before = new Map(bindings.types);
    for (const [index, argument] of args.entries()) {
      const pattern = patterns[index];
      if (argument.kind !== "lambda") continue;
      const body = pattern && bodyOf(pattern, argument, bindings);
      if (
        !body ||
        pattern?.kind !== "function" ||
        !bind(pattern.returns, body, bindings, pattern.returns.kind === "variable")
      )
        return false;
    }
    if (
      [...bindings.types].every(
        ([name, type]) => before.get(name) === type || sameTypeOf(before.get(name), type),
      )
    )
      return true;
  }
  return false;
}

const sameTypeOf = (a: Type | undefined, b: Type): boolean => a !== undefined && sameType(a, b);

/** The type of a lambda's body, given the types that are bound so far. */
function bodyOf(
  pattern: TypePattern,
  lambda: Extract<CallArgument, { kind: "lambda" }>,
  bindings: Bindings,
): Type | undefined {
  if (pattern.kind !== "function" || pattern.parameters.length !== lambda.parameters) return undefined;
  const parameters = pattern.parameters.map((parameter) => substitute(parameter, bindings));
  return parameters.every((type) => type !== undefined) ? lambda.typeOf(parameters) : undefined;
}

function substitute(pattern: TypePattern, bindings: Bindings): Type | undefined {
  switch (pattern.kind) {
    case "variable":
      return bindings.types.get(pattern.name);
    case "type":
      return pattern.type;
    case "numbers":
      return typeOfNumbers(
        pattern.base,
        pattern.names.map((name) =>
          Number.isNaN(Number(name)) ? (bindings.numbers.get(name) ?? 0) : Number(name),
        ),
      );
    case "array": {
      const element = substitute(pattern.element, bindings);
      return element && arrayOf(element);
    }
    case "map": {
      const key = substitute(pattern.key, bindings);
      const value = substitute(pattern.value, bindings);
      return key && value && mapOf(key, value);
    }
    case "row": {
      const fields = pattern.fields.map(({ name, type }) => ({ name, type: substitute(type, bindings) }));
      const known = fields.flatMap(({ name, type }) =>
        type ? [name === undefined ? { type } : { name, type }] : [],
      );
      return known.length === fields.length ? rowOf(known) : undefined;
    }
    case "opaque": {
      const types = pattern.arguments.map((argument) => substitute(argument, bindings));
      return types.every((type) => type !== undefined) ? opaque(pattern.name, ...types) : undefined;
    }
    case "function":
      return undefined;
  }
}

import { errorAt, type TextPosition, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { type Type, unknown, varchar } from "../../types/types";
import type { CallArgument, ResolvedCall } from "../contract";
import { invoke } from "../implementation";
import type { Plain } from "../javascript/values";
import { formatWithJava } from "./formatter";
import { type FormatValue, formatValueOf } from "./values";

/**
 * Resolves format(pattern, value, …), which accepts values of every type that has a text form.
 *
 * https://trino.io/docs/current/functions/conversion.html#format
 */
export function resolveFormat(args: readonly CallArgument[]): ResolvedCall {
  const types = args.map((argument): Type => (argument.kind === "value" ? argument.type : unknown));
  const [pattern, ...values] = types;
  if (pattern?.kind !== "varchar" && pattern?.kind !== "char" && pattern?.kind !== "unknown")
    throw errorAt(
      placeOf(args[0]),
      "TYPE_MISMATCH",
      `Type of first argument to format() must be VARCHAR (actual: ${formatType(pattern ?? unknown)})`,
    );
  const parameters = [varchar, ...values];
  const converters = values.map((type, index) =>
    located(placeOf(args[index + 1]), () => formatValueOf(type)),
  );
  return {
    name: "format",
    kind: "scalar",
    deterministic: true,
    parameters: parameters.map((type) => ({ kind: "value", type })),
    returns: varchar,
    emit: (given, context) =>
      invoke(
        { context, kind: "scalar" },
        "format",
        parameters,
        varchar,
        (text: string | null, ...items: Plain[]) =>
          text === null
            ? null
            : formatWithJava(
                text,
                items.map((item, index): FormatValue => converters[index]?.(item) ?? null),
              ),
        given.map((argument) => (argument.kind === "value" ? argument.sql : "NULL")),
        { takesNulls: true },
      ),
  };
}

const placeOf = (argument: CallArgument | undefined): TextPosition | undefined =>
  argument?.kind === "value" ? argument.at : undefined;

/** Adds the value's position to the error for its type. */
function located<Result>(position: TextPosition | undefined, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof TrinoError) throw errorAt(position, error.code, error.sentence);
    throw error;
  }
}

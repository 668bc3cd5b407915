import type { Argument, Expr, SortKey } from "../bind/tree";
import type { EmittedArgument } from "../functions/registry";
import { type Type, varchar } from "../types/types";
import { type Emission, emitExpr } from "./context";

export function emitArguments(args: readonly Argument[], emission: Emission): EmittedArgument[] {
  return args.map((argument): EmittedArgument => {
    if (argument.kind === "lambda") {
      const ids = argument.parameters.map(({ id }) => id);
      return {
        kind: "lambda",
        body: (texts) => emission.withVariables(ids, texts, () => emitExpr(argument.body, emission)),
      };
    }
    const literal = textOf(argument);
    return { kind: "value", sql: emitExpr(argument, emission), ...(literal !== undefined && { literal }) };
  });
}

/** The text of a literal varchar, coerced or not. */
const textOf = (expr: Expr): string | undefined =>
  expr.kind === "constant" && expr.type.kind === varchar.kind && typeof expr.value === "string"
    ? expr.value
    : undefined;

/** `x DESC NULLS LAST, y ASC NULLS FIRST`. */
export const emitSortKeys = (keys: readonly SortKey[], emission: Emission): string =>
  keys
    .map(
      ({ expr, descending, nullsFirst }) =>
        `${sortable(emitExpr(expr, emission), expr.type)} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`,
    )
    .join(", ");

/** Values with zones are ordered by their instant. */
export const sortable = (sql: string, type: Type): string =>
  type.kind === "timestamp with time zone" || type.kind === "time with time zone" ? `(${sql}).instant` : sql;

import type * as ast from "../../parse/ast";
import { isCoercible } from "../../types/coercion";
import { errorAt } from "../../types/errors";
import { formatType } from "../../types/format";
import { bigint } from "../../types/types";
import { bindExpr, type Env } from "../context";
import { coerce } from "../expressions/coerce";
import { relationScope } from "../scope";
import type { OutputColumn } from "../tree";
import { type BoundFrom, columnOf } from "./outputs";

const PARAMETERS = ["START", "STOP", "STEP"] as const;

/**
 * Binds a table function such as `TABLE(sequence(start => 0, stop => 10, step => 2))`, which returns rows of numbers.
 *
 * @see https://trino.io/docs/current/functions/table.html#sequence-table-function
 */
export function bindTableFunction(node: ast.TableFunctionCall, env: Env): BoundFrom {
  const name = node.name.parts.map(({ value }) => value).join(".");
  if (name.toLowerCase() === "exclude_columns")
    throw errorAt(node, "NOT_SUPPORTED", "the table function exclude_columns is not supported here");
  if (name.toLowerCase() !== "sequence")
    throw errorAt(node, "FUNCTION_NOT_FOUND", `Table function '${name}' not registered`);
  const given = argumentsOf(node);
  const value = (parameter: (typeof PARAMETERS)[number], otherwise?: bigint): bigint => {
    const argument = given.get(parameter);
    if (argument) return numberOf(argument, parameter, env);
    if (otherwise === undefined) throw errorAt(node, "MISSING_ARGUMENT", `Missing argument: ${parameter}`);
    return otherwise;
  };
  const [start, stop, step] = [value("START", 0n), value("STOP"), value("STEP", 1n)];
  const direction = start < stop ? "positive" : "negative";
  if ((start < stop && step <= 0n) || (start > stop && step >= 0n))
    throw errorAt(
      undefined,
      "INVALID_FUNCTION_ARGUMENT",
      `Step must be ${direction} for sequence [${start}, ${stop}]`,
    );
  const output: OutputColumn = { id: env.context.nextId(), name: "sequential_number", type: bigint };
  return {
    relation: { kind: "sequence", start, stop, step: step === 0n ? 1n : step, output },
    scope: relationScope([{ name: output.name, qualifier: [], expr: columnOf(output) }], env.scope),
  };
}

/** The arguments by their parameters. They are given either all by name or all by position. */
function argumentsOf(node: ast.TableFunctionCall): Map<string, ast.TableFunctionArgument> {
  const named = node.arguments.filter(({ name }) => name !== undefined).length;
  if (named > 0 && named < node.arguments.length)
    throw errorAt(
      node,
      "INVALID_ARGUMENTS",
      "All arguments must be passed by name or all must be passed positionally",
    );
  if (node.arguments.length > PARAMETERS.length)
    throw errorAt(
      node,
      "INVALID_ARGUMENTS",
      `Too many arguments. Expected at most ${PARAMETERS.length} arguments, got ${node.arguments.length} arguments`,
    );
  const given = new Map<string, ast.TableFunctionArgument>();
  for (const [index, argument] of node.arguments.entries()) {
    const parameter = argument.name?.value.toUpperCase() ?? PARAMETERS[index] ?? "";
    if (!PARAMETERS.some((known) => known === parameter))
      throw errorAt(argument, "INVALID_FUNCTION_ARGUMENT", `Unexpected argument name: ${parameter}`);
    if (given.has(parameter))
      throw errorAt(argument, "INVALID_FUNCTION_ARGUMENT", `Duplicate argument name: ${parameter}`);
    given.set(parameter, argument);
  }
  return given;
}

function numberOf(argument: ast.TableFunctionArgument, parameter: string, env: Env): bigint {
  if (argument.form !== "expression" || !argument.value)
    throw errorAt(
      argument,
      "INVALID_FUNCTION_ARGUMENT",
      `Invalid argument ${parameter}. Expected expression, got ${argument.form}`,
    );
  const expr = bindExpr(argument.value, env);
  if (!isCoercible(expr.type, bigint))
    throw errorAt(argument, "TYPE_MISMATCH", `Cannot cast type ${formatType(expr.type)} to bigint`);
  const folded = coerce(expr, bigint);
  if (folded.kind !== "constant")
    throw errorAt(
      argument,
      "EXPRESSION_NOT_CONSTANT",
      "Constant expression cannot contain column references",
    );
  if (folded.value === null)
    throw errorAt(
      undefined,
      "INVALID_FUNCTION_ARGUMENT",
      `${parameter} is null. Table function sequence takes no NULL`,
    );
  return folded.value as bigint;
}

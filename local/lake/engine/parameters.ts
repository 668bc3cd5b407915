import { constant, decimalConstant, longConstant, textConstant } from "../trino/bind/expressions/literals";
import type { Constant } from "../trino/bind/tree";
import { boolean, double, unknown } from "../trino/types/types";

/** The value of a `?` parameter of a statement. */
export type ParameterValue = string | number | boolean | null;

/**
 * Converts a parameter to the constant that it would be if it were written in the statement. 26.5 becomes a decimal.
 */
export function parameterOf(value: ParameterValue): Constant {
  if (value === null) return constant(unknown, null);
  if (typeof value === "boolean") return constant(boolean, value);
  if (typeof value === "string") return textConstant(value);
  const text = String(value);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return longConstant(BigInt(text));
  return /^-?\d+\.\d+$/.test(text) ? decimalConstant(text, { line: 1, column: 1 }) : constant(double, value);
}

import { constant, decimalConstant, longConstant, textConstant } from "../trino/bind/expressions/literals";
import type { Constant } from "../trino/bind/tree";
import { boolean, double, unknown } from "../trino/types/types";

/** A value of a statement's `?`. */
export type ParameterValue = string | number | boolean | null;

/** The constant that a value would be if it were written into the statement: 26.5 is a decimal. */
export function parameterOf(value: ParameterValue): Constant {
  if (value === null) return constant(unknown, null);
  if (typeof value === "boolean") return constant(boolean, value);
  if (typeof value === "string") return textConstant(value);
  const text = String(value);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return longConstant(BigInt(text));
  return /^-?\d+\.\d+$/.test(text) ? decimalConstant(text, { line: 1, column: 1 }) : constant(double, value);
}

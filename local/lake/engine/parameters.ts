import { QueryError } from "../errors";
import { constant, decimalConstant, longConstant, textConstant } from "../trino/bind/expressions/literals";
import type { Constant } from "../trino/bind/tree";
import { boolean, double, unknown } from "../trino/types/types";

/** The value of a `?` parameter of a statement. Whole numbers beyond 2^53 are exact only as a bigint. */
export type ParameterValue = string | number | bigint | boolean | null;

/**
 * Converts a parameter to the constant that it would be if it were written in the statement. 26.5 becomes a decimal.
 *
 * @throws QueryError when the value is of another type, or has more than 38 digits.
 */
export function parameterOf(value: ParameterValue, index: number): Constant {
  switch (typeof value) {
    case "boolean":
      return constant(boolean, value);
    case "string":
      return textConstant(value);
    case "bigint":
      return BigInt.asIntN(64, value) === value ? longConstant(value) : decimal(String(value));
    case "number": {
      const text = String(value);
      if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return longConstant(BigInt(text));
      return /^-?\d+\.\d+$/.test(text) ? decimal(text) : constant(double, value);
    }
    default:
      if (value === null) return constant(unknown, null);
      throw new QueryError(
        `INVALID_PARAMETER: parameter ${index + 1} is ${typeof value === "object" ? "an object" : typeof value}, not text, a number, a bigint, true, false or null`,
      );
  }
}

const decimal = (text: string): Constant => decimalConstant(text, { line: 1, column: 1 });

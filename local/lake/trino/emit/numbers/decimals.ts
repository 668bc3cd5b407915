import type { ArithmeticOperator } from "../../bind/tree";
import { divideHalfUp } from "../../types/decimals";
import { TrinoError } from "../../types/errors";
import type { TypeOf } from "../../types/types";

/** Returns the function of an operator between decimals, given as their digits without the point. */
export function decimalFunction(
  operator: ArithmeticOperator,
  aScale: number,
  bScale: number,
  type: TypeOf<"decimal">,
): (a: bigint, b: bigint) => bigint {
  const scale = Math.max(aScale, bScale);
  const aFactor = 10n ** BigInt(scale - aScale);
  const bFactor = 10n ** BigInt(scale - bScale);
  const limit = 10n ** BigInt(type.precision);
  const checked = (value: bigint): bigint => {
    if (value >= limit || value <= -limit)
      throw new TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow");
    return value;
  };
  const divisor = (b: bigint) => {
    if (b === 0n) throw new TrinoError("DIVISION_BY_ZERO", "Division by zero");
    return b;
  };
  switch (operator) {
    case "+":
      return (a: bigint, b: bigint) => checked(a * aFactor + b * bFactor);
    case "-":
      return (a: bigint, b: bigint) => checked(a * aFactor - b * bFactor);
    case "*":
      return (a: bigint, b: bigint) => checked(a * b);
    case "/": {
      const factor = 10n ** BigInt(type.scale + bScale - aScale);
      return (a: bigint, b: bigint) => checked(divideHalfUp(a * factor, divisor(b)));
    }
    case "%":
      return (a: bigint, b: bigint) => checked((a * aFactor) % (divisor(b) * bFactor));
  }
}

import { isTypeOnlyCoercion } from "../../types/coercion";
import { integerDigits, sameType, type Type } from "../../types/types";
import type { Constant, Expr } from "../tree";

/** The expression, cast to a type to which its own type is coercible. */
export function coerce(expr: Expr, type: Type): Expr {
  if (sameType(expr.type, type)) return expr;
  if (expr.kind === "constant") {
    const folded = coerceConstant(expr, type);
    if (folded) return folded;
  }
  return { kind: "cast", type, value: expr, safe: false };
}

function coerceConstant({ type: from, value }: Constant, type: Type): Constant | undefined {
  if (value === null || isTypeOnlyCoercion(from, type)) return { kind: "constant", type, value };
  if (!(from.kind in integerDigits)) return undefined;
  if (type.kind === "bigint") return { kind: "constant", type, value: BigInt(value as number) };
  if (type.kind === "decimal")
    return { kind: "constant", type, value: BigInt(value as number) * 10n ** BigInt(type.scale) };
  if (type.kind in integerDigits) return { kind: "constant", type, value };
  if (type.kind === "double") return { kind: "constant", type, value: Number(value) };
  return undefined;
}

import { cached } from "../../../cached";
import type { ComparisonOperator } from "../../parse/ast";
import { commonType, isCoercible } from "../../types/coercion";
import { isComparable, isOrderable } from "../../types/comparable";
import { errorAt, type TextPosition, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import {
  bigint,
  boolean,
  date,
  decimalOf,
  double,
  integer,
  integerDigits,
  intervalDay,
  intervalYear,
  isTime,
  real,
  sameType,
  smallint,
  type Type,
  type TypeOf,
  timeOf,
  tinyint,
} from "../../types/types";
import type { ArithmeticOperator, Expr } from "../tree";
import { coerce } from "./coerce";

/** Chooses the signature of an operator as Trino does. */

interface Signature {
  readonly left: Type;
  readonly right: Type;
  readonly returns: Type;
}

const signature = (left: Type, right: Type, returns: Type): Signature => ({ left, right, returns });
const numbers = [tinyint, smallint, integer, bigint, real, double].map((type) => signature(type, type, type));
const bothWays = ({ left, right, returns }: Signature): Signature[] => [
  signature(left, right, returns),
  signature(right, left, returns),
];

/** The time types. A signature with one of them accepts any precision. */
const timeKinds = ["time", "time with time zone", "timestamp", "timestamp with time zone"] as const;

/** A time plus an interval has at least milliseconds, because intervals have them. */
const withMillis = (type: Type): Type =>
  isTime(type) ? timeOf(type.kind, Math.max(type.precision, 3)) : type;

const signaturesOf = cached((operator: ArithmeticOperator) =>
  cached((precision: number) => makeSignatures(operator, precision)),
);

function makeSignatures(operator: ArithmeticOperator, precision: number): readonly Signature[] {
  const times = timeKinds.map((kind) => timeOf(kind, precision));
  const stamps = times.slice(2);
  switch (operator) {
    case "+":
      return [
        ...numbers,
        signature(intervalDay, intervalDay, intervalDay),
        signature(intervalYear, intervalYear, intervalYear),
        ...[date, ...times].flatMap((type) => bothWays(signature(type, intervalDay, withMillis(type)))),
        ...[date, ...stamps].flatMap((type) => bothWays(signature(type, intervalYear, type))),
      ];
    case "-":
      return [
        ...numbers,
        signature(intervalDay, intervalDay, intervalDay),
        signature(intervalYear, intervalYear, intervalYear),
        ...[date, ...times].map((type) => signature(type, intervalDay, withMillis(type))),
        ...[date, ...stamps].map((type) => signature(type, intervalYear, type)),
        // Dates are subtracted as timestamps.
        ...times.map((type) => signature(type, type, intervalDay)),
      ];
    case "*":
      return [
        ...numbers,
        ...[intervalDay, intervalYear].flatMap((type) =>
          [bigint, double].flatMap((factor) => bothWays(signature(type, factor, type))),
        ),
      ];
    case "/":
      return [
        ...numbers,
        signature(intervalDay, double, intervalDay),
        signature(intervalYear, double, intervalYear),
      ];
    case "%":
      return numbers;
  }
}

/** The decimal type of an operand of a decimal operation. Integers and NULL are converted to decimals. */
function asDecimal(type: Type): TypeOf<"decimal"> | undefined {
  if (type.kind === "decimal") return type;
  const digits = integerDigits[type.kind];
  if (digits !== undefined) return { kind: "decimal", precision: digits, scale: 0 };
  return type.kind === "unknown" ? { kind: "decimal", precision: 1, scale: 0 } : undefined;
}

/**
 * The signature of an operation on decimals. Undefined when no operand is a decimal.
 *
 * @see https://trino.io/docs/current/functions/decimal.html
 */
function decimalSignature(operator: ArithmeticOperator, a: Type, b: Type): Signature | undefined {
  if (a.kind !== "decimal" && b.kind !== "decimal") return undefined;
  const left = asDecimal(a);
  const right = asDecimal(b);
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  const decimal = (precision: number, digits: number) =>
    signature(left, right, decimalOf(Math.min(38, precision), digits));
  switch (operator) {
    case "+":
    case "-":
      return decimal(whole + scale + 1, scale);
    case "*":
      if (left.scale + right.scale > 38)
        throw new TrinoError(
          "INVALID_FUNCTION_ARGUMENT",
          `DECIMAL scale must be in range [0, precision (38)]: ${left.scale + right.scale}`,
        );
      return decimal(left.precision + right.precision, left.scale + right.scale);
    case "/":
      return decimal(left.precision + right.scale + Math.max(right.scale - left.scale, 0), scale);
    case "%":
      return decimal(Math.min(left.precision - left.scale, right.precision - right.scale) + scale, scale);
  }
}

const fits = (signature: Signature, a: Type, b: Type): boolean =>
  isCoercible(a, signature.left) && isCoercible(b, signature.right);

/** The signatures than which no other one is more specific. */
const mostSpecific = (signatures: readonly Signature[]): Signature[] =>
  signatures.filter((one) =>
    signatures.every(
      (other) => one === other || !fits(one, other.left, other.right) || fits(other, one.left, one.right),
    ),
  );

function choose(operator: ArithmeticOperator, a: Type, b: Type): Signature | "ambiguous" | undefined {
  const precision = Math.max(isTime(a) ? a.precision : 0, isTime(b) ? b.precision : 0);
  const decimal = decimalSignature(operator, a, b);
  const signatures = [...signaturesOf(operator)(precision), ...(decimal ? [decimal] : [])];
  const exact = signatures.find(({ left, right }) => sameType(left, a) && sameType(right, b));
  if (exact) return exact;
  let able = signatures.filter((signature) => fits(signature, a, b));
  const onlyUnknown = able.filter(
    ({ left, right }) =>
      (a.kind === "unknown" || sameType(a, left)) && (b.kind === "unknown" || sameType(b, right)),
  );
  if (onlyUnknown.length > 0) able = onlyUnknown;
  const best = mostSpecific(able);
  const [first] = best;
  if (!first || best.length === 1) return first;
  // When all of them return the same type, Trino takes any of them, except for a timestamp plus NULL.
  const same = best.every(({ returns }) => sameType(returns, first.returns));
  return same && !(operator === "+" && a.kind.startsWith("timestamp")) ? first : "ambiguous";
}

export function bindArithmetic(
  operator: ArithmeticOperator,
  left: Expr,
  right: Expr,
  at: TextPosition,
): Expr {
  const chosen = choose(operator, left.type, right.type);
  if (chosen === "ambiguous")
    throw errorAt(
      undefined,
      "AMBIGUOUS_FUNCTION_CALL",
      "Could not choose a best candidate operator. Explicit type casts must be added.",
    );
  if (!chosen) throw cannotApply(operator, left.type, right.type, at);
  return {
    kind: "arithmetic",
    type: chosen.returns,
    operator,
    left: coerce(left, chosen.left),
    right: coerce(right, chosen.right),
  };
}

const cannotApply = (operator: string, left: Type, right: Type, at: TextPosition) =>
  errorAt(
    at,
    "TYPE_MISMATCH",
    `Cannot apply operator: ${formatType(left)} ${operator} ${formatType(right)}`,
    textHint(left, right),
  );

/** Trino has no operator for `>`, `>=` and `<>`: it tells the one that it would evaluate them by. */
const evaluatedBy = { "=": "=", "<>": "=", "<": "<", ">": "<", "<=": "<=", ">=": "<=" } as const;

const notComparable = (
  operator: ComparisonOperator | "IS DISTINCT FROM",
  left: Type,
  right: Type,
  at: TextPosition,
) =>
  operator === "IS DISTINCT FROM"
    ? errorAt(
        at,
        "TYPE_MISMATCH",
        `Cannot check if ${formatType(left)} is identical to ${formatType(right)}`,
        textHint(left, right),
      )
    : cannotApply(evaluatedBy[operator], left, right, at);

/** A hint for an operation between text and a number or a time. */
function textHint(left: Type, right: Type): string | undefined {
  const [text, other] =
    left.kind === "varchar"
      ? [left, right]
      : right.kind === "varchar"
        ? [right, left]
        : [undefined, undefined];
  if (!text || !other || other.kind === "varchar" || other.kind === "unknown") return undefined;
  return `text is not converted by itself: CAST(… AS ${other.kind}), or CAST the other side AS varchar`;
}

export function bindComparison(
  operator: ComparisonOperator | "IS DISTINCT FROM",
  left: Expr,
  right: Expr,
  at: TextPosition,
): Extract<Expr, { kind: "comparison" }> {
  const type = commonType(left.type, right.type);
  const possible =
    type &&
    (operator === "=" || operator === "<>" || operator === "IS DISTINCT FROM"
      ? isComparable(type)
      : isOrderable(type));
  if (!type || !possible) throw notComparable(operator, left.type, right.type, at);
  return {
    kind: "comparison",
    type: boolean,
    operator,
    left: coerce(left, type),
    right: coerce(right, type),
  };
}

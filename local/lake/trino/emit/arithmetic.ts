import type { ArithmeticOperator, Expr } from "../bind/tree";
import { callJavaScript } from "../functions/registry";
import { checkedDays, checkedMonths, timestampLimited, zonedLimited } from "../functions/time/limits";
import { divideHalfUp } from "../types/decimals";
import { duckdbTypeText } from "../types/duckdb";
import { TrinoError } from "../types/errors";
import { leastLong, longOf } from "../types/longs";
import { addMonths, daysOf as daysOfMicros } from "../types/text/calendar";
import { formatDouble } from "../types/text/numbers";
import { instantOfLocal, localOf } from "../types/text/times";
import { bigint, date as dateType, isIntegral, type Type, type TypeOf } from "../types/types";
import type { Emission } from "./context";
import { failure } from "./failure";

/** Writes operators between numbers, dates, times and intervals. */
export function emitArithmetic(
  expr: Extract<Expr, { kind: "arithmetic" }>,
  left: string,
  right: string,
  emission: Emission,
): string {
  const { operator, type } = expr;
  const [a, b] = [expr.left.type, expr.right.type];
  if (isIntegral(type)) return integral(operator, left, right, expr.right, type);
  if (type.kind === "real" || type.kind === "double") return floating(operator, left, right, type);
  if (type.kind === "decimal" && a.kind === "decimal" && b.kind === "decimal")
    return decimal(operator, left, right, a, b, type, emission);
  if (type.kind === "interval day to second" || type.kind === "interval year to month")
    return interval(operator, left, right, expr, emission);
  // A point in time and an interval are added. Either of them may be the first operand.
  return a.kind.startsWith("interval")
    ? moved(right, left, type, a, false, emission)
    : moved(left, right, type, b, operator === "-", emission);
}

const javaNames: Partial<Record<ArithmeticOperator, string>> = { "/": "//", "%": "%" };

function integral(
  operator: ArithmeticOperator,
  left: string,
  right: string,
  divisor: Expr,
  type: Type,
): string {
  const text = duckdbTypeText(type);
  const symbol = javaNames[operator];
  if (!symbol) return `(${left} ${operator} ${right})`;
  const quotient = `CAST(${left} ${symbol} ${right} AS ${text})`;
  if (divisor.kind === "constant" && divisor.value !== null && Number(divisor.value) !== 0) return quotient;
  return `CASE WHEN ${right} = 0 AND ${left} IS NOT NULL THEN ${failure(text, "DIVISION_BY_ZERO", "Division by zero")} ELSE ${quotient} END`;
}

/** A remainder of a division by 0 is NULL in DuckDB, and NaN in Trino. */
function floating(operator: ArithmeticOperator, left: string, right: string, type: Type): string {
  const text = duckdbTypeText(type);
  if (operator === "%")
    return `CASE WHEN ${right} = 0 AND ${left} IS NOT NULL THEN CAST('NaN' AS ${text}) ELSE CAST(${left} % ${right} AS ${text}) END`;
  return `CAST(${left} ${operator} ${right} AS ${text})`;
}

function decimal(
  operator: ArithmeticOperator,
  left: string,
  right: string,
  a: TypeOf<"decimal">,
  b: TypeOf<"decimal">,
  type: TypeOf<"decimal">,
  emission: Emission,
): string {
  const exact = type.precision < 38 && (operator === "+" || operator === "-" || operator === "*");
  // DuckDB's own result has the same precision and scale.
  if (exact) {
    // DuckDB would compute in 64 bits and limit a result of more than 18 digits to 18.
    const widened = type.precision > 18 && a.precision <= 18 && b.precision <= 18;
    const first = widened ? `CAST(${left} AS DECIMAL(19, ${a.scale}))` : left;
    return `CAST(${first} ${operator} ${right} AS ${duckdbTypeText(type)})`;
  }
  const native = operator === "/" && quotient(left, right, a, b, type);
  if (native) return native;
  const fn = {
    name: `decimal${operator}`,
    parameters: [a, b],
    returns: type,
    call: decimalFunction(operator, a.scale, b.scale, type),
  };
  return callJavaScript(emission, fn, [left, right]);
}

/**
 * The quotient in integers, rounded half away from zero. Undefined when DuckDB's integers are too small. For the digits
 * n and d of the operands, the result is (2n + d) / 2d.
 */
function quotient(
  left: string,
  right: string,
  a: TypeOf<"decimal">,
  b: TypeOf<"decimal">,
  type: TypeOf<"decimal">,
): string | undefined {
  const shift = type.scale + b.scale;
  const digits = Math.max(a.precision + shift - a.scale, b.precision);
  if (digits > 36 || a.precision + shift > 37 || b.precision + b.scale > 37) return undefined;
  const integer = digits > 17 ? "HUGEINT" : "BIGINT";
  /** The digits of a decimal, followed by the given number of zeros. */
  const whole = (sql: string, of: TypeOf<"decimal">, by: number) => {
    if (by === 0) return `CAST(${sql} AS ${integer})`;
    const wide = of.precision + by < 18 ? sql : `CAST(${sql} AS DECIMAL(38, ${of.scale}))`;
    return `CAST(${wide} * CAST(1${"0".repeat(by)} AS DECIMAL(${by + 1}, 0)) AS ${integer})`;
  };
  const n = whole(left, a, shift);
  const d = whole(right, b, b.scale);
  const rounded = `(2 * abs(${n}) + abs(${d})) // (2 * abs(${d}))`;
  const signed = `CASE WHEN (${n} < 0) = (${d} < 0) THEN ${rounded} ELSE - (${rounded}) END`;
  const text = duckdbTypeText(type);
  const { precision, scale } = type;
  const unit =
    scale === 0 ? "" : ` * CAST('0.${"1".padStart(scale, "0")}' AS DECIMAL(${scale + 1}, ${scale}))`;
  const digitsText = `CAST(${signed} AS DECIMAL(${precision + scale < 18 ? precision + 1 : 38}, 0))`;
  return `CASE WHEN ${right} = 0 AND ${left} IS NOT NULL THEN ${failure(text, "DIVISION_BY_ZERO", "Division by zero")} ELSE CAST(${digitsText}${unit} AS ${text}) END`;
}

function decimalFunction(
  operator: ArithmeticOperator,
  aScale: number,
  bScale: number,
  type: TypeOf<"decimal">,
) {
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

function interval(
  operator: ArithmeticOperator,
  left: string,
  right: string,
  expr: Extract<Expr, { kind: "arithmetic" }>,
  emission: Emission,
): string {
  const [a, b] = [expr.left.type, expr.right.type];
  const text = duckdbTypeText(expr.type);
  if (operator === "*" || operator === "/") {
    const [amount, factor, factorType] = a.kind.startsWith("interval") ? [left, right, b] : [right, left, a];
    if (factorType.kind === "double") {
      const fn = {
        name: `interval${operator}`,
        parameters: [expr.type, factorType],
        returns: expr.type,
        call: scaled(expr.type, operator) as never,
      };
      return callJavaScript(emission, fn, [amount, factor]);
    }
    if (expr.type.kind === "interval day to second") return `CAST(${amount} * ${factor} AS ${text})`;
    const fn = {
      name: "interval months*",
      parameters: [expr.type, bigint],
      returns: expr.type,
      call: ((months: number, by: bigint) => checkedMonths(BigInt(months) * by)) as never,
    };
    return callJavaScript(emission, fn, [amount, `CAST(${factor} AS BIGINT)`]);
  }
  if (expr.type.kind === "interval year to month") {
    const fn = {
      name: `interval months${operator}`,
      parameters: [a, b],
      returns: expr.type,
      call: ((one: number, other: number) =>
        checkedMonths(BigInt(one) + BigInt(operator === "-" ? -other : other))) as never,
    };
    return callJavaScript(emission, fn, [left, right]);
  }
  if (a.kind.startsWith("interval")) return `(${left} ${operator} ${right})`;
  // The difference of two points in time. Milliseconds. The operands are cast, because a constant
  // NULL has no type in DuckDB.
  const held = a.kind.startsWith("timestamp") ? "TIMESTAMP" : "TIME";
  switch (a.kind) {
    case "date":
      return `(CAST(${left} - ${right} AS BIGINT) * 86400000)`;
    case "time":
    case "timestamp":
      return millis(`epoch_us(CAST(${left} AS ${held})) - epoch_us(CAST(${right} AS ${held}))`);
    default: {
      const micros = (value: string) => `epoch_us(CAST((${value}).instant AS ${held}))`;
      // Timestamps are rounded before they are subtracted, and times of day after.
      if (held === "TIME") return millis(`${micros(left)} - ${micros(right)}`);
      return `(${millis(micros(left))} - ${millis(micros(right))})`;
    }
  }
}

/** Converts microseconds to milliseconds, rounding halves up. */
const millis = (micros: string): string => `CAST(floor((${micros} + 500) / 1000) AS BIGINT)`;

function scaled(type: Type, operator: ArithmeticOperator) {
  const apply = (value: number, factor: number) => {
    if (Number.isNaN(factor) || (operator === "/" && factor === 0))
      throw new TrinoError(
        "INVALID_FUNCTION_ARGUMENT",
        `Cannot ${operator === "*" ? "multiply" : "divide"} by double ${formatDouble(factor)}`,
      );
    const result = operator === "*" ? value * factor : value / factor;
    return Number.isNaN(result) ? 0 : Math.trunc(result);
  };
  return type.kind === "interval day to second"
    ? (value: bigint, factor: number) => longOf(apply(Number(value), factor))
    : (value: number, factor: number) => checkedMonths(longOf(apply(value, factor)));
}

function moved(
  point: string,
  amount: string,
  type: Type,
  by: Type,
  back: boolean,
  emission: Emission,
): string {
  const sign = back ? "-" : "+";
  if (by.kind === "interval year to month") {
    const months = `to_months(CAST(${amount} AS INTEGER))`;
    switch (type.kind) {
      case "date": {
        if (fewMonths(amount)) return `CAST(${point} ${sign} ${months} AS DATE)`;
        const fn = {
          name: `months${sign}`,
          parameters: [type, by],
          returns: type,
          call: ((days: number, months: number) =>
            checkedDays(addMonths(days, back ? -months : months))) as never,
        };
        return callJavaScript(emission, fn, [point, amount]);
      }
      case "timestamp": {
        if (fewMonths(amount)) return `(${point} ${sign} ${months})`;
        const fn = {
          name: `months${sign} of timestamps`,
          parameters: [type, by],
          returns: type,
          call: ((micros: bigint, months: number) =>
            timestampLimited(plusMonths(micros, back ? -months : months))) as never,
        };
        return callJavaScript(emission, fn, [point, amount]);
      }
      default: {
        const fn = {
          name: `month${sign}`,
          parameters: [type, by],
          returns: type,
          call: (({ instant, zone }: { instant: bigint; zone: string }, months: number) => ({
            instant: zonedLimited(
              instantOfLocal(plusMonths(localOf(instant, zone), back ? -months : months), zone),
            ),
            zone,
          })) as never,
        };
        return callJavaScript(emission, fn, [point, amount]);
      }
    }
  }
  if (type.kind.startsWith("timestamp") && !fewMillis(amount))
    return callJavaScript(emission, addMillis(type, by, back), [point, amount]);
  /** The result is NULL when an operand is NULL. A struct with a NULL field would not be NULL itself. */
  const known = (struct: string) =>
    `CASE WHEN ${point} IS NOT NULL AND ${amount} IS NOT NULL THEN ${struct} END`;
  switch (type.kind) {
    case "date": {
      const days = daysOf(amount);
      if (days !== undefined) return `(${point} ${sign} ${days})`;
      const fn = {
        name: `day${sign}`,
        parameters: [dateType, bigint],
        returns: dateType,
        call: ((days: number, millis: bigint) => {
          if (millis % 86_400_000n !== 0n)
            throw new TrinoError(
              "INVALID_FUNCTION_ARGUMENT",
              `Cannot ${back ? "subtract" : "add"} hour, minutes or seconds ${back ? "from" : "to"} a date`,
            );
          return days + Number(millis / 86_400_000n) * (back ? -1 : 1);
        }) as never,
      };
      return callJavaScript(emission, fn, [point, amount]);
    }
    case "timestamp":
      return `make_timestamp(epoch_us(CAST(${point} AS TIMESTAMP)) ${sign} ${amount} * 1000)`;
    case "timestamp with time zone":
      return known(
        `struct_pack(instant := make_timestamp(epoch_us(CAST((${point}).instant AS TIMESTAMP)) ${sign} ${amount} * 1000), zone := (${point}).zone)`,
      );
    case "time":
      return wrapped(`epoch_us(CAST(${point} AS TIME)) ${sign} ${amount} * 1000`);
    default:
      return known(
        `struct_pack(instant := ${wrapped(`epoch_us(CAST((${point}).instant AS TIME)) ${sign} ${amount} * 1000`)}, "offset" := (${point})."offset")`,
      );
  }
}

/** The days of a constant interval of whole days, such as `INTERVAL '90' DAY`. */
function daysOf(sql: string): number | undefined {
  const [, text] = /^CAST\((\d{1,15}) AS BIGINT\)$/.exec(sql) ?? [];
  const days = Number(text) / 86_400_000;
  return Number.isInteger(days) && days <= mostDays ? days : undefined;
}

/** Largest number of days that DuckDB adds to a date. JavaScript adds more, since its range is larger. */
const mostDays = 1_000_000;

/**
 * Whether an amount is a constant of few months. DuckDB adds months to a date as to a timestamp, whose calendar ends
 * earlier.
 */
function fewMonths(sql: string): boolean {
  const [, text] = /^CAST\((-?\d{1,9}) AS INTEGER\)$/.exec(sql) ?? [];
  return text !== undefined && Math.abs(Number(text)) < 12 * 10_000;
}

/** Whether an amount is a constant of milliseconds that are less than 10,000 years. */
function fewMillis(sql: string): boolean {
  const [, text] = /^CAST\((-?\d{1,15}) AS BIGINT\)$/.exec(sql) ?? [];
  return text !== undefined && Math.abs(Number(text)) < 10_000 * 366 * 86_400_000;
}

/** The function that adds an interval of milliseconds to a timestamp, and fails beyond its range as Trino does. */
function addMillis(type: Type, by: Type, back: boolean) {
  const added = (micros: bigint, millis: bigint) => micros + (back ? -millis : millis) * 1000n;
  const call =
    type.kind === "timestamp"
      ? (micros: bigint, millis: bigint) => timestampLimited(added(micros, millis))
      : ({ instant, zone }: { instant: bigint; zone: string }, millis: bigint) => ({
          instant: zonedLimited(added(instant, millis)),
          zone,
        });
  return { name: `millis${back ? "-" : "+"}`, parameters: [type, by], returns: type, call: call as never };
}

/** A time of day that wraps around at midnight. Microseconds. */
const wrapped = (micros: string): string =>
  `CAST(make_timestamp(((${micros}) % 86400000000 + 86400000000) % 86400000000) AS TIME)`;

/** The same time of day some months later, on the month's last day if the month is too short. */
function plusMonths(local: bigint, months: number): bigint {
  const days = daysOfMicros(local);
  return local + BigInt(addMonths(days, months) - days) * 86_400_000_000n;
}

export function emitNegate(value: string, type: Type): string {
  if (!isIntegral(type)) return `(- ${value})`;
  const text = duckdbTypeText(type);
  const least = {
    TINYINT: -128n,
    SMALLINT: -32_768n,
    INTEGER: -2_147_483_648n,
    BIGINT: leastLong,
  }[text];
  return `CASE WHEN ${value} = ${least} THEN ${failure(text, "NUMERIC_VALUE_OUT_OF_RANGE", `${type.kind} negation overflow: ${least}`)} ELSE - ${value} END`;
}

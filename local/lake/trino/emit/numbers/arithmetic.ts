import type { ArithmeticOperator, Expr } from "../../bind/tree";
import { callJavaScript } from "../../functions/registry";
import { checkedDays, checkedMonths, timestampLimited, zonedLimited } from "../../functions/time/limits";
import { duckdbTypeText } from "../../types/duckdb";
import { TrinoError } from "../../types/errors";
import { leastLong, longOf } from "../../types/longs";
import { addMonths, daysOf as daysOfMicros } from "../../types/text/calendar";
import { formatDouble } from "../../types/text/numbers";
import { instantOfLocal, localOf } from "../../types/text/times";
import { bigint, date as dateType, isIntegral, type Type, type TypeOf } from "../../types/types";
import type { Emission } from "../context";
import { failure } from "../failure";
import { decimalFunction } from "./decimals";
import { digitsOf } from "./digits";
import { checkDivisor, type Operand, quotient } from "./division";

/** Writes operators between numbers, dates, times and intervals. */
export function emitArithmetic(
  expr: Extract<Expr, { kind: "arithmetic" }>,
  left: string,
  right: string,
  emission: Emission,
): string {
  const { operator, type } = expr;
  const [a, b] = [expr.left.type, expr.right.type];
  if (isIntegral(type)) return integral(expr, left, right, emission);
  if (type.kind === "real" || type.kind === "double") return floating(operator, left, right, type);
  if (type.kind === "decimal" && a.kind === "decimal" && b.kind === "decimal")
    return decimal(expr, left, right, type, emission);
  if (type.kind === "interval day to second" || type.kind === "interval year to month")
    return interval(operator, left, right, expr, emission);
  // A point in time and an interval are added. Either of them may be the first operand.
  return a.kind.startsWith("interval")
    ? moved(right, left, type, a, false, emission)
    : moved(left, right, type, b, operator === "-", emission);
}

const javaNames: Partial<Record<ArithmeticOperator, string>> = { "/": "//", "%": "%" };

function integral(
  expr: Extract<Expr, { kind: "arithmetic" }>,
  left: string,
  right: string,
  emission: Emission,
): string {
  const symbol = javaNames[expr.operator];
  if (!symbol) return `(${left} ${expr.operator} ${right})`;
  return checkDivisor(`${left} ${symbol} ${right}`, expr, left, right, emission);
}

/** A remainder of a division by 0 is NULL in DuckDB, and NaN in Trino. */
function floating(operator: ArithmeticOperator, left: string, right: string, type: Type): string {
  const text = duckdbTypeText(type);
  if (operator === "%")
    return `CASE WHEN ${right} = 0 AND ${left} IS NOT NULL THEN CAST('NaN' AS ${text}) ELSE CAST(${left} % ${right} AS ${text}) END`;
  return `CAST(${left} ${operator} ${right} AS ${text})`;
}

function decimal(
  expr: Extract<Expr, { kind: "arithmetic" }>,
  left: string,
  right: string,
  type: TypeOf<"decimal">,
  emission: Emission,
): string {
  const { operator } = expr;
  const [a, b] = [expr.left, expr.right].map((operand) => ({
    type: operand.type as TypeOf<"decimal">,
    digits: digitsOf(operand, emission),
  })) as [Operand, Operand];
  const native =
    operator === "/" ? quotient({ left, right, a, b, type }) : exact(operator, left, right, a, b, type);
  if (native !== undefined)
    return operator === "/" ? checkDivisor(native, expr, left, right, emission) : native;
  const fn = {
    name: `decimal${operator}`,
    parameters: [a.type, b.type],
    returns: type,
    call: decimalFunction(operator, a.type.scale, b.type.scale, type),
  };
  return callJavaScript(emission, fn, [left, right]);
}

/** A sum, difference or product. Undefined when it may have more than 38 digits, which is an error of Trino's. */
function exact(
  operator: ArithmeticOperator,
  left: string,
  right: string,
  a: Operand,
  b: Operand,
  type: TypeOf<"decimal">,
): string | undefined {
  if (operator === "%") return undefined;
  const digits =
    operator === "*"
      ? a.digits + b.digits
      : Math.max(a.digits + type.scale - a.type.scale, b.digits + type.scale - b.type.scale) + 1;
  if (type.precision === 38 && digits > 38) return undefined;
  // DuckDB's own result has the same precision and scale. It would compute in 64 bits and limit a result of more than
  // 18 digits to 18.
  const widened = type.precision > 18 && a.type.precision <= 18 && b.type.precision <= 18;
  const first = widened ? `CAST(${left} AS DECIMAL(19, ${a.type.scale}))` : left;
  return `CAST(${first} ${operator} ${right} AS ${duckdbTypeText(type)})`;
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

import type { Plain } from "../functions/javascript/values";
import { outOfRange } from "../types/errors";
import { longOf } from "../types/longs";
import { formatDecimal, formatDouble, formatReal } from "../types/text/numbers";
import { isIntegral, type Type, type TypeOf } from "../types/types";
import { invalidCast } from "./errors";

/** Casts between numbers, and from booleans to numbers. */

const bits: Partial<Record<Type["kind"], number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

/** Returns a function that makes an integer a value of an integral type. */
export function whole(to: Type, fail: (value: bigint) => Error): (value: bigint) => Plain {
  const size = bits[to.kind] ?? 64;
  const wide = to.kind === "bigint";
  return (value) => {
    if (BigInt.asIntN(size, value) !== value) throw fail(value);
    return wide ? value : Number(value);
  };
}

export function numberCast(from: Type, to: Type): (value: Plain) => Plain {
  if (to.kind === "boolean")
    return from.kind === "decimal" ? (value) => value !== 0n : (value) => Number(value) !== 0;
  if (from.kind === "boolean") return ofBoolean(to);
  if (isIntegral(to)) return toIntegral(from, to);
  if (to.kind === "decimal") return toDecimal(from, to);
  const round = to.kind === "real" ? Math.fround : (value: number) => value;
  if (from.kind === "decimal") return (value) => round(Number(formatDecimal(value as bigint, from.scale)));
  return (value) => round(Number(value));
}

function ofBoolean(to: Type): (value: Plain) => Plain {
  if (to.kind === "bigint") return (value) => (value ? 1n : 0n);
  if (to.kind === "decimal") return (value) => (value ? 10n ** BigInt(to.scale) : 0n);
  return (value) => (value ? 1 : 0);
}

function toIntegral(from: Type, to: Type): (value: Plain) => Plain {
  const range = whole(to, (value) => outOfRange(`Out of range for ${to.kind}: ${value}`));
  if (from.kind === "decimal") {
    const unit = 10n ** BigInt(from.scale);
    return (value) => {
      const text = () => formatDecimal(value as bigint, from.scale);
      const fail = () => invalidCast(`Cannot cast '${text()}' to ${to.kind.toUpperCase()}`);
      return whole(to, fail)(roundHalfUp(value as bigint, unit));
    };
  }
  const write = from.kind === "real" ? formatReal : formatDouble;
  if (from.kind === "real" || from.kind === "double")
    return (value) => {
      const number = value as number;
      // Java casts a float that is out of range to the nearest long.
      if (from.kind === "real" && to.kind === "bigint" && Math.abs(number) >= 2 ** 63) return longOf(number);
      if (Number.isNaN(number) && to.kind !== "bigint")
        throw invalidCast(`Cannot cast ${from.kind} NaN to ${to.kind}`);
      if (to.kind === "bigint" && !(Math.abs(number) < 2 ** 63))
        throw invalidCast(`Unable to cast ${formatDouble(number)} to ${to.kind}`);
      if (!Number.isFinite(number)) throw outOfRange(`Out of range for ${to.kind}: ${number}`);
      const rounded = Math.sign(number) * Math.round(Math.abs(number));
      return whole(to, () => outOfRange(`Out of range for ${to.kind}: ${write(number)}`))(BigInt(rounded));
    };
  return (value) => range(BigInt(value as number | bigint));
}

/** A number divided by a unit, rounded half away from zero. */
function roundHalfUp(value: bigint, unit: bigint): bigint {
  const half = unit / 2n;
  return unit === 1n ? value : value < 0n ? -((-value + half) / unit) : (value + half) / unit;
}

function toDecimal(from: Type, to: TypeOf<"decimal">): (value: Plain) => Plain {
  const limit = 10n ** BigInt(to.precision);
  const target = inCapitals(to);
  const checked = (value: bigint, text: () => string): bigint => {
    if (value >= limit || value <= -limit)
      throw invalidCast(`Cannot cast ${inCapitals(from)} '${text()}' to ${target}`);
    return value;
  };
  if (from.kind === "decimal") {
    const up = to.scale >= from.scale;
    const unit = 10n ** BigInt(Math.abs(to.scale - from.scale));
    return (value) => {
      const unscaled = value as bigint;
      return checked(up ? unscaled * unit : roundHalfUp(unscaled, unit), () =>
        formatDecimal(unscaled, from.scale),
      );
    };
  }
  if (from.kind === "real" || from.kind === "double") {
    const write = from.kind === "real" ? formatReal : formatDouble;
    return (value) => {
      const number = value as number;
      if (!Number.isFinite(number))
        throw invalidCast(`Cannot cast ${inCapitals(from)} '${write(number)}' to ${target}`);
      const unscaled = unscaledOf(write(number), to.scale);
      const isLarge = unscaled >= limit || unscaled <= -limit;
      if (isLarge && to.precision > 18 && BigInt.asIntN(128, unscaled) === unscaled)
        throw outOfRange("Decimal overflow");
      return checked(unscaled, () => write(number));
    };
  }
  const unit = 10n ** BigInt(to.scale);
  return (value) => checked(BigInt(value as number | bigint) * unit, () => String(value));
}

/** A type as the errors of casts name it. */
export const inCapitals = (type: Type): string =>
  type.kind === "decimal" ? `DECIMAL(${type.precision}, ${type.scale})` : type.kind.toUpperCase();

/** The unscaled value of a text such as `1.25E-3` at a scale, rounded half away from zero. */
export function unscaledOf(text: string, scale: number): bigint {
  const [mantissa = "0", exponent = "0"] = text.toUpperCase().split("E");
  const negative = mantissa.startsWith("-");
  const [left = "", right = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const digits = BigInt(`${left}${right}` || "0");
  const shift = scale - right.length + Number(exponent);
  if (shift < -400) return 0n;
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : roundHalfUp(digits, 10n ** BigInt(-shift));
  return negative ? -value : value;
}

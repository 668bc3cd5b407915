import { unscaledOf } from "../../trino/casts/numbers";
import { parseDouble } from "../../trino/types/text/numbers";
import type { Type, TypeOf } from "../../trino/types/types";

const bits: Readonly<Partial<Record<Type["kind"], number>>> = {
  tinyint: 8,
  smallint: 16,
  integer: 32,
  bigint: 64,
};

/** An integer in the plain form of its type. Undefined when it is out of the type's range. */
export function fittingInteger(value: bigint, type: Type): number | bigint | undefined {
  const size = bits[type.kind] ?? 64;
  if (BigInt.asIntN(size, value) !== value) return undefined;
  return size === 64 ? value : Number(value);
}

const decimalText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The whole part of a number's text: `1.9` is 1, `1e2` is 100. Undefined when the text is not a number. */
export function truncatedOf(text: string): bigint | undefined {
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace(/^\+/, ""));
  if (!decimalText.test(text)) return undefined;
  const exponent = Number(/[eE](.*)$/.exec(text)?.[1] ?? 0);
  if (Math.abs(exponent) > 1000) return undefined;
  const scale = 1100;
  return unscaledOf(text, scale) / 10n ** BigInt(scale);
}

/**
 * A number's text as Java's BigDecimal writes it: `1e2` becomes `1E+2`, and `+7` becomes `7`. Undefined when the text
 * is not a number.
 *
 * @see https://docs.oracle.com/javase/8/docs/api/java/math/BigDecimal.html#toString--
 */
export function asBigDecimalText(text: string): string | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === "" && fraction === "") return undefined;
  const digits = String(BigInt(whole + fraction));
  const scale = fraction.length - Number(exponent);
  const minus = sign === "-" && digits !== "0" ? "-" : "";
  const adjusted = digits.length - 1 - scale;
  if (scale >= 0 && adjusted >= -6) {
    if (scale === 0) return minus + digits;
    const padded = digits.padStart(scale + 1, "0");
    return `${minus}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${minus}${mantissa}E${adjusted < 0 ? "" : "+"}${adjusted}`;
}

/**
 * A decimal's unscaled value, rounded half away from zero. Undefined when the text is not a number or has too many
 * digits.
 */
export function unscaledDecimal(text: string, { precision, scale }: TypeOf<"decimal">): bigint | undefined {
  if (!decimalText.test(text)) return undefined;
  const exponent = Number(/[eE](.*)$/.exec(text)?.[1] ?? 0);
  if (Math.abs(exponent) > 1000) return undefined;
  const unscaled = unscaledOf(text.replace(/^\+/, ""), scale);
  const size = unscaled < 0n ? -unscaled : unscaled;
  return size < 10n ** BigInt(precision) ? unscaled : undefined;
}

/** Reads a number as Java's parseDouble and parseFloat do. */
export function floatingOf(text: string, type: Type): number | undefined {
  const value = parseDouble(text);
  return value === undefined || type.kind === "double" ? value : Math.fround(value);
}

/** Digits of numbers, rounded half up as in Java's Formatter. */

/**
 * The absolute value of a number: its digits and the position of the decimal point among them, which may be outside of
 * the digits.
 */
export interface Digits {
  readonly digits: string;
  readonly point: number;
}

/** The fewest digits that identify a double. */
export function digitsOfDouble(value: number): Digits {
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

export function digitsOfDecimal(unscaled: bigint, scale: number): Digits {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  return { digits, point: digits.length - scale };
}

/** Rounds to a number of digits, which may be zero or negative. */
function keep({ digits, point }: Digits, count: number): Digits {
  if (count >= digits.length) return { digits: digits.padEnd(count, "0"), point };
  if (count < 0) return { digits: "0", point: point - count };
  const up = (digits[count] ?? "0") >= "5";
  const rounded = BigInt(digits.slice(0, count) || "0") + (up ? 1n : 0n);
  const text = String(rounded).padStart(count, "0");
  return { digits: text, point: point + text.length - count };
}

/** Writes `123.46`, with the given number of digits after the point. */
export function fixedText(number: Digits, precision: number): string {
  const rounded = keep(number, number.point + precision);
  const { digits, point } = { digits: rounded.digits, point: rounded.point };
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  const fraction = (point > 0 ? digits.slice(point) : "0".repeat(-point) + digits)
    .slice(0, precision)
    .padEnd(precision, "0");
  return `${whole.replace(/^0+(?=\d)/, "")}${precision > 0 ? `.${fraction}` : ""}`;
}

/** Writes `1.234560e+02`, with the given number of digits after the point. */
export function scientificText(number: Digits, precision: number): string {
  const zero = /^0*$/.test(number.digits);
  const trimmed = zero ? { digits: "0", point: 1 } : withoutLeadingZeros(number);
  const { digits, point } = keep(trimmed, precision + 1);
  const exponent = zero ? 0 : point - 1;
  const fraction = digits.slice(1, precision + 1);
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0]}${precision > 0 ? `.${fraction}` : ""}e${exponent < 0 ? "-" : "+"}${power}`;
}

function withoutLeadingZeros({ digits, point }: Digits): Digits {
  const zeros = digits.length - digits.replace(/^0+/, "").length;
  return { digits: digits.slice(zeros), point: point - zeros };
}

/** Writes the given number of significant digits, in fixed or scientific form. */
export function generalText(number: Digits, precision: number): string {
  const significant = precision === 0 ? 1 : precision;
  if (/^0*$/.test(number.digits)) return fixedText({ digits: "0", point: 1 }, significant - 1);
  const rounded = keep(withoutLeadingZeros(number), significant);
  // Numbers from 10^-4 up to 10^precision are written without an exponent.
  if (rounded.point > -4 && rounded.point <= significant)
    return fixedText(rounded, Math.max(0, significant - rounded.point));
  return scientificText(rounded, significant - 1);
}

/**
 * A finite double's absolute value as Java's `%a` writes it, such as `0x1.8p1`.
 *
 * @param precision Digits after the point, at least one. @default as many as the value has
 */
export function hexadecimalText(value: number, precision?: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = (bits: bigint) => (bits >> 52n ? Number(bits >> 52n) - 1023 : bits === 0n ? 0 : -1022);
  const digits = precision === undefined || precision > 12 ? 13 : Math.max(1, precision);
  const rounded = halfEven(bits, BigInt(52 - 4 * digits));
  const fraction = (rounded & ((1n << 52n) - 1n)).toString(16).padStart(13, "0").slice(0, digits);
  const shown = precision === undefined ? fraction.replace(/0+$/, "") || "0" : fraction;
  return `0x${rounded >> 52n ? 1 : 0}.${shown}p${exponent(rounded)}`;
}

/** The number with its last `count` bits rounded to zeros, to even when it lies in the middle. */
function halfEven(bits: bigint, count: bigint): bigint {
  const unit = 1n << count;
  const rest = bits % unit;
  const low = bits - rest;
  const isUp = rest * 2n > unit || (rest * 2n === unit && (low / unit) % 2n === 1n);
  return isUp ? low + unit : low;
}

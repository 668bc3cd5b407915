/** Parses and formats numbers as Java, and therefore Trino, does. */

/** Formats a double as `Double.toString` does: `1.0E10`, `0.001`, `NaN`, `-Infinity`. */
export const formatDouble = (value: number): string => formatJava(value, shortestDouble);

/** Java writes at least two digits, which differs only for the smallest double. */
const shortestDouble = (size: number): string =>
  size === Number.MIN_VALUE ? "4.9e-324" : size.toExponential();

/**
 * As {@link shortestDouble}, but not a number in the middle between two doubles: Java's DecimalFormat writes
 * `9.999999999999999E22` for 1e23.
 */
function closeToDouble(size: number): string {
  const shortest = shortestDouble(size);
  if (size < 2 ** 53 || !isInTheMiddle(shortest, size)) return shortest;
  const texts = Array.from({ length: 17 }, (_, digits) => size.toExponential(digits));
  return texts.find((text) => Number(text) === size && !isInTheMiddle(text, size)) ?? shortest;
}

function isInTheMiddle(text: string, size: number): boolean {
  const [mantissa = "0", power = "0"] = text.split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const written = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, Number(power) - fraction.length));
  const exact = BigInt(size);
  const bits = exact.toString(2).length;
  const distance = written > exact ? written - exact : exact - written;
  return distance * 2n === 1n << BigInt(bits - 53);
}

/** Formats a real as `Float.toString` does, with the fewest digits that identify it. */
export const formatReal = (value: number): string => formatJava(value, shortestReal);

function shortestReal(size: number): string {
  for (let digits = 0; digits < 9; digits++) {
    const text = size.toExponential(digits);
    if (Math.fround(Number(text)) === size) return text;
  }
  return size.toExponential(8);
}

function formatJava(value: number, exponential: (size: number) => string): string {
  if (Number.isNaN(value)) return "NaN";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return `${sign}Infinity`;
  if (size === 0) return `${sign}0.0`;
  const [mantissa = "0", power = "0"] = exponential(size).split("e");
  const digits = mantissa.replace(".", "");
  const exponent = Number(power);
  if (size >= 1e-3 && size < 1e7) {
    if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
    return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
  }
  return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
}

/** Parses a double as `Double.parseDouble` does. Undefined when the text is not valid. */
export function parseDouble(text: string): number | undefined {
  // Java ignores all characters up to the blank at both ends.
  const word = text.replace(/^[\0- ]+|[\0- ]+$/g, "");
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/.test(word))
    return Number(word.replace(/[fFdD]$/, ""));
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)[fFdD]?$/.exec(word);
  if (hex) {
    const [, minus, whole = "", fraction = "", power] = hex;
    if (whole === "" && fraction === "") return undefined;
    const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(power) - 4 * fraction.length);
    return minus === "-" ? -size : size;
  }
  const [, sign, name] = /^([+-]?)(NaN|Infinity)$/.exec(word) ?? [];
  if (name) return name === "NaN" ? Number.NaN : sign === "-" ? -Infinity : Infinity;
  return undefined;
}

/** Parses a decimal to its unscaled value and its digits: `-12.50` is -1250 with scale 2. */
export function parseDecimal(
  text: string,
): { unscaled: bigint; precision: number; scale: number } | undefined {
  const [, sign, whole = "", fraction = ""] = /^\s*([+-]?)(?:(\d[\d_]*)(?:\.([\d_]*))?)\s*$/.exec(text) ?? [];
  const [, sign2, fraction2] = /^\s*([+-]?)\.(\d[\d_]*)\s*$/.exec(text) ?? [];
  if (whole === "" && fraction2 === undefined) return undefined;
  const left = whole.replaceAll("_", "").replace(/^0+/, "");
  const right = (fraction2 ?? fraction).replaceAll("_", "");
  const unscaled = BigInt(`${left}${right}` || "0");
  return {
    unscaled: (sign ?? sign2) === "-" ? -unscaled : unscaled,
    precision: Math.max(1, left.length + right.length),
    scale: right.length,
  };
}

/** Formats a decimal: -1250 with scale 2 is `-12.50`. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const sign = unscaled < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Parses `true`, `t`, `1` and their opposites, in any case. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "t" || lower === "1") return true;
  if (lower === "false" || lower === "f" || lower === "0") return false;
  return undefined;
}

/** Formats a double as a cast to varchar does: `3.5E0`. */
export const formatScientific = (value: number): string => scientific(value, closeToDouble);

/** Formats a real as a cast to varchar does, with at most 7 digits. */
export const formatScientificReal = (value: number): string =>
  scientific(value, (size) =>
    size
      .toExponential(6)
      .replace(/(\.\d*?)0+e/, "$1e")
      .replace(".e", "e"),
  );

function scientific(value: number, exponential: (size: number) => string): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  // Trino 476 writes zero in this form.
  if (value === 0) return `${sign}0E0`;
  const [mantissa = "0", power = "0"] = exponential(Math.abs(value)).split("e");
  return `${sign}${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(power)}`;
}

/** The text of Java's BigDecimal, which has an exponent where more than six zeros would follow the point. */
export function bigDecimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const exponent = digits.length - 1 - scale;
  if (exponent >= -6) return formatDecimal(unscaled, scale);
  const [, first = "", rest = ""] = /^(.)(.*)$/.exec(digits) ?? [];
  return `${unscaled < 0n ? "-" : ""}${first}${rest === "" ? "" : `.${rest}`}E${exponent}`;
}

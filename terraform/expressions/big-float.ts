/** Number of bits in the mantissa of a Terraform number. */
const precision = 512;

/**
 * A Terraform number, with a mantissa of 512 bits. Results are rounded to the nearest number, ties to even.
 *
 * https://developer.hashicorp.com/terraform/language/expressions/types#number
 */
export class BigFloat {
  static readonly zero = new BigFloat(0n, 0);

  private constructor(
    /** The mantissa, which has 512 bits, is the power of two that follows these, or zero. */
    private readonly mantissa: bigint,
    /** The exponent to the base 2. */
    private readonly exponent: number,
  ) {}

  /** Parses a decimal number such as `-1.5e3`. @throws Error when it is none. */
  static parse(text: string): BigFloat {
    const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
    if (!parts) throw new Error(`${text} is not a number`);
    const [, sign, whole, fraction = "", power = "0"] = parts;
    const digits = BigInt(`${whole}${fraction}`);
    const ten = Number(power) - fraction.length;
    const unit = 10n ** BigInt(Math.abs(ten));
    const [top, bottom] = ten > 0 ? [digits * unit, 1n] : [digits, unit];
    return BigFloat.fromQuotient(sign === "-" ? -top : top, bottom, 0);
  }

  /** A quotient of whole numbers, times two to an exponent. @throws RangeError when the denominator is zero. */
  static fromQuotient(numerator: bigint, denominator: bigint, exponent: number): BigFloat {
    if (numerator === 0n) return BigFloat.zero;
    const negative = numerator < 0n;
    const top = negative ? -numerator : numerator;
    // The quotient has at least one bit more than the mantissa. Whether more bits would follow is kept in `isExact`.
    const shift = precision + 2 + bits(denominator) - bits(top);
    const scaled = top << BigInt(Math.max(0, shift));
    const divisor = denominator << BigInt(Math.max(0, -shift));
    const quotient = scaled / divisor;
    const isExact = quotient * divisor === scaled;
    const extra = BigInt(bits(quotient) - precision);
    const half = 1n << (extra - 1n);
    const rest = quotient & ((1n << extra) - 1n);
    let mantissa = quotient >> extra;
    if (rest > half || (rest === half && (!isExact || (mantissa & 1n) === 1n))) mantissa += 1n;
    return new BigFloat(negative ? -mantissa : mantissa, exponent - shift + Number(extra));
  }

  plus(other: BigFloat): BigFloat {
    const exponent = Math.min(this.exponent, other.exponent);
    return BigFloat.fromQuotient(this.scaledTo(exponent) + other.scaledTo(exponent), 1n, exponent);
  }

  times(other: BigFloat): BigFloat {
    return BigFloat.fromQuotient(this.mantissa * other.mantissa, 1n, this.exponent + other.exponent);
  }

  /** @throws RangeError when the divisor is zero. */
  dividedBy(other: BigFloat): BigFloat {
    const exponent = this.exponent - other.exponent;
    return other.mantissa < 0n
      ? BigFloat.fromQuotient(-this.mantissa, -other.mantissa, exponent)
      : BigFloat.fromQuotient(this.mantissa, other.mantissa, exponent);
  }

  negated(): BigFloat {
    return new BigFloat(-this.mantissa, this.exponent);
  }

  /** The remainder of an integer division, which for a division by zero is the number itself. */
  modulo(other: BigFloat): BigFloat {
    if (other.mantissa === 0n) return this;
    return this.plus(other.times(this.dividedBy(other).truncated()).negated());
  }

  /** The number without its fraction. */
  truncated(): BigFloat {
    const unit = 1n << BigInt(Math.max(0, -this.exponent));
    return BigFloat.fromQuotient(this.mantissa / unit, 1n, Math.max(0, this.exponent));
  }

  /** Negative, zero or positive, like the difference of this number and the other. */
  compare(other: BigFloat): number {
    const exponent = Math.min(this.exponent, other.exponent);
    return Number(this.scaledTo(exponent) - other.scaledTo(exponent));
  }

  private scaledTo(exponent: number): bigint {
    return this.mantissa << BigInt(this.exponent - exponent);
  }

  /** JSON is read with doubles here, so a double is precise enough. */
  toJSON(): number {
    return Number(this.toString());
  }

  /** The shortest decimal, without an exponent, that is parsed to the same number again. */
  toString(): string {
    if (this.mantissa === 0n) return "0";
    const sign = this.mantissa < 0n ? "-" : "";
    const mantissa = this.mantissa < 0n ? -this.mantissa : this.mantissa;
    const up = BigInt(Math.max(0, this.exponent));
    const down = BigInt(Math.max(0, -this.exponent));
    // Twice the value, and half a unit in its last place, as numerators over the same denominator.
    const twice = mantissa << (up + 1n);
    const reach = 1n << up;
    const denominator = 1n << (down + 1n);
    const power = String((twice * 10n ** 400n) / denominator).length - 400;
    for (let count = 1; ; count++) {
      const scale = power - count;
      const unit = 10n ** BigInt(Math.abs(scale));
      const [more, less] = scale > 0 ? [1n, unit] : [unit, 1n];
      const [top, bottom, limit] = [twice * more, denominator * less, reach * more];
      const digits = (top * 2n + bottom) / (bottom * 2n);
      const distance = digits * bottom - top;
      if ((distance < 0n ? -distance : distance) <= limit) return sign + decimal(String(digits), scale);
    }
  }
}

const bits = (value: bigint): number => value.toString(2).length;

/** Writes digits that are multiplied by a power of ten. */
function decimal(digits: string, power: number): string {
  if (power >= 0) return digits + "0".repeat(power);
  const padded = digits.padStart(1 - power, "0");
  const whole = padded.slice(0, power);
  const fraction = padded.slice(power).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

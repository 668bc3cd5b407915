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
    /** The mantissa, which has 512 bits or is zero. */
    private readonly mantissa: bigint,
    /** The exponent to the base 2. */
    private readonly exponent: number,
  ) {}

  /** Parses a decimal number such as `-1.5e3`. */
  static parse(text: string): BigFloat {
    const [, sign, whole = "", fraction = "", power = "0"] =
      /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
    const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
    const ten = Number(power) - fraction.length;
    return ten >= 0 ? round(digits * 10n ** BigInt(ten), 1n) : round(digits, 10n ** BigInt(-ten));
  }

  static fromQuotient(numerator: bigint, denominator: bigint, exponent: number): BigFloat {
    if (numerator === 0n) return BigFloat.zero;
    const negative = numerator < 0n;
    const top = negative ? -numerator : numerator;
    // The quotient has at least one bit more than the mantissa. Whether more bits would follow is kept in `isExact`.
    const shift = precision + 2 + bits(denominator) - bits(top);
    const scaled = shift >= 0 ? top << BigInt(shift) : top;
    const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
    const quotient = scaled / divisor;
    const isExact = quotient * divisor === scaled;
    const extra = BigInt(bits(quotient) - precision);
    const half = 1n << (extra - 1n);
    const rest = quotient & ((1n << extra) - 1n);
    let mantissa = quotient >> extra;
    if (rest > half || (rest === half && (!isExact || (mantissa & 1n) === 1n))) mantissa += 1n;
    const carried = bits(mantissa) > precision;
    return new BigFloat(
      (carried ? mantissa >> 1n : mantissa) * (negative ? -1n : 1n),
      exponent - shift + Number(extra) + (carried ? 1 : 0),
    );
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
    const sign = other.mantissa < 0n ? -1n : 1n;
    return BigFloat.fromQuotient(this.mantissa * sign, other.mantissa * sign, this.exponent - other.exponent);
  }

  negated(): BigFloat {
    return new BigFloat(-this.mantissa, this.exponent);
  }

  /** The remainder of an integer division. */
  modulo(other: BigFloat): BigFloat {
    return this.plus(other.times(this.dividedBy(other).truncated()).negated());
  }

  /** The number without its fraction. */
  truncated(): BigFloat {
    if (this.exponent >= 0) return this;
    const unit = 1n << BigInt(-this.exponent);
    return BigFloat.fromQuotient(this.mantissa / unit, 1n, 0);
  }

  /** Negative, zero or positive, like the difference of this number and the other. */
  compare(other: BigFloat): number {
    const exponent = Math.min(this.exponent, other.exponent);
    const difference = this.scaledTo(exponent) - other.scaledTo(exponent);
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  }

  get isWhole(): boolean {
    return this.compare(this.truncated()) === 0;
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
      const top = scale >= 0 ? twice : twice * unit;
      const bottom = scale >= 0 ? denominator * unit : denominator;
      const digits = (top * 2n + bottom) / (bottom * 2n);
      const distance = digits * bottom - top;
      const limit = scale >= 0 ? reach : reach * unit;
      if ((distance < 0n ? -distance : distance) <= limit) return sign + decimal(String(digits), scale);
    }
  }
}

const round = (numerator: bigint, denominator: bigint) => BigFloat.fromQuotient(numerator, denominator, 0);

const bits = (value: bigint): number => value.toString(2).length;

/** Writes digits that are multiplied by a power of ten. */
function decimal(digits: string, power: number): string {
  if (power >= 0) return digits + "0".repeat(power);
  const padded = digits.padStart(1 - power, "0");
  const whole = padded.slice(0, power);
  const fraction = padded.slice(power).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

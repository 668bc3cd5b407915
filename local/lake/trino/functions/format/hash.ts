import type { FormatValue } from "./values";

/**
 * Java's hashCode of the object that represents the value, in hexadecimal. For times, it is the hash code of their
 * text.
 */
export const javaHashOf = (value: Exclude<FormatValue, null>): string => (hashCode(value) >>> 0).toString(16);

function hashCode(value: Exclude<FormatValue, null>): number {
  switch (value.kind) {
    case "boolean":
      return value.value ? 1231 : 1237;
    case "integer":
      return hashOfLong(value.value);
    case "double":
      return value.single ? hashOfReal(value.value) : hashOfDouble(value.value);
    case "decimal":
      return hashOfDecimal(value.unscaled, value.scale);
    default:
      return hashOfText(value.text);
  }
}

const hashOfLong = (value: bigint): number =>
  Number(BigInt.asIntN(32, value ^ (BigInt.asUintN(64, value) >> 32n)));

function hashOfDecimal(unscaled: bigint, scale: number): number {
  let words = 0;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString(16);
  const whole = digits.padStart(Math.ceil(digits.length / 8) * 8, "0");
  for (let at = 0; at < whole.length; at += 8)
    words = (Math.imul(31, words) + Number.parseInt(whole.slice(at, at + 8), 16)) | 0;
  return (Math.imul(31, unscaled < 0n ? -words : words) + scale) | 0;
}

function hashOfText(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}

function hashOfReal(value: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return Number.isNaN(value) ? 0x7fc00000 : bytes.readInt32BE();
}

function hashOfDouble(value: number): number {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Number.isNaN(value) ? 0x7ff80000 : bytes.readInt32BE(0) ^ bytes.readInt32BE(4);
}

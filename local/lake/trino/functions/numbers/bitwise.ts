import { check, internal } from "../errors";
import { type Family, javascript, native, plain } from "../implementation";

/** https://trino.io/docs/current/functions/bitwise.html */
const widths: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

type Shift = (value: bigint, by: bigint, width: bigint) => bigint;

/** A shift in the width of its type. Java uses only the lowest 6 bits of the distance. */
const shift = (fn: Shift) =>
  javascript(({ types: [type] }) => {
    const bits = widths[type?.kind ?? "bigint"] ?? 64;
    const width = BigInt(bits);
    const wide = type?.kind === "bigint";
    return (value: bigint | number, by: number) => {
      const result = BigInt.asIntN(bits, fn(BigInt(value), BigInt(by), width));
      return wide ? result : Number(result);
    };
  });

/**
 * Trino checks the results of these shifts. A shift by a negative multiple of 64 turns a negative value into a large
 * unsigned one, which is out of range.
 */
const narrow: Readonly<Record<number, readonly [limit: string, name: string]>> = {
  8: ["MAX_BYTE", "tinyint"],
  16: ["MAX_SHORT", "smallint"],
  32: ["MAX_INT", "integer"],
};

const masked = (by: bigint): bigint => by & 63n;

export const bitwise: Family = {
  bit_count: plain((value: bigint, bits: bigint) => {
    check(bits >= 2n && bits <= 64n, `Bits specified in bit_count must be between 2 and 64, got ${bits}`);
    const limit = 2n ** (bits - 1n);
    check(
      value >= -limit && value < limit,
      `Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`,
    );
    let left = BigInt.asUintN(Number(bits), value);
    let count = 0n;
    for (; left > 0n; left &= left - 1n) count += 1n;
    return count;
  }),
  bitwise_and: native(({ args: [a, b] }) => `((${a}) & (${b}))`),
  bitwise_or: native(({ args: [a, b] }) => `((${a}) | (${b}))`),
  bitwise_xor: native(({ args: [a, b] }) => `xor(${a}, ${b})`),
  bitwise_not: native(({ args: [a] }) => `(~(${a}))`),
  bitwise_left_shift: shift((value, by, width) => (by >= width ? 0n : value << masked(by))),
  bitwise_right_shift: shift((value, by, width) => {
    if (by >= width) return 0n;
    if (by === 0n) return value;
    const shifted = BigInt.asUintN(Number(width), value) >> masked(by);
    const type = narrow[Number(width)];
    if (type && shifted >= 2n ** (width - 1n))
      throw internal(`Value ${shifted} exceeds ${type[0]} for type ${type[1]}`);
    return shifted;
  }),
  bitwise_right_shift_arithmetic: shift((value, by, width) => {
    if (by >= width) return value >= 0n ? 0n : -1n;
    return value >> masked(by);
  }),
};

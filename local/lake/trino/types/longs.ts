/** Java's long, which is Trino's bigint: an integer of 64 bits. */

export const leastLong = -(2n ** 63n);
export const greatestLong = 2n ** 63n - 1n;

export const isLong = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** Converts a double without a fraction as Java does: outside of the range of a long, to the nearest long. */
export function longOf(value: number): bigint {
  if (Math.abs(value) >= 2 ** 63) return value > 0 ? greatestLong : leastLong;
  return BigInt(value);
}

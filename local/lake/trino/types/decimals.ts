/** The quotient rounded to the nearest integer, half away from zero. */
export function divideHalfUp(a: bigint, b: bigint): bigint {
  const negative = a < 0n !== b < 0n;
  const [n, d] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}

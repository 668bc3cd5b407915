import { md5 } from "../checksum";

/** Hash keys are whole numbers below this. */
export const hashKeys = 2n ** 128n;

/** A hash key as 32 hexadecimal digits, which sort as the numbers do. */
export const toHex = (hashKey: bigint): string => hashKey.toString(16).padStart(32, "0");

/** The hash key of a partition key, as 32 hexadecimal digits: the MD5 of its UTF-8. */
export const hashOf = md5;

/** Starts of ranges of equal size, as AWS divides the hash keys for a number of shards. */
export function uniformStarts(shards: number): readonly bigint[] {
  const size = hashKeys / BigInt(shards);
  return Array.from({ length: shards }, (_, i) => size * BigInt(i));
}

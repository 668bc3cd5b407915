import { md5 } from "../checksum";

/** Number of hash keys. A hash key is a whole number from 0 to this minus one. */
export const hashKeys = 2n ** 128n;

/** A hash key as 32 hexadecimal digits, which sort like the numbers. */
export const toHex = (hashKey: bigint): string => hashKey.toString(16).padStart(32, "0");

/** The hash key of a partition key, which is the MD5 of its UTF-8 bytes, as 32 hexadecimal digits. */
export const hashOf = md5;

/** First hash keys of the equal ranges into which AWS divides the hash keys for a number of shards. */
export function uniformStarts(shards: number): readonly bigint[] {
  const size = hashKeys / BigInt(shards);
  return Array.from({ length: shards }, (_, i) => size * BigInt(i));
}

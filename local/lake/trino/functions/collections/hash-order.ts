import { xxHash64 } from "../binary/hashes";

/**
 * Entries in the order in which Java's HashMap gives keys that are texts of Trino's: by the buckets of their hashes, which is
 * the order of a map that `split_to_map` makes.
 *
 * https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/scalar/SplitToMapFunction.java
 */
export function inHashOrder<Entry extends readonly [string, unknown]>(entries: readonly Entry[]): Entry[] {
  let buckets = 16;
  while (entries.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (key: string) => {
    const hash = Number(BigInt.asIntN(32, xxHash64(Buffer.from(key))));
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return entries
    .map((entry) => ({ entry, bucket: bucketOf(entry[0]) }))
    .sort((one, other) => one.bucket - other.bucket)
    .map(({ entry }) => entry);
}

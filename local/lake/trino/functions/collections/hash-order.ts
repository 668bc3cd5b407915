import { xxHash64 } from "../binary/hashes";

/** Entries in the order in which Java's HashMap gives their keys: by the buckets of their hashes. */
function inOrder<Entry extends readonly [string, unknown]>(
  entries: readonly Entry[],
  hashOf: (key: string) => number,
): Entry[] {
  let buckets = 16;
  while (entries.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (key: string) => {
    const hash = hashOf(key);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return entries
    .map((entry) => ({ entry, bucket: bucketOf(entry[0]) }))
    .sort((one, other) => one.bucket - other.bucket)
    .map(({ entry }) => entry);
}

/**
 * The order of keys that are texts of Trino's (slices), as in a map that `split_to_map` makes.
 *
 * https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/scalar/SplitToMapFunction.java
 */
export const inHashOrder = <Entry extends readonly [string, unknown]>(entries: readonly Entry[]): Entry[] =>
  inOrder(entries, (key) => Number(BigInt.asIntN(32, xxHash64(Buffer.from(key)))));

/**
 * The order of keys that are Java's strings, as in what JSON_OBJECT makes.
 *
 * https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/scalar/json/JsonObjectFunction.java
 */
export const inTextOrder = <Entry extends readonly [string, unknown]>(entries: readonly Entry[]): Entry[] =>
  inOrder(entries, javaHash);

/** https://docs.oracle.com/javase/8/docs/api/java/lang/String.html#hashCode-- */
function javaHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

import type { Type } from "../../types/types";
import { xxHash64 } from "../binary/hashes";
import { hashCode, hasher } from "../binary/type-hashes";
import type { Clauses } from "../contract";
import type { Entries, Plain } from "../javascript/values";

/**
 * The entries in the order in which Java's HashMap iterates over their keys, which is by the buckets of their hashes.
 */
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
 * The order of keys that are Trino's texts (slices), as in the maps of `split_to_map`.
 *
 * https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/scalar/SplitToMapFunction.java
 */
export const inHashOrder = <Entry extends readonly [string, unknown]>(entries: readonly Entry[]): Entry[] =>
  inOrder(entries, (key) => Number(BigInt.asIntN(32, xxHash64(Buffer.from(key)))));

/**
 * The order of keys that are Java's strings, as in the results of JSON_OBJECT.
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

/**
 * The order of the keys that an aggregate collects. For grouped rows, it is the order in which they come. Otherwise it
 * is the order of Trino's flat hash table: each key is in the first free slot from that of its hash on, and a table
 * that is almost full is rebuilt with twice the size. Without a window, the keys of the first table are collected once
 * more in a second table.
 *
 * https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/FlatHash.java
 */
export function inGatheredOrder(type: Type, entries: Entries, { over, alone }: Clauses): Entries {
  if (over !== undefined) return inFlatOrder(type, entries);
  return alone ? inFlatOrder(type, inFlatOrder(type, entries)) : entries;
}

function inFlatOrder(type: Type, entries: Entries): Entries {
  if (type.kind === "opaque" || entries.length < 2) return entries;
  const hash = hasher(type, hashCode);
  const place = (item: Hashed, table: (Hashed | undefined)[]): void => {
    let at = Number(item.hash & BigInt(table.length - 1));
    while (table[at]) at = (at + 1) % table.length;
    table[at] = item;
  };
  let table: (Hashed | undefined)[] = new Array(16).fill(undefined);
  for (const [index, entry] of entries.entries()) {
    place({ entry, hash: BigInt.asUintN(64, hash(entry[0])) >> 7n }, table);
    if (index + 1 < (table.length / 16) * 15) continue;
    const larger: (Hashed | undefined)[] = new Array(table.length * 2).fill(undefined);
    for (const item of table) if (item) place(item, larger);
    table = larger;
  }
  return table.flatMap((item) => (item ? [item.entry] : []));
}

interface Hashed {
  readonly entry: readonly [Plain, Plain];
  readonly hash: bigint;
}

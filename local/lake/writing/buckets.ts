import type { Plain } from "../trino/functions/javascript/values";
import type { JavaScriptFunction } from "../trino/functions/registry";
import { TrinoError } from "../trino/types/errors";
import { formatType } from "../trino/types/format";
import { integer, type Type } from "../trino/types/types";

/** How rows are distributed to the bucket objects. */
export interface Bucketing {
  /** Indexes of the columns by which the rows are bucketed. */
  readonly by: readonly number[];
  readonly count: number;
}

/**
 * Returns a function that computes a row's bucket from the values by which it is bucketed.
 *
 * @see https://cwiki.apache.org/confluence/display/Hive/LanguageManual+DDL+BucketedTables
 * @see https://github.com/trinodb/trino/blob/476/plugin/trino-hive/src/main/java/io/trino/plugin/hive/util/HiveBucketingV1.java
 * @throws TrinoError NOT_SUPPORTED for a type that Athena cannot bucket by.
 */
export function bucketFunction(types: readonly Type[], count: number): JavaScriptFunction {
  const hashes = types.map(hashOf);
  return {
    name: `bucket of ${count}`,
    parameters: types,
    returns: integer,
    takesNulls: true,
    call: (...values: (Plain | null)[]) => {
      let hash = 0;
      for (const [index, value] of values.entries())
        hash = (Math.imul(hash, 31) + (value === null ? 0 : (hashes[index]?.(value) ?? 0))) | 0;
      return (hash & 0x7fffffff) % count;
    },
  };
}

function hashOf(type: Type): (value: Plain) => number {
  switch (type.kind) {
    case "boolean":
      return Number;
    case "tinyint":
    case "smallint":
    case "integer":
    case "date":
      return (value) => value as number;
    case "bigint":
      return (value) => folded(value as bigint);
    case "real":
      return (value) => {
        floats.setFloat32(0, value as number);
        return floats.getInt32(0);
      };
    case "double":
      return (value) => {
        floats.setFloat64(0, value as number);
        return folded(floats.getBigInt64(0));
      };
    case "varchar":
      return (value) => {
        let hash = 0;
        for (const byte of Buffer.from(value as string))
          hash = (Math.imul(hash, 31) + ((byte << 24) >> 24)) | 0;
        return hash;
      };
    default:
      throw new TrinoError(
        "NOT_SUPPORTED",
        `Cannot create a table bucketed on an unsupported type: ${formatType(type)}`,
      );
  }
}

const floats = new DataView(new ArrayBuffer(8));

/** The XOR of the two halves of a 64-bit integer, as Java hashes a long. */
const folded = (value: bigint): number => Number(BigInt.asIntN(32, value ^ (value >> 32n)));

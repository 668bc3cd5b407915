import { arrayOf } from "../../types/types";
import { hasher, prime } from "../binary/type-hashes";
import { type Family, invoke, mixed } from "../implementation";
import type { Plain } from "../javascript/values";
import { aggregate } from "./clauses";

/**
 * https://trino.io/docs/current/functions/aggregate.html#checksum
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/aggregation/ChecksumAggregationFunction.java
 */
export const checksums: Family = {
  checksum: mixed((call) => {
    const [type] = call.types;
    if (!type) throw new Error("checksum without an argument");
    const hash = hasher(type);
    return invoke(
      call,
      "checksum",
      [arrayOf(type)],
      call.returns,
      (values: readonly Plain[]) => {
        const sum = values.reduce<bigint>(
          (total, value) => total + (value === null ? prime : hash(value) * prime),
          0n,
        );
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE(BigInt.asUintN(64, sum));
        return bytes;
      },
      [aggregate("list", call.args, call.clauses)],
    );
  }),
};

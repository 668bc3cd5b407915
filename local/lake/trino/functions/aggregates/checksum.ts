import { TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { arrayOf, type Type } from "../../types/types";
import { xxHash64 } from "../binary/hashes";
import { type Family, invoke, mixed } from "../implementation";
import type { Plain, Zoned, ZonedTime } from "../javascript/values";
import { aggregate } from "./clauses";

/**
 * https://trino.io/docs/current/functions/aggregate.html#checksum
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/aggregation/ChecksumAggregationFunction.java
 */
const prime = 0x9e3779b185ebca87n;

const hashLong = (value: bigint): bigint => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, value));
  return xxHash64(bytes);
};

const bits = (value: number): bigint => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value === 0 ? 0 : value);
  return Number.isNaN(value) ? 0x7ff8000000000000n : bytes.readBigInt64BE();
};

const floatBits = (value: number): bigint => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value === 0 ? 0 : value);
  return Number.isNaN(value) ? 0x7fc00000n : BigInt(bytes.readInt32BE());
};

/** The XXH64 operator of a type, as Trino's types have it. */
function hasher(type: Type): (value: Plain) => bigint {
  switch (type.kind) {
    case "boolean":
      return (value) => hashLong(value ? 1n : 0n);
    case "real":
      return (value) => hashLong(floatBits(value as number));
    case "double":
      return (value) => hashLong(bits(value as number));
    case "varchar":
    case "json":
      return (value) => xxHash64(Buffer.from(value as string));
    case "char":
      return (value) => xxHash64(Buffer.from((value as string).replace(/ +$/, "")));
    case "varbinary":
      return (value) => xxHash64(value as Uint8Array);
    case "decimal":
      if (type.precision <= 18) return (value) => hashLong(value as bigint);
      return (value) => {
        const low = BigInt.asIntN(64, value as bigint);
        return hashLong((value as bigint) >> 64n) ^ hashLong(low);
      };
    case "timestamp with time zone":
      return (value) => hashLong((value as Zoned).instant / 1000n);
    case "time with time zone":
      return (value) => hashLong((value as ZonedTime).instant * 1000n);
    case "time":
      return (value) => hashLong((value as bigint) * 1_000_000n);
    case "array": {
      const element = hasher(type.element);
      return (value) =>
        (value as readonly Plain[]).reduce<bigint>(
          (hash, item) => BigInt.asUintN(64, 31n * hash + (item === null ? 0n : element(item))),
          0n,
        );
    }
    case "row":
    case "map":
    case "uuid":
    case "ipaddress":
    case "opaque":
      throw new TrinoError("NOT_SUPPORTED", `checksum of ${formatType(type)} is not supported here`);
    default:
      return (value) => hashLong(BigInt(value as number | bigint));
  }
}

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

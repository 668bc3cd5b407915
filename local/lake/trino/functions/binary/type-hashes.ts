import { TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import type { Type } from "../../types/types";
import type { Entries, Plain, Zoned, ZonedValue } from "../javascript/values";
import { xxHash64 } from "./hashes";

/** The prime number by which Trino multiplies hashes. */
export const prime = 0x9e3779b185ebca87n;

type Hash = (value: bigint) => bigint;

const hashLong: Hash = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, value));
  return xxHash64(bytes);
};

/** Trino's hash code of a long: its product with a constant, rotated. */
export const hashCode: Hash = (value) => {
  const product = BigInt.asUintN(64, BigInt.asUintN(64, value) * 0xc2b2ae3d27d4eb4fn);
  return BigInt.asUintN(64, ((product << 31n) | (product >> 33n)) * prime);
};

/** The hash of 16 bytes, combined from the hashes of both halves. */
const hashHalves = (bytes: Buffer): bigint =>
  hashLong(bytes.readBigInt64LE(0)) ^ hashLong(bytes.readBigInt64LE(8));

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

/**
 * Trino's XXH64 operator for a type. For the fields of a row, Trino uses the hash codes of their types instead, which
 * differ for longs.
 */
export function hasher(type: Type, long: Hash = hashLong): (value: Plain) => bigint {
  switch (type.kind) {
    case "boolean":
      return (value) => hashLong(value ? 1n : 0n);
    case "real":
      return (value) => long(floatBits(value as number));
    case "double":
      return (value) => long(bits(value as number));
    case "varchar":
    case "json":
      return (value) => xxHash64(Buffer.from(value as string));
    case "char":
      return (value) => xxHash64(Buffer.from((value as string).replace(/ +$/, "")));
    case "varbinary":
      return (value) => xxHash64(value as Uint8Array);
    case "decimal":
      if (type.precision <= 18) return (value) => long(value as bigint);
      return (value) => {
        const low = BigInt.asIntN(64, value as bigint);
        return hashLong((value as bigint) >> 64n) ^ hashLong(low);
      };
    case "timestamp with time zone":
      return (value) => long((value as Zoned).instant / 1000n);
    case "time with time zone":
      return (value) => long((value as ZonedValue).instant * 1000n);
    case "time":
      return (value) => long((value as bigint) * 1_000_000n);
    case "array": {
      const element = hasher(type.element, long);
      return (value) =>
        (value as readonly Plain[]).reduce<bigint>(
          (hash, item) => BigInt.asUintN(64, 31n * hash + (item === null ? 0n : element(item))),
          0n,
        );
    }
    case "row": {
      const fields = type.fields.map((field) => hasher(field.type, hashCode));
      return (value) =>
        (value as readonly Plain[]).reduce<bigint>(
          (hash, item, index) =>
            BigInt.asUintN(64, 31n * hash + (item === null ? 0n : (fields[index]?.(item) ?? 0n))),
          1n,
        );
    }
    case "map": {
      const [key, item] = [hasher(type.key, long), hasher(type.value, long)];
      return (value) =>
        (value as unknown as Entries).reduce<bigint>(
          (hash, [name, entry]) =>
            BigInt.asUintN(64, hash + (key(name) ^ (entry === null ? 0n : item(entry)))),
          0n,
        );
    }
    case "uuid":
      return (value) => hashHalves(Buffer.from((value as bigint).toString(16).padStart(32, "0"), "hex"));
    case "ipaddress":
      return (value) => hashHalves(Buffer.from(value as Uint8Array));
    case "opaque":
      throw new TrinoError("NOT_SUPPORTED", `a hash of ${formatType(type)} is not supported here`);
    default:
      return (value) => long(BigInt(value as number | bigint));
  }
}

import { Aggregate, decodeAggregate, isAggregate, type UserRecord } from "@streaming-data-lake/aggregation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kplVectors } from "./kpl";

const user = (partitionKey: string, data: Buffer, explicitHashKey?: string): UserRecord => ({
  partitionKey,
  explicitHashKey,
  data,
});

describe("an aggregate", () => {
  it("is, byte for byte, what the Kinesis Producer Library makes of the same records", () => {
    for (const { data } of kplVectors.filter(({ userRecords }) => userRecords.length > 1)) {
      const aggregate = new Aggregate();
      for (const record of decodeAggregate(data) ?? []) aggregate.tryAdd(record, 1e6);
      expect(aggregate.encode().toString("hex")).toBe(data.toString("hex"));
    }
  });

  const key = fc.string({ minLength: 1, maxLength: 256, unit: "grapheme" });
  const data = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  const hashKey = fc.option(fc.bigInt(0n, (1n << 128n) - 1n).map(String), { nil: undefined });

  it("gives back the records that were added, and has the size it says", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, data, hashKey), { minLength: 1, maxLength: 300 }), (records) => {
        const aggregate = new Aggregate();
        for (const [k, d, h] of records) expect(aggregate.tryAdd(user(k, d, h), 1e9)).toBe(true);
        const encoded = aggregate.encode();
        expect(encoded).toHaveLength(aggregate.encodedBytes);
        expect(isAggregate(encoded)).toBe(true);
        expect(decodeAggregate(encoded)).toEqual(
          records.map(([k, d, h]) => ({ partitionKey: k, data: d, explicitHashKey: h })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("takes a record if it then has exactly the bytes allowed, and not if it has one more", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, data, hashKey), { minLength: 2, maxLength: 20 }), (records) => {
        const whole = new Aggregate();
        for (const [k, d, h] of records) whole.tryAdd(user(k, d, h), 1e9);
        const aggregate = new Aggregate();
        for (const [k, d, h] of records.slice(0, -1)) aggregate.tryAdd(user(k, d, h), 1e9);
        const [k, d, h] = records.at(-1) ?? ["", Buffer.alloc(0), undefined];
        const before = aggregate.encode();
        expect(aggregate.tryAdd(user(k, d, h), whole.encodedBytes - 1)).toBe(false);
        expect(aggregate.encode()).toEqual(before);
        expect(aggregate.tryAdd(user(k, d, h), whole.encodedBytes)).toBe(true);
        expect(aggregate.encode()).toEqual(whole.encode());
      }),
      { numRuns: 60 },
    );
  });

  it("is, byte by byte, what the format says", () => {
    const aggregate = new Aggregate();
    aggregate.tryAdd(user("key", Buffer.from("one")), 100);
    aggregate.tryAdd(user("key", Buffer.from("two"), "7"), 100);
    const hex = aggregate.encode().toString("hex");
    expect(hex.slice(0, -32)).toBe(
      [
        "f3899ac2", // magic number
        "0a03" + "6b6579", // partition_key_table: "key"
        "1201" + "37", // explicit_hash_key_table: "7"
        "1a07" + "0800" + "1a03" + "6f6e65", // records: key 0, "one"
        "1a09" + "0800" + "1000" + "1a03" + "74776f", // records: key 0, hash key 0, "two"
      ].join(""),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HashRange, hashKeyOf, hexHashKey, ShardMap } from "../../producer/core/shards/shard-map";

const end = (1n << 128n) - 1n;

/** Shards that meet at these hash keys. */
function shardsAt(cuts: readonly bigint[]): HashRange[] {
  const starts = [0n, ...cuts];
  return starts.map((start, at) => ({
    shardId: `shard-${at}`,
    startingHashKey: hexHashKey(String(start)),
    endingHashKey: hexHashKey(String((starts[at + 1] ?? end + 1n) - 1n)),
  }));
}

describe("a record's shard", () => {
  it("is chosen by the MD5 of its partition key in UTF-8", () => {
    expect(hashKeyOf({ partitionKey: "sensor-001" })).toBe("622bf07896ce8ab50bd9eacd79188057");
    expect(hashKeyOf({ partitionKey: "ü" })).toBe("c03410a5204b21cd8229ff754688d743");
  });

  it("is the one whose range holds its hash key, wherever the shards meet and in whatever order they are listed", () => {
    const cut = fc.bigInt(1n, end);
    fc.assert(
      fc.property(fc.uniqueArray(cut, { maxLength: 20 }), fc.bigInt(0n, end), (cuts, hashKey) => {
        const sorted = [...cuts].sort((a, b) => (a < b ? -1 : 1));
        const map = new ShardMap(shardsAt(sorted).reverse());
        for (const key of [hashKey, ...sorted, ...sorted.map((one) => one - 1n), 0n, end]) {
          const expected = sorted.filter((one) => one <= key).length;
          expect(map.shardOf("key", String(key)).shardId).toBe(`shard-${expected}`);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("is the same each time a key comes", () => {
    const map = new ShardMap(shardsAt([end / 2n]));
    for (const key of ["a", "b", "ü", "a", "b"]) {
      const expected =
        hashKeyOf({ partitionKey: key }) < hexHashKey(String(end / 2n)) ? "shard-0" : "shard-1";
      expect(map.shardOf(key).shardId).toBe(expected);
    }
  });

  it("is unknown without shards", () => {
    expect(() => new ShardMap([])).toThrow("The stream has no open shard");
  });
});

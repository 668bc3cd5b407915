import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kinesis } from "../../local/kinesis/index";
import { uniformStarts } from "../../local/kinesis/streams/hash-key";
import { WriteRate } from "../../local/kinesis/streams/on-demand";
import { merge, openShards, scale, splitInTwo } from "../../local/kinesis/streams/reshard";
import type { ShardState } from "../../local/kinesis/streams/state";
import { temporaryFolder } from "../support/folders";
import { openKinesis, openWithClock, readAll, serve, withStream } from "./support";

const id = (index: number) => `shardId-${String(index).padStart(12, "0")}`;
const half = "170141183460469231731687303715884105728";

async function shardIds(kinesis: Kinesis, filter?: object): Promise<readonly string[]> {
  const { Shards = [] } = await kinesis.call("ListShards", { StreamName: "s", ShardFilter: filter as never });
  return Shards.map(({ ShardId }) => ShardId);
}

describe("SplitShard and MergeShards", () => {
  it("close parents and open children that take their hash keys", async () => {
    const { client } = await withStream(serve());
    await client.splitShard({ StreamName: "s", ShardToSplit: id(0), NewStartingHashKey: half });
    await client.mergeShards({ StreamName: "s", ShardToMerge: id(1), AdjacentShardToMerge: id(2) });
    const { Shards = [] } = await client.listShards({ StreamName: "s" });
    expect(
      Shards.map(({ ShardId, ParentShardId, AdjacentParentShardId }) => [
        ShardId,
        ParentShardId,
        AdjacentParentShardId,
      ]),
    ).toEqual([
      [id(0), undefined, undefined],
      [id(1), id(0), undefined],
      [id(2), id(0), undefined],
      [id(3), id(1), id(2)],
    ]);
    expect(Shards[1]?.HashKeyRange?.EndingHashKey).toBe(String(BigInt(half) - 1n));
    expect(Shards[3]?.HashKeyRange).toEqual(Shards[0]?.HashKeyRange);
    for (const { SequenceNumberRange } of Shards.slice(0, 3)) {
      const { StartingSequenceNumber = "", EndingSequenceNumber = "" } = SequenceNumberRange ?? {};
      expect(BigInt(EndingSequenceNumber)).toBeGreaterThan(BigInt(StartingSequenceNumber));
      expect(BigInt(Shards[3]?.SequenceNumberRange?.StartingSequenceNumber ?? "")).toBeGreaterThan(
        BigInt(StartingSequenceNumber),
      );
    }
  });

  it("refuse shards that are closed already, or no neighbours", async () => {
    const kinesis = await withStream(openKinesis(), 4);
    await expect(
      kinesis.call("MergeShards", { StreamName: "s", ShardToMerge: id(0), AdjacentShardToMerge: id(2) }),
    ).rejects.toThrow("are not an adjacent pair of shards eligible for merging");
    await expect(
      kinesis.call("MergeShards", { StreamName: "s", ShardToMerge: id(1), AdjacentShardToMerge: id(0) }),
    ).rejects.toThrow("are not an adjacent pair of shards eligible for merging");
    await kinesis.call("MergeShards", { StreamName: "s", ShardToMerge: id(0), AdjacentShardToMerge: id(1) });
    await expect(
      kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: id(0), NewStartingHashKey: "1000" }),
    ).rejects.toThrow("has already been merged or split, and thus is not eligible for merging or splitting.");
  });

  it("end a shard for its readers only when they have all of it, and name its children then", async () => {
    const { client, kinesis } = await withStream(serve());
    const put = (text: string) =>
      kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from(text) });
    await put("before");
    const { ShardIterator } = await client.getShardIterator({
      StreamName: "s",
      ShardId: id(0),
      ShardIteratorType: "TRIM_HORIZON",
    });
    await kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: id(0), NewStartingHashKey: half });
    expect((await put("after")).ShardId).not.toBe(id(0));
    const first = await client.getRecords({ ShardIterator });
    expect(first.Records).toHaveLength(1);
    expect(first.NextShardIterator).toBeDefined();
    expect(first.ChildShards).toBeUndefined();
    const second = await client.getRecords({ ShardIterator: first.NextShardIterator });
    expect(second.NextShardIterator).toBeUndefined();
    expect(second.ChildShards).toEqual([
      {
        ShardId: id(1),
        ParentShards: [id(0)],
        HashKeyRange: { StartingHashKey: "0", EndingHashKey: String(BigInt(half) - 1n) },
      },
      {
        ShardId: id(2),
        ParentShards: [id(0)],
        HashKeyRange: { StartingHashKey: half, EndingHashKey: String(2n ** 128n - 1n) },
      },
    ]);
  });

  it("lose no put that is under way", async () => {
    const path = temporaryFolder();
    const kinesis = await withStream(openKinesis({ path }));
    const puts: Promise<unknown>[] = [];
    const put = async (i: number) => {
      const Records = Array.from({ length: 20 }, (_, j) => ({
        PartitionKey: `${i}.${j}`,
        Data: Buffer.from(`${i}.${j}`),
      }));
      const { Records: results } = await kinesis.call("PutRecords", { StreamName: "s", Records });
      return [...results].map(({ ShardId }, j) => [ShardId, `${i}.${j}`] as const);
    };
    const acknowledged: (readonly [string | undefined, string])[] = [];
    for (let i = 0; i < 40; i++) {
      puts.push(put(i).then((results) => acknowledged.push(...results)));
      if (i === 10)
        await kinesis.call("UpdateShardCount", {
          StreamName: "s",
          TargetShardCount: 2,
          ScalingType: "UNIFORM_SCALING",
        });
      if (i === 20)
        await kinesis.call("UpdateShardCount", {
          StreamName: "s",
          TargetShardCount: 3,
          ScalingType: "UNIFORM_SCALING",
        });
      if (i === 30)
        await kinesis.call("UpdateShardCount", {
          StreamName: "s",
          TargetShardCount: 2,
          ScalingType: "UNIFORM_SCALING",
        });
    }
    await Promise.all(puts);
    await kinesis.close();
    const again = openKinesis({ path });
    const read: [string, string][] = [];
    for (const shardId of await shardIds(again))
      for (const { Data } of await readAll(again, "s", shardId)) read.push([shardId, String(Data)]);
    expect(read.sort()).toEqual(acknowledged.sort());
  });

  it("are refused on demand, and while the stream is not active", async () => {
    const { kinesis } = await withStream(openWithClock({ transitionMs: 500 }));
    await expect(
      kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: id(0), NewStartingHashKey: "1000" }),
    ).rejects.toThrow("Stream s under account 000000000000 not ACTIVE, instead in state CREATING");
    const other = openKinesis();
    await other.call("CreateStream", { StreamName: "s", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    await expect(
      other.call("SplitShard", { StreamName: "s", ShardToSplit: id(0), NewStartingHashKey: "1000" }),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("UpdateShardCount", () => {
  it("opens shards of equal size", async () => {
    const { client, kinesis } = await withStream(serve(), 2);
    const update = (TargetShardCount: number) =>
      client.updateShardCount({ StreamName: "s", TargetShardCount, ScalingType: "UNIFORM_SCALING" });
    expect(await update(4)).toMatchObject({ StreamName: "s", CurrentShardCount: 2, TargetShardCount: 4 });
    expect(await shardIds(kinesis, { Type: "AT_LATEST" })).toEqual([2, 3, 4, 5].map(id));
    await update(3);
    const { Shards = [] } = await kinesis.call("ListShards", {
      StreamName: "s",
      ShardFilter: { Type: "AT_LATEST" },
    });
    const starts = Shards.map(({ HashKeyRange }) => BigInt(HashKeyRange.StartingHashKey));
    expect(starts.sort((a, b) => (a < b ? -1 : 1))).toEqual([...uniformStarts(3)]);
    await expect(update(7)).rejects.toThrow(
      "UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 3, Target shard count: 7",
    );
    await expect(update(1)).rejects.toThrow(
      "UpdateShardCount cannot scale down below half your current open shard count.",
    );
  });

  it("leaves a border where it is rather than make a shard of one hash key", () => {
    const whole: ShardState = { index: 0, from: "0", to: String(2n ** 128n - 1n), created: 0 };
    const quarter = 2n ** 126n;
    for (const at of [quarter - 1n, quarter, quarter + 1n]) {
      const shards = scale(scale(splitInTwo([whole], 0, at, 0), 4, 0), 2, 0);
      const scaled = openShards(scale(shards, 4, 0));
      expect(scaled).toHaveLength(4);
      for (const { from, to } of scaled) expect(BigInt(to)).toBeGreaterThan(BigInt(from));
    }
  });

  it("leaves ranges without gap or overlap, of two hash keys at least, after any splits and merges", () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("split" as const),
        shard: fc.nat(),
        at: fc.bigInt({ min: 0n, max: 2n ** 128n }),
      }),
      fc.record({ kind: fc.constant("merge" as const), shard: fc.nat() }),
      fc.record({ kind: fc.constant("scale" as const), target: fc.integer({ min: 1, max: 12 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 8 }), (first, steps) => {
        const starts = uniformStarts(first);
        let shards: readonly ShardState[] = starts.map((start, index) => ({
          index,
          from: String(start),
          to: String((starts[index + 1] ?? 2n ** 128n) - 1n),
          created: 0,
        }));
        for (const each of steps) {
          const open = openShards(shards);
          if (each.kind === "scale") {
            shards = scale(shards, each.target, 0);
            expect(openShards(shards)).toHaveLength(each.target);
          } else {
            const place = each.shard % open.length;
            const shard = open[place] as ShardState;
            const next = open[place + 1];
            if (each.kind === "merge" && next) shards = merge(shards, shard.index, next.index, 0);
            if (each.kind === "split") {
              const low = BigInt(shard.from) + 2n;
              const room = BigInt(shard.to) - low;
              if (room > 0n) shards = splitInTwo(shards, shard.index, low + (each.at % room), 0);
            }
          }
        }
        let expected = 0n;
        for (const { from, to } of openShards(shards)) {
          expect(BigInt(from)).toBe(expected);
          expect(BigInt(to)).toBeGreaterThan(BigInt(from));
          expected = BigInt(to) + 1n;
        }
        expect(expected).toBe(2n ** 128n);
        const byIndex = new Map(shards.map((shard) => [shard.index, shard]));
        expect(byIndex.size).toBe(shards.length);
        for (const { parent, adjacentParent, created } of shards)
          for (const index of [parent, adjacentParent])
            if (index !== undefined) {
              expect(byIndex.get(index)?.closedAt).toBeDefined();
              expect(created).toBeGreaterThan(byIndex.get(index)?.created ?? 0);
            }
      }),
    );
  });
});

describe("ListShards", () => {
  it("gives pages that keep their filter", async () => {
    const kinesis = await withStream(openKinesis(), 5);
    await kinesis.call("MergeShards", { StreamName: "s", ShardToMerge: id(0), AdjacentShardToMerge: id(1) });
    const all: string[] = [];
    let token: string | undefined;
    do {
      const answer: Awaited<ReturnType<typeof kinesis.call<"ListShards">>> = await kinesis.call(
        "ListShards",
        token
          ? { NextToken: token, MaxResults: 2 }
          : { StreamName: "s", MaxResults: 2, ShardFilter: { Type: "AT_LATEST" } },
      );
      expect(answer.Shards?.length).toBeLessThanOrEqual(2);
      all.push(...(answer.Shards ?? []).map(({ ShardId }) => ShardId));
      token = answer.NextToken;
    } while (token);
    expect(all).toEqual([2, 3, 4, 5].map(id));
  });

  it("filters by id and by time, and forgets closed shards that are out of retention", async () => {
    const { kinesis, clock } = openWithClock();
    const start = clock.now();
    await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
    await clock.advance(10_000);
    await kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: id(0), NewStartingHashKey: half });
    await clock.advance(10_000);
    await kinesis.call("MergeShards", { StreamName: "s", ShardToMerge: id(1), AdjacentShardToMerge: id(2) });
    await clock.advance(10_000);
    const at = (Type: string, seconds: number) =>
      shardIds(kinesis, { Type, Timestamp: start + seconds * 1_000 });
    expect(await shardIds(kinesis, { Type: "AT_LATEST" })).toEqual([id(3)]);
    expect(await shardIds(kinesis, { Type: "AT_TRIM_HORIZON" })).toEqual([id(0)]);
    expect(await shardIds(kinesis, { Type: "FROM_TRIM_HORIZON" })).toEqual([0, 1, 2, 3].map(id));
    expect(await shardIds(kinesis, { Type: "AFTER_SHARD_ID", ShardId: id(1) })).toEqual([2, 3].map(id));
    expect(await at("AT_TIMESTAMP", 5)).toEqual([id(0)]);
    expect(await at("AT_TIMESTAMP", 15)).toEqual([id(1), id(2)]);
    expect(await at("FROM_TIMESTAMP", 15)).toEqual([1, 2, 3].map(id));
    await expect(shardIds(kinesis, { Type: "AT_TIMESTAMP" })).rejects.toMatchObject({
      name: "InvalidArgumentException",
    });
    await expect(shardIds(kinesis, { Type: "AT_LATEST", ShardId: id(0) })).rejects.toMatchObject({
      name: "InvalidArgumentException",
    });
    await clock.advance(24 * 3_600_000 - 15_000);
    expect(await shardIds(kinesis)).toEqual([1, 2, 3].map(id));
    await clock.advance(120_000);
    expect(await shardIds(kinesis)).toEqual([id(3)]);
  });
});

describe("a stream on demand", () => {
  it("should hold twice the most that was written in a minute of the last fifteen, and doubles at most once in them", () => {
    const rate = new WriteRate();
    const minute = 60_000;
    rate.note(60 * 2_000, 0, 0);
    expect(rate.shards(4, minute)).toBe(4);
    rate.note(0, 60 * 3 * 1024 * 1024, minute);
    expect(rate.shards(4, 2 * minute)).toBe(6);
    expect(rate.shards(2, 2 * minute)).toBe(4);
    rate.grew(2 * minute);
    rate.note(60 * 5_000, 0, 3 * minute);
    expect(rate.shards(6, 4 * minute)).toBe(6);
    expect(rate.shards(6, 17 * minute)).toBe(10);
    expect(rate.shards(6, 40 * minute)).toBe(6);
  });

  it("begins with four shards and grows by what is written", async () => {
    const { kinesis, clock } = openWithClock();
    await kinesis.call("CreateStream", { StreamName: "s", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    expect(kinesis.stream("s")?.openShardCount).toBe(4);
    const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `${i}`, Data: Buffer.alloc(0) }));
    for (let i = 0; i < 300; i++) await kinesis.call("PutRecords", { StreamName: "s", Records });
    await clock.advance(60_000);
    await kinesis.call("PutRecords", { StreamName: "s", Records });
    expect(kinesis.stream("s")?.openShardCount).toBe(5);
  });

  it("distributes evenly whatever the keys, when told to", async () => {
    const kinesis = openKinesis();
    await kinesis.call("CreateStream", { StreamName: "s", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    await kinesis.call("UpdateStreamRecordDistributionStrategy", {
      StreamARN: kinesis.streamArn("s"),
      RecordDistributionStrategy: "AUTO",
    });
    const Records = Array.from({ length: 8 }, () => ({ PartitionKey: "same", Data: Buffer.alloc(0) }));
    const { Records: results } = await kinesis.call("PutRecords", { StreamName: "s", Records });
    const counts = new Map<string | undefined, number>();
    for (const { ShardId } of results) counts.set(ShardId, (counts.get(ShardId) ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2, 2, 2]);
  });
});

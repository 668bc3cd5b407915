import { createHash } from "node:crypto";
import type { GetRecordsCommandOutput } from "@aws-sdk/client-kinesis";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kinesis } from "../../local/kinesis/index";
import { realDisk } from "../../local/kinesis/store/disk";
import { temporaryFolder } from "../support/folders";
import { iteratorOf, openKinesis, openWithClock, readAll, serve, withStream } from "./support";

const shard0 = "shardId-000000000000";
const hour = 3_600_000;

const put = (kinesis: Kinesis, text: string, key = "k", StreamName = "s") =>
  kinesis.call("PutRecord", { StreamName, PartitionKey: key, Data: Buffer.from(text) });

async function from(
  kinesis: Kinesis,
  position: Parameters<typeof iteratorOf>[1],
): Promise<readonly string[]> {
  const ShardIterator = await iteratorOf(kinesis, position);
  const { Records } = await kinesis.call("GetRecords", { ShardIterator });
  return [...Records].map(({ Data }) => String(Data));
}

describe("a record", () => {
  it.each(["HTTP/2", "HTTP/1.1"])("comes back as it was put, by the SDK over %s", async (version) => {
    const served = await serve();
    const client = version === "HTTP/2" ? served.client : served.http1;
    await served.kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
    const data = Buffer.from([0, 1, 2, 253, 254, 255]);
    const key = 'schlüssel "\\\n\u0000 鍵 🔑';
    const { SequenceNumber, ShardId } = await client.putRecord({
      StreamName: "s",
      PartitionKey: key,
      Data: data,
    });
    expect(ShardId).toBe(shard0);
    const { ShardIterator } = await client.getShardIterator({
      StreamName: "s",
      ShardId,
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records } = (await client.getRecords({ ShardIterator })) as GetRecordsCommandOutput;
    expect(Records).toEqual([
      {
        SequenceNumber,
        PartitionKey: key,
        Data: new Uint8Array(data),
        ApproximateArrivalTimestamp: expect.any(Date),
      },
    ]);
  });

  it("goes into the shard that its key's MD5 or its explicit hash key falls into", async () => {
    const kinesis = await withStream(openKinesis(), 7);
    const size = 2n ** 128n / 7n;
    const shardOf = (hash: bigint) => `shardId-00000000000${hash / size > 6n ? 6n : hash / size}`;
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 256, unit: "binary" }), async (key) => {
        const { ShardId } = await put(kinesis, "", key.slice(0, 256));
        const hash = BigInt(`0x${createHash("md5").update(key.slice(0, 256)).digest("hex")}`);
        expect(ShardId).toBe(shardOf(hash));
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), async (hash) => {
        const { ShardId } = await kinesis.call("PutRecord", {
          StreamName: "s",
          PartitionKey: "k",
          ExplicitHashKey: String(hash),
          Data: Buffer.alloc(0),
        });
        expect(ShardId).toBe(shardOf(hash));
      }),
    );
  });

  it("has a greater sequence number than those before it, over restarts and a clock that is set back", async () => {
    const path = temporaryFolder();
    let last = 0n;
    for (let run = 0; run < 4; run++) {
      const { kinesis, clock } = openWithClock({ path });
      clock.set(clock.now() - run * hour);
      if (run === 0) await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
      for (let i = 0; i < 5; i++) {
        const number = BigInt((await put(kinesis, "x")).SequenceNumber);
        expect(number).toBeGreaterThan(last);
        last = number;
        clock.set(clock.now() - 5_000);
      }
      await kinesis.close();
    }
  });

  it("may be as large as its stream says, key included", async () => {
    const kinesis = await withStream(openKinesis());
    const large = (bytes: number) =>
      kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.alloc(bytes) });
    await expect(large(1024 * 1024 + 1)).rejects.toThrow(
      "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
    await expect(large(1024 * 1024)).rejects.toMatchObject({ name: "InvalidArgumentException" });
    await large(1024 * 1024 - 1);
    await kinesis.call("UpdateMaxRecordSize", {
      StreamARN: kinesis.streamArn("s"),
      MaxRecordSizeInKiB: 10_240,
    });
    await large(10 * 1024 * 1024 - 1);
    expect((await readAll(kinesis, "s")).map(({ Data }) => Data.length)).toEqual([
      1024 * 1024 - 1,
      10 * 1024 * 1024 - 1,
    ]);
  });

  it("is encrypted when its stream is", async () => {
    const { kinesis, client } = await withStream(serve());
    await put(kinesis, "plain");
    await kinesis.call("StartStreamEncryption", { StreamName: "s", EncryptionType: "KMS", KeyId: "alias/k" });
    expect(await put(kinesis, "secret")).toMatchObject({ EncryptionType: "KMS" });
    await kinesis.call("StopStreamEncryption", { StreamName: "s", EncryptionType: "KMS", KeyId: "alias/k" });
    await put(kinesis, "plain again");
    const ShardIterator = await iteratorOf(kinesis);
    const { Records } = await client.getRecords({ ShardIterator });
    expect(Records?.map(({ EncryptionType }) => EncryptionType)).toEqual([undefined, "KMS", undefined]);
  });
});

describe("PutRecords", () => {
  it("answers at each record's place, and its numbers are the records'", async () => {
    const { kinesis, client } = await withStream(serve(), 4);
    const Records = Array.from({ length: 500 }, (_, i) => ({
      PartitionKey: `k${i}`,
      Data: Buffer.from(`${i}`),
    }));
    const answer = await client.putRecords({ StreamName: "s", Records });
    expect(answer.FailedRecordCount).toBe(0);
    for (const [index, shardId] of [0, 1, 2, 3].map(
      (shard) => [shard, `shardId-00000000000${shard}`] as const,
    )) {
      const read = await readAll(kinesis, "s", shardId);
      expect(read.length, `shard ${index}`).toBeGreaterThan(50);
      for (const { SequenceNumber, Data } of read)
        expect(answer.Records?.[Number(String(Data))]).toEqual({ SequenceNumber, ShardId: shardId });
    }
  });

  it("refuses more than ten megabytes", async () => {
    const kinesis = await withStream(openKinesis());
    const Records = Array.from({ length: 11 }, () => ({ PartitionKey: "k", Data: Buffer.alloc(1_000_000) }));
    await expect(kinesis.call("PutRecords", { StreamName: "s", Records })).rejects.toMatchObject({
      name: "InvalidArgumentException",
    });
    expect(await readAll(kinesis, "s")).toEqual([]);
  });

  it("tells what it has acknowledged", async () => {
    const puts: unknown[] = [];
    const kinesis = await withStream(openKinesis({ onPut: (put) => puts.push(put) }));
    await put(kinesis, "four");
    await kinesis.call("PutRecords", {
      StreamName: "s",
      Records: [
        { PartitionKey: "k", Data: Buffer.alloc(10) },
        { PartitionKey: "kk", Data: Buffer.alloc(20) },
      ],
    });
    expect(puts).toEqual([
      { stream: "s", records: 1, bytes: 5 },
      { stream: "s", records: 2, bytes: 33 },
    ]);
  });

  it("answers InternalFailure for what the disk did not take, and stores nothing of it", async () => {
    let full = false;
    const troubles: string[] = [];
    const kinesis = openKinesis({
      onTrouble: (message) => troubles.push(message),
      disk: {
        ...realDisk,
        write: (...args) => (full ? Promise.reject(new Error("ENOSPC")) : realDisk.write(...args)),
      },
    });
    await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
    await put(kinesis, "kept");
    full = true;
    const answer = await kinesis.call("PutRecords", {
      StreamName: "s",
      Records: [{ PartitionKey: "k", Data: Buffer.from("refused") }],
    });
    expect(answer.FailedRecordCount).toBe(1);
    expect([...answer.Records]).toEqual([
      { ErrorCode: "InternalFailure", ErrorMessage: "Internal service failure." },
    ]);
    await expect(put(kinesis, "refused")).rejects.toMatchObject({ name: "InternalFailure", status: 500 });
    expect((await readAll(kinesis, "s")).map(({ Data }) => String(Data))).toEqual(["kept"]);
    // Told once, as long as it is the same.
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toContain("ENOSPC");
  });
});

describe("a shard iterator", () => {
  it("begins where its type says", async () => {
    const { kinesis, clock } = await withStream(openWithClock());
    const start = clock.now();
    const numbers: string[] = [];
    for (const text of ["a", "b", "c"]) {
      numbers.push((await put(kinesis, text)).SequenceNumber);
      await clock.advance(1_000);
    }
    const [, second = ""] = numbers;
    expect(await from(kinesis, { ShardIteratorType: "TRIM_HORIZON" })).toEqual(["a", "b", "c"]);
    expect(await from(kinesis, { ShardIteratorType: "LATEST" })).toEqual([]);
    expect(
      await from(kinesis, { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: second }),
    ).toEqual(["b", "c"]);
    expect(
      await from(kinesis, { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: second }),
    ).toEqual(["c"]);
    expect(await from(kinesis, { ShardIteratorType: "AT_TIMESTAMP", Timestamp: start + 1 })).toEqual([
      "b",
      "c",
    ]);
    expect(await from(kinesis, { ShardIteratorType: "AT_TIMESTAMP", Timestamp: 0 })).toEqual(["a", "b", "c"]);
    expect(await from(kinesis, { ShardIteratorType: "AT_TIMESTAMP", Timestamp: clock.now() })).toEqual([]);
    await expect(
      from(kinesis, { ShardIteratorType: "AT_TIMESTAMP", Timestamp: clock.now() + 1 }),
    ).rejects.toThrow("The timestampInMillis parameter cannot be greater than the currentTimestampInMillis.");
  });

  it("that is LATEST gets what comes after it, whoever waits for it", async () => {
    const kinesis = await withStream(openKinesis());
    await put(kinesis, "before");
    const ShardIterator = await iteratorOf(kinesis, { ShardIteratorType: "LATEST" });
    const empty = await kinesis.call("GetRecords", { ShardIterator });
    expect(empty.Records).toHaveLength(0);
    await put(kinesis, "after");
    const { Records } = await kinesis.call("GetRecords", { ShardIterator: empty.NextShardIterator ?? "" });
    expect([...Records].map(({ Data }) => String(Data))).toEqual(["after"]);
  });

  it("expires after five minutes", async () => {
    const { kinesis, clock } = await withStream(openWithClock());
    const ShardIterator = await iteratorOf(kinesis, { ShardIteratorType: "LATEST" });
    await clock.advance(300_000);
    await kinesis.call("GetRecords", { ShardIterator });
    await clock.advance(1);
    await expect(kinesis.call("GetRecords", { ShardIterator })).rejects.toMatchObject({
      name: "ExpiredIteratorException",
      message:
        "Iterator expired. The iterator was created at time Thu Jan 01 00:00:00 UTC 2026 while right now it is Thu Jan 01 00:05:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.",
    });
  });

  it("outlasts a restart, and is of no use to another store", async () => {
    const path = temporaryFolder();
    const first = await withStream(openKinesis({ path }));
    await put(first, "a");
    const ShardIterator = await iteratorOf(first);
    await first.close();
    const again = openKinesis({ path });
    expect((await again.call("GetRecords", { ShardIterator })).Records).toHaveLength(1);
    const other = await withStream(openKinesis());
    for (const iterator of [ShardIterator, "AAAA", "x", `${ShardIterator.slice(0, -4)}AAAA`])
      await expect(other.call("GetRecords", { ShardIterator: iterator })).rejects.toThrow(
        "Invalid ShardIterator.",
      );
  });

  it("by a sequence number of another shard or stream is refused", async () => {
    const { kinesis, clock } = await withStream(openWithClock(), 2);
    await clock.advance(10_000);
    await kinesis.call("CreateStream", { StreamName: "t", ShardCount: 2 });
    const { SequenceNumber } = await kinesis.call("PutRecord", {
      StreamName: "t",
      PartitionKey: "k",
      ExplicitHashKey: "0",
      Data: Buffer.alloc(0),
    });
    const at = (ShardId: string) =>
      kinesis.call("GetShardIterator", {
        StreamName: "s",
        ShardId,
        ShardIteratorType: "AT_SEQUENCE_NUMBER",
        StartingSequenceNumber: SequenceNumber,
      });
    await expect(at("shardId-000000000001")).rejects.toThrow(
      "Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in a call to a shard with shardId-000000000001",
    );
    await expect(at(shard0)).rejects.toThrow("is invalid because it did not come from this stream.");
  });
});

describe("GetRecords", () => {
  it("says how far behind the reader is", async () => {
    const { kinesis, clock } = await withStream(openWithClock());
    await put(kinesis, "a");
    await clock.advance(5_000);
    await put(kinesis, "b");
    await clock.advance(2_000);
    const ShardIterator = await iteratorOf(kinesis);
    const first = await kinesis.call("GetRecords", { ShardIterator, Limit: 1 });
    expect(first.MillisBehindLatest).toBe(7_000);
    const second = await kinesis.call("GetRecords", {
      ShardIterator: first.NextShardIterator ?? "",
      Limit: 1,
    });
    expect(second.MillisBehindLatest).toBe(0);
  });

  it("gives ten megabytes at most", async () => {
    const kinesis = await withStream(openKinesis());
    for (let i = 0; i < 12; i++)
      await kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.alloc(1_000_000) });
    const ShardIterator = await iteratorOf(kinesis);
    const first = await kinesis.call("GetRecords", { ShardIterator });
    expect(first.Records).toHaveLength(10);
    expect(await readAll(kinesis, "s")).toHaveLength(12);
  });

  it("gives no record that is out of retention, and has its file deleted", async () => {
    const { kinesis, clock } = await withStream(openWithClock({ segmentBytes: 1_000 }));
    for (let i = 0; i < 24; i++) {
      await put(kinesis, `hour ${i} ${"x".repeat(400)}`);
      await clock.advance(hour);
    }
    expect(await readAll(kinesis, "s")).toHaveLength(24);
    await clock.advance(10 * hour);
    const left = await readAll(kinesis, "s");
    expect(left).toHaveLength(14);
    expect(kinesis.stream("s")?.shard(0)?.log.oldest).toBeGreaterThan(5);
    // A longer retention brings nothing back, a shorter one takes at once.
    await kinesis.call("IncreaseStreamRetentionPeriod", { StreamName: "s", RetentionPeriodHours: 100 });
    expect(await readAll(kinesis, "s")).toHaveLength(14);
    await clock.advance(20 * hour);
    expect(await readAll(kinesis, "s")).toHaveLength(14);
    await kinesis.call("DecreaseStreamRetentionPeriod", { StreamName: "s", RetentionPeriodHours: 40 });
    expect(await readAll(kinesis, "s")).toHaveLength(10);
    const ShardIterator = await iteratorOf(kinesis, {
      ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
      StartingSequenceNumber: left[0]?.SequenceNumber,
    });
    expect((await kinesis.call("GetRecords", { ShardIterator })).Records).toHaveLength(10);
  });
});

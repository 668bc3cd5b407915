import { describe, expect, it } from "vitest";
import { type Kinesis, type ReaderStart, ShardReader } from "../../local/kinesis/index";
import { openWithClock, withStream } from "./support";

const shard0 = "shardId-000000000000";
const limits = { records: 100, bytes: 1_000_000 };

const put = (kinesis: Kinesis, text: string) =>
  kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from(text) });

async function texts(reader: ShardReader): Promise<readonly string[]> {
  const { records } = await reader.read(limits);
  return [...records].map(({ Data }) => String(Data));
}

describe("a reader in the same process", () => {
  it("begins where it is told, and goes on where it was", async () => {
    const { kinesis, clock } = await withStream(openWithClock());
    const { SequenceNumber: after } = await put(kinesis, "a");
    await clock.advance(1_000);
    const since = clock.now();
    await put(kinesis, "b");
    const open = (start: ReaderStart) => ShardReader.open(kinesis, "s", shard0, start);
    const readers = await Promise.all([open("oldest"), open({ after }), open({ since }), open("newest")]);
    expect(await Promise.all(readers.map(texts))).toEqual([["a", "b"], ["b"], ["b"], []]);
    await put(kinesis, "c");
    expect(await Promise.all(readers.map(texts))).toEqual([["c"], ["c"], ["c"], ["c"]]);
  });

  it("is woken by the next record, by the shard's end, and by an abort", async () => {
    const { kinesis } = await withStream(openWithClock());
    const reader = await ShardReader.open(kinesis, "s", shard0, "newest");
    const never = new AbortController().signal;
    const record = reader.more(never);
    await put(kinesis, "a");
    await record;
    expect(await texts(reader)).toEqual(["a"]);
    const aborted = new AbortController();
    const abort = reader.more(aborted.signal);
    aborted.abort();
    await abort;
    const end = reader.more(never);
    await kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: shard0, NewStartingHashKey: "1000" });
    await end;
    const { ended, children } = await reader.read(limits);
    expect(ended).toBe(true);
    expect(children).toHaveLength(2);
  });
});

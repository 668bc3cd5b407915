import { setTimeout as sleep } from "node:timers/promises";
import { decodeAggregate, type UserRecord } from "@streaming-data-lake/aggregation";
import { expect, it, onTestFinished } from "vitest";
import { Kinesis, listen } from "../../local/kinesis/index";
import { type JavaClients, JavaProcess, startDynamoDb } from "../e2e/support/java";
import { putWithKpl, recordsOf } from "../e2e/support/kpl";
import { describeJavaClients } from "../e2e/support/requirements";

const keys = Array.from({ length: 32 }, (_, i) => `key-${i}`);

describeJavaClients("the Kinesis Client Library", (jars) => {
  it.each(["polling", "fanout"])(
    "reads every record, each key's in order, through a split, a merge and its own death: %s",
    async (mode) => {
      const kinesis = Kinesis.open({ transitionMs: 200 });
      onTestFinished(() => kinesis.close());
      const endpoint = await listen(kinesis);
      onTestFinished(() => endpoint.close());
      const dynamodb = await startDynamoDb(jars.dynamodb);
      onTestFinished(() => dynamodb.stop());
      await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 2 });
      await untilActive(kinesis);

      let reader = readerOf(jars, endpoint.url, dynamodb.url, mode);
      onTestFinished(() => reader.kill());
      let rounds = 0;
      const put = async (times: number) => {
        for (let i = 0; i < times; i++) await putRound(kinesis, rounds++);
      };
      const seen = new Seen();
      const untilRead = () => until(() => seen.take(reader).distinct === rounds * keys.length, reader);

      await put(10);
      await untilRead();
      await kinesis.call("SplitShard", {
        StreamName: "s",
        ShardToSplit: "shardId-000000000000",
        NewStartingHashKey: String(2n ** 126n),
      });
      await untilActive(kinesis);
      await put(10);
      await kinesis.call("MergeShards", {
        StreamName: "s",
        ShardToMerge: "shardId-000000000003",
        AdjacentShardToMerge: "shardId-000000000001",
      });
      await untilActive(kinesis);
      await put(10);
      await untilRead();
      await until(
        () => [0, 1, 3].every((shard) => seen.take(reader).ended.has(`shardId-00000000000${shard}`)),
        reader,
      );
      expect(seen.again).toBe(0);

      await reader.kill();
      await put(10);
      reader = readerOf(jars, endpoint.url, dynamodb.url, mode);
      await untilRead();
      expect(seen.disorder).toEqual([]);
      expect(seen.early).toEqual([]);
    },
  );
});

describeJavaClients("the Kinesis Producer Library", (jars) => {
  it("puts aggregates that give back what it was given", async () => {
    const kinesis = Kinesis.open({ transitionMs: 0 });
    onTestFinished(() => kinesis.close());
    await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 2 });
    const sent = userRecords(2_000);
    expect(await putWithKpl(jars, kinesis, sent)).toHaveLength(sent.length);
    const records = await recordsOf(kinesis);
    expect(records.length).toBeLessThan(sent.length / 10);
    const got = records.flatMap(
      ({ partitionKey, data }) => decodeAggregate(data) ?? [{ partitionKey, data }],
    );
    expect(sorted(got)).toEqual(sorted(sent));
  });
});

function readerOf({ kcl }: JavaClients, kinesis: string, dynamodb: string, mode: string): JavaProcess {
  return new JavaProcess(kcl, ["KclReader.java", kinesis, dynamodb, "s", "application", mode]);
}

/** What a reader, or several one after the other, said of what they got. */
class Seen {
  distinct = 0;
  again = 0;
  readonly ended = new Set<string>();
  /** Records that came before an earlier one of their key. */
  readonly disorder: string[] = [];
  /** Shards that were begun before their parents' end. */
  readonly early: string[] = [];
  private readonly taken = new Map<JavaProcess, number>();
  private readonly newest = new Map<string, number>();

  take(reader: JavaProcess): this {
    const lines = reader.lines.slice(this.taken.get(reader) ?? 0);
    this.taken.set(reader, reader.lines.length);
    for (const line of lines) {
      const [what, shard = "", , key = "", number] = line.split(" ");
      if (what === "ended") this.ended.add(shard);
      if (what === "begun" && !parents[shard]?.every((parent) => this.ended.has(parent)))
        this.early.push(shard);
      if (what !== "record") continue;
      const expected = (this.newest.get(key) ?? -1) + 1;
      if (Number(number) < expected) {
        this.again++;
        continue;
      }
      if (Number(number) > expected) this.disorder.push(line);
      this.newest.set(key, Number(number));
      this.distinct++;
    }
    return this;
  }
}

const parents: Readonly<Record<string, readonly string[]>> = {
  "shardId-000000000000": [],
  "shardId-000000000001": [],
  "shardId-000000000002": ["shardId-000000000000"],
  "shardId-000000000003": ["shardId-000000000000"],
  "shardId-000000000004": ["shardId-000000000003", "shardId-000000000001"],
};

async function until(condition: () => boolean, reader: JavaProcess): Promise<void> {
  for (const end = Date.now() + 180_000; !condition(); await sleep(100)) {
    if (!reader.running) throw new Error(`the reader ended: ${reader.complaints}`);
    if (Date.now() > end) throw new Error(`the reader does not get everything: ${reader.complaints}`);
  }
}

/** One record of each key. */
async function putRound(kinesis: Kinesis, round: number): Promise<void> {
  const { FailedRecordCount } = await kinesis.call("PutRecords", {
    StreamName: "s",
    Records: keys.map((key) => ({ PartitionKey: key, Data: Buffer.from(String(round)) })),
  });
  expect(FailedRecordCount).toBe(0);
}

async function untilActive(kinesis: Kinesis): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary } = await kinesis.call("DescribeStreamSummary", { StreamName: "s" });
    if (StreamDescriptionSummary.StreamStatus === "ACTIVE") return;
    await sleep(20);
  }
}

/** Keys of ASCII and beyond, hash keys at both ends, data of no text. */
function userRecords(count: number): readonly UserRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    partitionKey: i % 7 === 0 ? `Fühler-${i % 50} 温度` : `sensor-${i % 50}`,
    ...(i % 50 === 0 ? { explicitHashKey: String(i % 100 === 0 ? 0n : 2n ** 128n - 1n) } : {}),
    data: i % 11 === 0 ? Buffer.from([i % 256, 0, 255, 0xf3]) : Buffer.from(`{"number":${i}}\n`),
  }));
}

/** Comparable: the KPL keeps no order between shards. */
function sorted(records: readonly UserRecord[]): readonly string[] {
  return records
    .map(({ partitionKey, explicitHashKey, data }) =>
      [partitionKey, explicitHashKey ?? "", data.toString("base64")].join(" "),
    )
    .sort();
}

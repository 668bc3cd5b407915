import { describe, expect, it, vi } from "vitest";
import type {
  LiveState,
  Pipeline,
  RecordPage,
  ShardLoad,
  SimulatorState,
  StreamRecord,
} from "../../local/console/api";
import { StreamLog } from "../../local/console/stream/logs";
import { good, stream, TestConsole } from "./fixtures/console";

const shared = TestConsole.shared();

describe("the pipeline", () => {
  it("is drawn from the stack's resources", async () => {
    const test = await shared();
    const { nodes, edges, endpoints, stack, region } = await test.ask<Pipeline>("/pipeline");
    const named = (kind: string) => nodes.filter((node) => node.kind === kind).map(({ name }) => name);
    expect([stack, region]).toEqual(["stack", "eu-west-1"]);
    expect(named("stream")).toEqual([stream]);
    expect(named("function")).toEqual(["lab-test-process"]);
    expect(named("delivery")).toEqual(["lab-test-delivery"]);
    expect(named("prefix")).toEqual(["processed/", "raw/", "errors/"]);
    expect(named("table")).toEqual(["readings"]);
    const isNode = (id: string) => nodes.some((node) => node.id === id);
    expect(edges.filter(({ from, to }) => !isNode(from) || !isNode(to))).toEqual([]);
    expect(edges).toContainEqual({ from: "producers", to: "aws_kinesis_stream.readings", kind: "records" });
    expect(edges).toContainEqual({
      from: "aws_lambda_function.process",
      to: "aws_sqs_queue.failures",
      kind: "failures",
    });
    expect(edges).toContainEqual({
      from: "aws_s3_bucket.lake#processed/",
      to: "aws_glue_catalog_table.readings",
      kind: "rows",
    });
    expect(endpoints).toEqual({ kinesis: test.runner.endpoint, aws: test.aws });
  });

  it("tells what each node does: counts, rates, what waits and how full the buffer is", async () => {
    const test = await TestConsole.start();
    for (const id of ["a", "b", "c"]) await test.put(id, good(id));
    await test.runner.drain();
    const end = new AbortController();
    const events = test.events<LiveState>("/live", end.signal);
    const seen = async (isWanted: (state: LiveState) => boolean): Promise<LiveState> => {
      for (;;) {
        const { value, done } = await events.next();
        if (done || isWanted(value)) return value;
      }
    };
    const { nodes, discrepancies } = await seen((state) => (state.nodes.producers?.recordRate ?? 0) > 0);
    end.abort();
    expect(nodes["aws_kinesis_stream.readings"]).toMatchObject({ records: 3, throttles: 0 });
    expect(nodes["aws_lambda_function.process"]).toMatchObject({ records: 3, waiting: 0, failed: 0 });
    expect(nodes["aws_kinesis_firehose_delivery_stream.delivery"]).toMatchObject({
      records: 3,
      waiting: 3,
      buffer: { bytes: expect.any(Number), limitBytes: 64 * 1024 * 1024, flushIn: expect.any(Number) },
    });
    expect(discrepancies).toEqual([]);
    const flushed = await test.ask<LiveState>("/flush", "POST");
    expect(flushed.nodes["aws_s3_bucket.lake#processed/"]).toMatchObject({ records: 3, objects: 1 });
  });

  it("tells nobody of an earlier state after the one that a flush has answered", async () => {
    const test = await TestConsole.start();
    const end = new AbortController();
    await test.put("a", good("a"));
    await test.events<LiveState>("/live", end.signal).next();
    await test.runner.drain();
    const flushed = await test.ask<LiveState>("/flush", "POST");
    const { value } = await test.events<LiveState>("/live", end.signal).next();
    end.abort();
    expect(value.time).toBeGreaterThanOrEqual(flushed.time);
  });
});

describe("a stream", () => {
  it("has its shards with their ranges, limits and hot keys", async () => {
    const test = await TestConsole.start({ stream: { shard_count: 2 } });
    for (let i = 0; i < 8; i++) await test.put("hot", good("hot"));
    await test.put("cold", good("cold"));
    const shards = await test.ask<ShardLoad[]>(`/streams/${stream}/shards`);
    expect(shards.map(({ id, open }) => [id, open])).toEqual([
      ["shardId-000000000000", true],
      ["shardId-000000000001", true],
    ]);
    expect(shards[0]).toMatchObject({ startingHashKey: "0", limits: { records: 1_000, bytes: 1_048_576 } });
    const hot = shards.flatMap(({ hotKeys }) => hotKeys).find(({ key }) => key === "hot");
    expect(hot?.share).toBeGreaterThan(0.8);
  });

  it("shows its latest records, the oldest first, and those since a time", async () => {
    const test = await TestConsole.start();
    const ids = [await test.put("a", "one"), await test.put("b", "two"), await test.put("a", "three ÄÖ")];
    const records = async (query: string) =>
      (await test.ask<RecordPage>(`/streams/${stream}/records${query}`)).records;
    expect((await records("")).map(({ id }) => id)).toEqual(ids);
    expect((await records("?limit=2")).map(({ data }) => data.text)).toEqual(["two", "three ÄÖ"]);
    expect((await records("?key=a")).map(({ data }) => data.text)).toEqual(["one", "three ÄÖ"]);
    expect((await records("?text=THREE")).map(({ id }) => id)).toEqual([ids[2]]);
    const [, second] = await records("");
    expect((await records(`?from=${second?.arrival}&limit=1`))[0]?.arrival).toBe(second?.arrival);
    expect(await records("?shard=shardId-000000000007")).toEqual([]);
    expect(await test.ask("/streams/other/records")).toMatchObject({ status: 404 });
  });

  it("shows bytes that are no text in base64, and cuts what is long", async () => {
    const test = await TestConsole.start();
    await test.put("long", "x".repeat(100_000));
    const [long] = (await test.ask<RecordPage>(`/streams/${stream}/records`)).records;
    expect([long?.bytes, long?.data.text?.length, long?.data.cut]).toEqual([100_000, 65_536, true]);
  });

  it("is followed from now on, by key and text", async () => {
    const test = await TestConsole.start();
    await test.put("before", "before");
    const end = new AbortController();
    const tail = test.events<readonly StreamRecord[]>(`/streams/${stream}/tail?text=wanted`, end.signal);
    const first = tail.next();
    // The reader is there when a record is shown; until then it may not have begun.
    const timer = setInterval(() => void test.put("k", "is wanted"), 100);
    await test.put("k", "is not");
    const { value } = await first;
    clearInterval(timer);
    end.abort();
    expect(value[0]).toMatchObject({ partitionKey: "k", data: { text: "is wanted" } });
  });

  it("shows each record once that is put between a look at it and following it, and around both", async () => {
    const test = await TestConsole.start({ stream: { shard_count: 2 } });
    // Another page follows it already, which reads ahead of the one that comes.
    const other = new AbortController();
    const others = test.events<readonly StreamRecord[]>(`/streams/${stream}/tail`, other.signal);
    const first = others.next();
    const put: string[] = [];
    const putSome = async (count: number) => {
      for (let i = 0; i < count; i++) put.push(await test.put(`key-${i}`, `record ${put.length}`));
    };
    const timer = setInterval(() => void test.put("k", "other"), 100);
    await first;
    clearInterval(timer);
    await putSome(5);
    const looking = test.ask<RecordPage>(`/streams/${stream}/records?text=record`);
    await putSome(10);
    const { records, end } = await looking;
    await putSome(10);
    const seen = records.map(({ id }) => id);
    const stop = new AbortController();
    const path = `/streams/${stream}/tail?text=record&after=${encodeURIComponent(end)}`;
    const tail = test.events<readonly StreamRecord[]>(path, stop.signal);
    const later = putSome(10);
    while (seen.length < 35) seen.push(...(await tail.next()).value.map(({ id }: StreamRecord) => id));
    await later;
    expect(seen.toSorted()).toEqual(put.toSorted());
    await test.put("k", "record at the end");
    expect((await tail.next()).value.map(({ data }: StreamRecord) => data.text)).toEqual([
      "record at the end",
    ]);
    for (const controller of [other, stop]) controller.abort();
  });

  it("is followed from its first record where there was none, and is not from a place that is none", async () => {
    const test = await TestConsole.start();
    const { records, end } = await test.ask<RecordPage>(`/streams/${stream}/records`);
    const id = await test.put("k", "the first");
    const stop = new AbortController();
    const path = `/streams/${stream}/tail?after=`;
    const { value } = await test.events<readonly StreamRecord[]>(path + end, stop.signal).next();
    stop.abort();
    expect([records, value.map((record: StreamRecord) => record.id)]).toEqual([[], [id]]);
    expect(await test.ask(`${path}shardId-1`)).toMatchObject({ status: 400 });
  });

  it("is read once for all pages that follow it, and not at all when they have left", async () => {
    const test = await TestConsole.start();
    const read = vi.spyOn(StreamLog.prototype, "open");
    const ends = [new AbortController(), new AbortController()];
    const tails = ends.map((end) =>
      test.events<readonly StreamRecord[]>(`/streams/${stream}/tail`, end.signal),
    );
    const firsts = Promise.all(tails.map((tail) => tail.next()));
    await expect.poll(() => read.mock.calls.length).toBe(1);
    const id = await test.put("k", "for both");
    expect((await firsts).map(({ value }) => value[0].id)).toEqual([id, id]);
    for (const end of ends) end.abort();
    const again = new AbortController();
    const third = test.events<readonly StreamRecord[]>(`/streams/${stream}/tail`, again.signal).next();
    await expect.poll(() => read.mock.calls.length).toBe(2);
    await test.put("k", "for the third");
    expect((await third).value[0].data.text).toBe("for the third");
    again.abort();
    read.mockRestore();
  });

  it("is followed into the shards of one that is split, and lets those rest that have ended", async () => {
    const test = await TestConsole.start();
    const end = new AbortController();
    const tail = test.events<readonly StreamRecord[]>(`/streams/${stream}/tail`, end.signal);
    const first = tail.next();
    await test.client.splitShard({
      StreamName: stream,
      ShardToSplit: "shardId-000000000000",
      NewStartingHashKey: "170141183460469231731687303715884105728",
    });
    await expect.poll(async () => (await test.ask<ShardLoad[]>(`/streams/${stream}/shards`)).length).toBe(3);
    const looks = vi.spyOn(StreamLog.prototype, "shards", "get");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(looks.mock.calls.length).toBeLessThan(5);
    looks.mockRestore();
    await test.put("k", "after the split");
    const { value } = await first;
    expect(value[0]).toMatchObject({ data: { text: "after the split" } });
    expect(value[0].shard).not.toBe("shardId-000000000000");
    end.abort();
  });

  it("shows all that is wanted of many records that are not", async () => {
    const test = await TestConsole.start();
    const end = new AbortController();
    const tail = test.events<readonly StreamRecord[]>(`/streams/${stream}/tail?text=wanted`, end.signal);
    const first = tail.next();
    const timer = setInterval(() => void test.put("k", "wanted to begin"), 100);
    await first;
    clearInterval(timer);
    const putAll = (texts: readonly string[]) =>
      test.client.putRecords({
        StreamName: stream,
        Records: texts.map((text) => ({ PartitionKey: "k", Data: Buffer.from(text) })),
      });
    await putAll(["wanted at first", ...Array.from({ length: 450 }, () => "x")]);
    await putAll(Array.from({ length: 450 }, () => "x"));
    let text = "";
    while (!text.includes("wanted at first"))
      text += (await tail.next()).value.map(({ data }: StreamRecord) => data.text).join();
    end.abort();
  });

  it("may be what was put to a delivery stream, under that one's name", async () => {
    const test = await TestConsole.start({
      only: {
        aws_s3_bucket: { lake: { bucket: "lake" } },
        aws_kinesis_firehose_delivery_stream: {
          direct: {
            name: "direct",
            destination: "extended_s3",
            extended_s3_configuration: {
              bucket_arn: "arn:aws:s3:::lake",
              prefix: "in/",
              error_output_prefix: "errors/",
            },
          },
        },
      },
    });
    expect(await test.send("direct", "k", "put directly")).toHaveProperty("sequenceNumber");
    const { records } = await test.ask<RecordPage>("/streams/direct/records");
    expect(records.map(({ data }) => data.text)).toEqual(["put directly"]);
    expect(await test.ask("/streams/another/records")).toMatchObject({ status: 404 });
  });

  it("refuses a record that it can't take, in one sentence", async () => {
    const test = await shared();
    for (const key of ["", "k".repeat(257)])
      expect(await test.send(stream, key, "x")).toEqual({
        status: 400,
        message: `the partition key has ${key.length} characters; it must have 1 to 256`,
      });
    expect(await test.send(stream, "k", "x".repeat(1_048_576))).toMatchObject({ status: 413 });
  });
});

describe("the simulator", () => {
  it("is none where nothing is known that sends the stack's records", async () => {
    const test = await shared();
    expect(await test.ask("/simulator")).toBeNull();
  });

  it("runs as it is told, until it is stopped or the console shows another stack", async () => {
    const runs: { readonly settings: object; readonly stop: AbortSignal }[] = [];
    const test = await TestConsole.start(
      {},
      {
        defaults: { rate: 10, keys: 5, invalidShare: 0 },
        run: (settings, onSent, stop) => {
          runs.push({ settings, stop });
          onSent(3);
          return new Promise((resolve) => stop.addEventListener("abort", () => resolve()));
        },
      },
    );
    const settings = { rate: 20, keys: 4, invalidShare: 0.5 };
    expect(await test.ask("/simulator")).toEqual({
      running: false,
      rate: 10,
      keys: 5,
      invalidShare: 0,
      sent: 0,
    });
    await test.ask("/simulator", "PUT", { running: true, ...settings });
    await vi.waitFor(async () =>
      expect(await test.ask<SimulatorState>("/simulator")).toMatchObject({ running: true, sent: 3 }),
    );
    expect(runs[0]?.settings).toMatchObject(settings);
    await test.ask("/simulator", "PUT", { running: false, ...settings });
    expect(runs[0]?.stop.aborted).toBe(true);
    await test.ask("/simulator", "PUT", { running: true, ...settings });
    await vi.waitFor(() => expect(runs).toHaveLength(2));
    test.console.pause();
    expect(runs[1]?.stop.aborted).toBe(true);
  });

  it("says why it has stopped when records can't be sent", async () => {
    const test = await TestConsole.start(
      {},
      {
        defaults: { rate: 1, keys: 1, invalidShare: 0 },
        run: () => Promise.reject(new Error("the stream is gone")),
      },
    );
    await test.ask("/simulator", "PUT", { running: true, rate: 1, keys: 1, invalidShare: 0 });
    await vi.waitFor(async () =>
      expect(await test.ask("/simulator")).toMatchObject({ running: false, error: "the stream is gone" }),
    );
    expect(
      await test.ask("/simulator", "PUT", { running: true, rate: -1, keys: 1, invalidShare: 0 }),
    ).toMatchObject({
      status: 400,
    });
  });
});

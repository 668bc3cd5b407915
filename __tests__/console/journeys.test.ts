import { describe, expect, it, vi } from "vitest";
import type { DeadLetterState, Journey, Pipeline, QueueState } from "../../local/console/api";
import { aggregate } from "../support/aggregate";
import { bucket, good, queue, stream, TestConsole } from "./fixtures/console";

/** Fails on what says so, and tells what it was given. */
const handler = `
exports.handler = async ({ Records }) => {
  for (const { kinesis } of Records) {
    const text = Buffer.from(kinesis.data, "base64").toString();
    console.log("seen " + kinesis.sequenceNumber);
    if (text.includes("poison")) throw new Error("it is poison");
  }
  return { batchItemFailures: [] };
};
`;

const stepsOf = ({ steps }: Journey) => steps.map(({ kind, ok }) => (ok ? kind : `${kind}!`));
const factOf = (journey: Journey, kind: string, name: string) =>
  journey.steps.find((step) => step.kind === kind)?.facts.find(([fact]) => fact === name)?.[1];

describe("the journey of a record", () => {
  const shared = TestConsole.shared({ handler });

  it("of a good one goes by the function and the buffer to its row, each step at a node of the pipeline", async () => {
    const test = await shared();
    const id = await test.put("key-1", good("good-1"));
    await test.runner.drain();
    const underWay = await test.journey(id);
    expect([underWay.outcome, stepsOf(underWay)]).toEqual([
      "under way",
      ["put", "buffer", "batch", "invocation"],
    ]);
    await test.runner.flush();
    const journey = await test.journey(id);
    expect(journey.outcome).toBe("delivered");
    expect(stepsOf(journey).toSorted()).toEqual(
      ["batch", "buffer", "invocation", "object", "object", "put", "row"].toSorted(),
    );
    expect(factOf(journey, "row", "sensor_id")).toBe("good-1");
    expect(factOf(journey, "row", "temperature")).toBe("21.5");
    expect(journey.steps.find(({ kind }) => kind === "invocation")?.message).toMatch(/\tseen \d+$/);
    const { nodes } = await test.ask<Pipeline>("/pipeline");
    const ids = nodes.map((node) => node.id);
    for (const { node } of journey.steps) expect(ids).toContain(node);
    const times = journey.steps.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("opens the object that holds it", async () => {
    const test = await shared();
    const id = await test.put("key-2", good("good-2"));
    await test.settle();
    const { object } = (await test.journey(id)).steps.findLast(({ kind }) => kind === "object") ?? {};
    expect(object?.key).toMatch(/^(processed|raw)\/dt=/);
    expect(
      await test.ask(`/buckets/${bucket}/object?key=${encodeURIComponent(object?.key ?? "")}`),
    ).toMatchObject({ key: object?.key });
  });

  it("of one that can't be converted ends in an error object, with the reason", async () => {
    const test = await shared();
    const id = await test.put("key-3", "no JSON <script>");
    await test.settle();
    const journey = await test.journey(id);
    expect(journey.outcome).toBe("rejected");
    const step = journey.steps.find(({ kind }) => kind === "error-object");
    expect(step).toMatchObject({ ok: false, object: { bucket } });
    expect(step?.message).toMatch(/^DataFormatConversion\.ParseError: /);
  });

  it("of one that the function fails at has its retries, its error and its dead letter", async () => {
    const test = await shared();
    const id = await test.put("key-4", good("poison"));
    await test.settle();
    const journey = await test.journey(id);
    expect(journey.outcome).toBe("failed");
    const ofFunction = journey.steps.filter(({ kind }) => /batch|invocation|retry|dead-letter/.test(kind));
    expect(ofFunction.map(({ kind, ok }) => (ok ? kind : `${kind}!`))).toEqual([
      "batch",
      "invocation!",
      "retry",
      "invocation!",
      "retry",
      "invocation!",
      "dead-letter!",
    ]);
    expect(ofFunction[1]?.message).toContain("Error: it is poison");
    expect(factOf(journey, "dead-letter", "condition")).toBe("RetryAttemptsExhausted");
  });

  it("is found by key, by sequence number and by text, the latest first", async () => {
    const test = await shared();
    const first = await test.put("key-5", good("found", 1));
    const second = await test.put("key-5", good("found", 2));
    await test.settle();
    expect((await test.heads("key-5")).map(({ id }) => id)).toEqual([second, first]);
    expect((await test.heads("FOUND")).map(({ id }) => id)).toEqual([second, first]);
    expect(await test.heads(first.split(":")[2] ?? "")).toMatchObject([
      { id: first, stream, partitionKey: "key-5", outcome: "delivered", text: good("found", 1) },
    ]);
    expect(await test.heads("nothing has this")).toEqual([]);
  });

  it("begins with the data's text, or base64 where the bytes are not UTF-8", async () => {
    const test = await shared();
    await test.put("no-text", Uint8Array.from([0, 255, 254]));
    await test.put("long-text", "é".repeat(1_000));
    expect(await test.heads("no-text")).toMatchObject([{ text: "AP/+" }]);
    expect(await test.heads("long-text")).toMatchObject([{ text: "é".repeat(200) }]);
  });

  it("of a record in an aggregate is its own", async () => {
    const test = await shared();
    const Data = aggregate([good("inner-1"), "broken"], "inner");
    await test.client.putRecord({ StreamName: stream, PartitionKey: "a", Data });
    await test.settle();
    const [one] = await test.heads("inner-1");
    const [other] = await test.heads("broken");
    expect(one).toMatchObject({ outcome: "delivered", partitionKey: "inner" });
    expect(other).toMatchObject({ outcome: "rejected", text: "broken" });
    expect(factOf(await test.journey(one?.id ?? ""), "row", "sensor_id")).toBe("inner-1");
    expect((await test.journey(other?.id ?? "")).record.aggregate).toHaveLength(2);
  });

  it("begins again when it is sent again", async () => {
    const test = await shared();
    const id = await test.put("key-6", good("again"));
    await test.settle();
    await test.ask(`/journeys/${encodeURIComponent(id)}/resend`, "POST");
    await test.settle();
    expect(await test.heads("key-6")).toHaveLength(2);
  });

  it("of what is none, or no more there, is refused", async () => {
    const test = await shared();
    expect(await test.ask("/journeys/nonsense")).toMatchObject({ status: 400 });
    expect(await test.ask(`/journeys/${stream}:shardId-000000000009:1`)).toMatchObject({ status: 404 });
    expect(await test.ask("/journeys/other:shardId-000000000000:1")).toEqual({
      status: 404,
      message: "there is no stream other",
    });
  });
});

describe("records of an earlier run", () => {
  it("have their journeys still, those without one their outcome, and what was waiting goes on", async () => {
    const test = await TestConsole.start();
    const done = await test.put("done", good("done"));
    await test.settle();
    const before = await test.journey(done);
    const waiting = await test.put("waiting", good("waiting"));
    await test.runner.drain();
    await test.restart();
    expect(await test.journey(done)).toEqual(before);
    await test.settle();
    const after = await test.journey(waiting);
    expect(after.outcome).toBe("delivered");
    expect(stepsOf(after)).toContain("row");
    await test.restart();
    await test.restart();
    expect((await test.journey(done)).outcome).toBe("delivered");
  });
});

describe("a row that a scheduled query has rolled up", () => {
  it("is told with the row that holds it, also after a restart", async () => {
    const place = "s3://${aws_s3_bucket.lake.bucket}/hourly/";
    const test = await TestConsole.start({
      more: {
        aws_glue_catalog_table: {
          hourly: {
            name: "hourly",
            database_name: "${aws_glue_catalog_database.lake.name}",
            storage_descriptor: [
              {
                location: place,
                columns: [
                  { name: "hour", type: "timestamp" },
                  { name: "sensor_id", type: "string" },
                  { name: "records", type: "bigint" },
                ],
                ser_de_info: {
                  serialization_library: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                },
              },
            ],
          },
        },
        aws_scheduler_schedule: {
          hourly: {
            name: "hourly",
            schedule_expression: "rate(1 hour)",
            state: "DISABLED",
            flexible_time_window: { mode: "OFF" },
            target: {
              arn: "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution",
              role_arn: "arn:aws:iam::000000000000:role/scheduler",
              input: JSON.stringify({
                QueryString:
                  "INSERT INTO hourly SELECT date_trunc('hour', \"timestamp\"), sensor_id, COUNT(*) FROM readings GROUP BY 1, 2",
                QueryExecutionContext: { Database: "lake" },
              }),
            },
          },
        },
      },
    });
    const id = await test.put("k", good("rolled"));
    await test.put("k", good("rolled", 3));
    await test.settle();
    expect(stepsOf(await test.journey(id))).not.toContain("rolled-up");
    await test.ask("/queries", "POST", { sql: "MSCK REPAIR TABLE lake.readings" });
    await vi.waitFor(async () => expect(await test.ask("/queries")).toMatchObject([{ state: "SUCCEEDED" }]), {
      timeout: 20_000,
    });
    await test.runner.rollup({ hours: [new Date("2026-01-15T10:00:00Z")] });
    const journey = await test.journey(id);
    expect(factOf(journey, "rolled-up", "schedule")).toBe("hourly");
    expect(factOf(journey, "rolled-up", "hour")).toBe("2026-01-15 10:00:00.000");
    expect(factOf(journey, "rolled-up", "records")).toBe("2");
    await test.restart();
    expect(await test.journey(id)).toEqual(journey);
  });
});

describe("records of a stream that nothing reads", () => {
  it("are read by nobody", async () => {
    const test = await TestConsole.start({
      only: { aws_kinesis_stream: { readings: { name: stream, shard_count: 1 } } },
    });
    const id = await test.put("a", good("a"));
    expect(await test.journey(id)).toMatchObject({ outcome: "unread", steps: [{ kind: "put" }] });
  });
});

describe("records that filter criteria leave out", () => {
  it("say so", async () => {
    const test = await TestConsole.start({
      mapping: { filter_criteria: [{ filter: [{ pattern: '{"data":{"sensor_id":["wanted"]}}' }] }] },
    });
    const id = await test.put("k", good("unwanted"));
    await test.settle();
    const journey = await test.journey(id);
    expect(stepsOf(journey)).toContain("filtered");
    expect(stepsOf(journey)).not.toContain("invocation");
    expect(journey.outcome).toBe("delivered");
  });
});

describe("a batch of which one record fails", () => {
  it("is split until it is alone", async () => {
    const test = await TestConsole.start({
      handler,
      mapping: {
        bisect_batch_on_function_error: true,
        maximum_retry_attempts: 0,
        maximum_batching_window_in_seconds: 2,
      },
    });
    const ids = await Promise.all([
      test.put("a", good("one")),
      test.put("b", good("poison")),
      test.put("c", good("three")),
      test.put("d", good("four")),
    ]);
    await test.settle();
    const [first, poison] = await Promise.all([test.journey(ids[0] ?? ""), test.journey(ids[1] ?? "")]);
    expect(poison.outcome).toBe("failed");
    expect(first.outcome).toBe("delivered");
    expect(stepsOf(poison)).toContain("bisect");
  });
});

describe("dead letters", () => {
  it("show the records that they stand for, and are gone when those are put again", async () => {
    const test = await TestConsole.start({ handler });
    test.runner.faults.begin("function-failing");
    await test.put("a", good("one"));
    await test.settle();
    test.runner.faults.end("function-failing");
    expect(await test.ask<QueueState[]>("/queues")).toEqual([{ name: queue, messages: 1 }]);
    const [letter] = await test.ask<DeadLetterState[]>(`/queues/${queue}/messages`);
    expect(letter?.records).toMatchObject([{ partitionKey: "a", data: { text: good("one") } }]);
    expect(JSON.parse(letter?.body ?? "")).toMatchObject({ KinesisBatchInfo: { batchSize: 1 } });
    expect(await test.ask(`/queues/${queue}/messages/${letter?.id}/redrive`, "POST")).toEqual({
      sent: 1,
      gone: 0,
    });
    await test.settle();
    expect(await test.ask(`/queues/${queue}/messages`)).toEqual([]);
    expect((await test.heads("a")).map(({ outcome }) => outcome)).toEqual(["delivered", "failed"]);
    expect(await test.ask(`/queues/${queue}/messages/${letter?.id}/redrive`, "POST")).toMatchObject({
      status: 404,
    });
  });
});

import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { recordFilter } from "../../local/runner/lambda/filter";
import { aggregate } from "../support/aggregate";
import { reading, recordingHandler, TestRun } from "./fixtures/harness";

const many = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);

describe("event source mapping", () => {
  it("hands over batches of 100 by default", async () => {
    const run = await TestRun.start({ handler: recordingHandler(), mapping: { batch_size: undefined } });
    await run.put(many(250));
    await run.runner.drain();
    expect(run.events().map((batch) => batch.length)).toEqual([100, 100, 50]);
  });

  it("keeps the payload below 6 MB", async () => {
    const run = await TestRun.start({ handler: recordingHandler(), mapping: { batch_size: 10_000 } });
    const large = Array.from({ length: 4 }, () => "x".repeat(1_000_000));
    await run.put(large);
    await run.put(large);
    await run.runner.drain();
    const bytes = run.rawEvents().map((event) => JSON.stringify(event).length);
    expect(bytes.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(6 * 1024 * 1024);
  });

  it("waits for the batching window to gather a batch, and no longer", async () => {
    const run = await TestRun.start({
      handler: recordingHandler(),
      mapping: { maximum_batching_window_in_seconds: 1 },
    });
    await run.put(["a"]);
    await sleep(300);
    await run.put(["b"]);
    await expect.poll(() => run.events(), { timeout: 5_000 }).toEqual([["a", "b"]]);
  });

  it("does not wait for a full batch without a window", async () => {
    const run = await TestRun.start({ handler: recordingHandler() });
    await run.put(["a"]);
    await expect.poll(() => run.events(), { timeout: 5_000 }).toEqual([["a"]]);
  });

  it("processes a shard in order", async () => {
    const run = await TestRun.start({
      handler: recordingHandler(
        "globalThis.calls = (globalThis.calls ?? 0) + 1; if (globalThis.calls % 4 === 0) throw new Error('again');",
      ),
      mapping: { batch_size: 7, maximum_retry_attempts: -1 },
    });
    await run.put(many(100));
    await run.runner.drain();
    const firstSeen = [...new Set(run.events().flat())];
    expect(firstSeen).toEqual(many(100));
  });

  it("keeps the order by partition key with a parallelization factor", async () => {
    const run = await TestRun.start({
      handler: recordingHandler(
        "const sum = [...records[0]].reduce((hash, letter) => hash * 31 + letter.charCodeAt(0), 7);" +
          "await new Promise((r) => setTimeout(r, sum % 30));",
      ),
      mapping: { batch_size: 5, parallelization_factor: 4 },
    });
    for (let index = 0; index < 20; index++)
      await run.put(["a", "b", "c", "d", "e", "f"].map((key) => `${key}${index}`));
    await run.runner.drain();
    const seen = run.events().flat();
    expect(seen).toHaveLength(120);
    for (const key of "abcdef") {
      const ofKey = seen.filter((text) => text.startsWith(key));
      expect(ofKey).toEqual(Array.from({ length: 20 }, (_, index) => `${key}${index}`));
    }
  });

  it("begins at TRIM_HORIZON with what was there before it, at LATEST with what comes after", async () => {
    const before = await TestRun.start({ mapping: { enabled: false } });
    await before.put(["old"]);
    await before.runner.close();
    const latest = { starting_position: "LATEST" };
    const more = {
      aws_lambda_event_source_mapping: {
        other: {
          event_source_arn: "${aws_kinesis_stream.readings.arn}",
          function_name: "${aws_lambda_function.process.arn}",
          starting_position: "TRIM_HORIZON",
        },
      },
    };
    const run = await TestRun.start(
      { handler: recordingHandler(), mapping: latest, more },
      {},
      before.folder,
    );
    await run.put(["new"]);
    await run.runner.drain();
    const [first, second] = run.runner.counters.mappings;
    expect([first?.succeeded, second?.succeeded]).toEqual([1, 2]);
  });

  it("begins at AT_TIMESTAMP with what came at that time or later", async () => {
    const before = await TestRun.start({ mapping: { enabled: false } });
    await before.put(["old"]);
    await sleep(20);
    const timestamp = new Date().toISOString();
    await before.put(["new"]);
    await before.runner.close();
    const mapping = { starting_position: "AT_TIMESTAMP", starting_position_timestamp: timestamp };
    const run = await TestRun.start({ handler: recordingHandler(), mapping }, {}, before.folder);
    await run.runner.drain();
    expect(run.events()).toEqual([["new"]]);
  });

  it("reads a shard's children only when all of its own records are done", async () => {
    const run = await TestRun.start({
      handler: recordingHandler("await new Promise((r) => setTimeout(r, 20));"),
    });
    await run.put(many(20), "same");
    await run.client.splitShard({
      StreamName: run.stream,
      ShardToSplit: "shardId-000000000000",
      NewStartingHashKey: (2n ** 127n).toString(),
    });
    await expect
      .poll(() => run.put(["later"], "same").then(() => run.events().flat().at(-1)), {
        timeout: 15_000,
        interval: 300,
      })
      .toBe("later");
    await run.finish();
    const seen = run.events().flat();
    expect(seen.slice(0, 20)).toEqual(many(20));
    expect(
      new Set(run.rawEvents().flatMap(({ Records }) => Records.map(({ eventID }) => eventID.split(":")[0])))
        .size,
    ).toBe(2);
  }, 30_000);

  it("does not de-aggregate: the handler gets the aggregate as it is", async () => {
    const run = await TestRun.start({ handler: recordingHandler() });
    const record = aggregate([reading(1), reading(2)]);
    await run.put([record]);
    await run.runner.drain();
    const [event] = run.rawEvents();
    expect(event?.Records.map(({ kinesis }) => kinesis.data)).toEqual([record.toString("base64")]);
    expect(run.mapping).toMatchObject({ succeeded: 1, userRecords: 2 });
  });

  it("gives each record the form that Lambda gives it", async () => {
    const run = await TestRun.start({ handler: recordingHandler() });
    const { Records = [] } = await run.put(["a"], "key");
    const before = Date.now() / 1000;
    await run.runner.drain();
    const sequenceNumber = Records[0]?.SequenceNumber;
    expect(run.rawEvents()[0]?.Records).toEqual([
      {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey: "key",
          sequenceNumber,
          data: Buffer.from("a").toString("base64"),
          approximateArrivalTimestamp: expect.closeTo(before, 0),
        },
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `shardId-000000000000:${sequenceNumber}`,
        eventName: "aws:kinesis:record",
        invokeIdentityArn: expect.stringMatching(/^arn:aws:iam::000000000000:role\//),
        awsRegion: "eu-west-1",
        eventSourceARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/lab-test-readings",
      },
    ]);
  });

  it("is not run when it is disabled", async () => {
    const run = await TestRun.start({ mapping: { enabled: false } });
    expect(run.runner.counters.mappings).toEqual([]);
  });
});

describe("a batch that is discarded", () => {
  it("is described to the on-failure destination, and the next goes on", async () => {
    const run = await TestRun.start({
      handler: recordingHandler("if (records.includes('poison')) throw new Error('no'); return {};"),
      mapping: { batch_size: 2, maximum_retry_attempts: 1 },
    });
    const { Records = [] } = await run.put(["a", "poison", "b"]);
    await run.runner.drain();
    expect(run.deadLetters()).toEqual([
      {
        destination: "arn:aws:sqs:eu-west-1:000000000000:lab-test-failures",
        requestContext: {
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          functionArn: "arn:aws:lambda:eu-west-1:000000000000:function:lab-test-process",
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: 2,
        },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        version: "1.0",
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        KinesisBatchInfo: {
          shardId: "shardId-000000000000",
          startSequenceNumber: Records[0]?.SequenceNumber,
          endSequenceNumber: Records[1]?.SequenceNumber,
          approximateArrivalOfFirstRecord: expect.stringMatching(/Z$/),
          approximateArrivalOfLastRecord: expect.stringMatching(/Z$/),
          batchSize: 2,
          streamArn: "arn:aws:kinesis:eu-west-1:000000000000:stream/lab-test-readings",
        },
      },
    ]);
    expect(run.mapping).toMatchObject({ succeeded: 1, failed: 2, deadLetters: 1, retries: 1 });
  });

  it("is always written down, even without a destination", async () => {
    const run = await TestRun.start({
      handler: recordingHandler("throw new Error('no');"),
      mapping: { maximum_retry_attempts: 0, destination_config: undefined },
    });
    await run.put(["a"]);
    await run.runner.drain();
    expect(run.deadLetters()).toEqual([expect.objectContaining({ destination: null })]);
  });

  it("is kept with its payload by an S3 destination", async () => {
    const run = await TestRun.start({
      handler: recordingHandler("throw new Error('no');"),
      mapping: {
        maximum_retry_attempts: 0,
        destination_config: { on_failure: { destination_arn: "${aws_s3_bucket.lake.arn}" } },
      },
    });
    await run.put(["a"]);
    await run.runner.drain();
    const [key = ""] = run.keys("aws/lambda/");
    expect(key).toMatch(
      /^aws\/lambda\/[0-9a-f-]{36}\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    const { payload, KinesisBatchInfo } = JSON.parse(run.text(key));
    expect(KinesisBatchInfo.batchSize).toBe(1);
    expect(JSON.parse(payload).Records[0].kinesis.data).toBe(Buffer.from("a").toString("base64"));
  });

  it("is reported once with its error while its retries fail, and once more when that is over", async () => {
    const mended = join(tmpdir(), `mended-${randomUUID()}`);
    const run = await TestRun.start({
      handler: recordingHandler(
        `if (!require("node:fs").existsSync(${JSON.stringify(mended)})) throw new TypeError("no map");`,
      ),
      mapping: { maximum_retry_attempts: -1, parallelization_factor: 2 },
    });
    await run.put(["a", "b", "c", "d"]);
    await expect.poll(() => run.troubles.length, { timeout: 10_000 }).toBeGreaterThan(0);
    writeFileSync(mended, "");
    await run.runner.drain();
    rmSync(mended);
    await expect.poll(() => run.troubles.length).toBe(2);
    expect(run.troubles).toEqual([
      expect.stringMatching(
        /^aws_lambda_event_source_mapping\.\S+: a batch fails again and again: TypeError: no map; trying again$/,
      ),
      expect.stringMatching(/: that is over, it goes on$/),
    ]);
  });

  it("is tried again by the next run when this one was stopped before", async () => {
    const failing = await TestRun.start({
      handler: recordingHandler("throw new Error('no');"),
      mapping: { maximum_retry_attempts: -1 },
    });
    await failing.put(["a"]);
    await expect.poll(() => failing.mapping.retries, { timeout: 5_000 }).toBeGreaterThan(1);
    await failing.runner.close();
    const run = await TestRun.start({ handler: recordingHandler() }, {}, failing.folder);
    await run.runner.drain();
    expect(run.mapping).toMatchObject({ succeeded: 1, readOld: 1, readNew: 0 });
  });
});

describe("filter criteria", () => {
  const record = (data: string, partitionKey = "key") => ({
    sequenceNumber: "1",
    partitionKey,
    data: Buffer.from(data),
    arrival: 0,
  });
  const accepts = (pattern: object, data: unknown, key?: string) =>
    recordFilter("m", [JSON.stringify(pattern)])(
      record(typeof data === "string" ? data : JSON.stringify(data), key),
    );

  it.each([
    [{ data: { temperature: [{ numeric: [">", 30] }] } }, { temperature: 31 }, true],
    [{ data: { temperature: [{ numeric: [">", 30, "<=", 35] }] } }, { temperature: 36 }, false],
    [{ data: { location: ["warehouse-A", "warehouse-B"] } }, { location: "warehouse-B" }, true],
    [{ data: { location: [{ prefix: "ware" }] } }, { location: "warehouse" }, true],
    [{ data: { location: [{ suffix: "-A" }] } }, { location: "warehouse-B" }, false],
    [{ data: { location: [{ "anything-but": ["x"] }] } }, { location: "y" }, true],
    [{ data: { location: [{ "equals-ignore-case": "X" }] } }, { location: "x" }, true],
    [{ data: { location: [{ exists: false }] } }, {}, true],
    [{ data: { location: [{ exists: true }] } }, {}, false],
    [{ data: { location: [null] } }, { location: null }, true],
    [{ data: { tags: ["hot"] } }, { tags: ["cold", "hot"] }, true],
    [{ data: { a: { b: [1] } } }, { a: { b: 1 } }, true],
    [{ data: { $or: [{ a: [1] }, { b: [1] }] } }, { b: 1 }, true],
    [{ data: { a: [1], b: [1] } }, { a: 1 }, false],
    [{ data: { a: [1] } }, "no JSON", false],
    [{ partitionKey: ["key"] }, "no JSON", true],
  ])("%j of %j: %s", (pattern, data, expected) => {
    expect(accepts(pattern, data)).toBe(expected);
  });

  it("leave records out before the function, and count them", async () => {
    const run = await TestRun.start({
      handler: recordingHandler(),
      mapping: {
        filter_criteria: [{ filter: [{ pattern: '{"data":{"temperature":[{"numeric":[">",30]}]}}' }] }],
      },
    });
    await run.put([reading(0, { temperature: 10 }), reading(1, { temperature: 40 })]);
    await run.runner.drain();
    expect(run.events().flat()).toEqual([reading(1, { temperature: 40 })]);
    expect(run.mapping).toMatchObject({ succeeded: 1, filtered: 1 });
  });

  it("that are not valid JSON are refused", () => {
    expect(() => recordFilter("aws_lambda_event_source_mapping.m", ["{"])).toThrow(
      "aws_lambda_event_source_mapping.m: filter_criteria: { is not a JSON object",
    );
  });
});

describe("a tumbling window", () => {
  const counting = `
    const { appendFileSync } = require("node:fs");
    exports.handler = async (event) => {
      appendFileSync(process.env.EVENTS, JSON.stringify(event) + "\\n");
      return { state: { count: (event.state.count ?? 0) + event.Records.length } };
    };`;

  it("hands its state on, and ends with an invocation without records", async () => {
    const run = await TestRun.start({
      handler: counting,
      mapping: { tumbling_window_in_seconds: 1, batch_size: 2 },
    });
    await run.put(many(5), "k");
    const finals = () =>
      run.rawEvents().filter((event) => "isFinalInvokeForWindow" in event && event.isFinalInvokeForWindow);
    await expect.poll(() => finals().length, { timeout: 15_000 }).toBeGreaterThan(0);
    await expect
      .poll(
        () =>
          finals().reduce(
            (sum, event) => sum + ((event as { state?: { count?: number } }).state?.count ?? 0),
            0,
          ),
        {
          timeout: 15_000,
        },
      )
      .toBe(5);
    expect(run.rawEvents()[0]).toMatchObject({
      shardId: "shardId-000000000000",
      state: {},
      isWindowTerminatedEarly: false,
      window: { start: expect.stringMatching(/Z$/), end: expect.stringMatching(/Z$/) },
    });
  });
});

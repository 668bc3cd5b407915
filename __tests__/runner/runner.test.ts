import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findDiscrepancies } from "../../local/runner/reconciliation";
import { findRunner } from "../../local/runner/runtime-file";
import { summarize } from "../../local/runner/summary";
import { temporaryFolder } from "../support/folders";
import { reading, TestRun } from "./fixtures/harness";

const hundred = Array.from({ length: 100 }, (_, index) => reading(index));

describe("the runner", () => {
  it("brings every record through the function and into Parquet, with the source beside it", async () => {
    const run = await TestRun.start();
    await run.put(hundred);
    await run.finish();
    expect(await run.rows()).toHaveLength(100);
    expect(run.text("raw/")).toBe(hundred.join(""));
    expect(run.mapping).toMatchObject({ succeeded: 100, failed: 0, pending: 0 });
    expect(findDiscrepancies(run.runner.counters, 100)).toEqual([]);
    expect(summarize({ counters: run.runner.counters, queries: {}, seconds: 1.23456 })).toMatchObject({
      produced: 100,
      producedRecords: 100,
      lambda: {
        succeeded: 100,
        failed: 0,
        failedUserRecords: 0,
        metrics: { "lab-test-process": { ReadingsProcessed: expect.objectContaining({ sum: 100 }) } },
      },
      alarms: {},
      delivery: { records: 100, dropped: 0, extracted: 0, parquetObjects: 1, rawObjects: 1, errorObjects: 0 },
      queries: {},
      seconds: 1.235,
    });
  });

  it("publishes its addresses while it runs, and removes them at its end", async () => {
    const run = await TestRun.start();
    const { dir, endpoint } = run.runner;
    const runtime = JSON.parse(readFileSync(join(dir, "runtime.json"), "utf8"));
    expect(runtime).toMatchObject({
      pid: process.pid,
      region: "eu-west-1",
      endpoint,
      streams: ["lab-test-readings"],
      buckets: { "lab-test-000000000000": join(dir, "lake", "lab-test-000000000000") },
    });
    expect(await findRunner(dir)).toEqual(runtime);
    await run.runner.close();
    expect(existsSync(join(dir, "runtime.json"))).toBe(false);
    expect(await findRunner(dir)).toBeUndefined();
  });

  it("is the only one in its folder", async () => {
    const run = await TestRun.start();
    await expect(TestRun.start({}, {}, run.folder)).rejects.toThrow(
      `a runner (pid ${process.pid}) is already running on ${run.runner.dir}`,
    );
  });

  it("takes over from one that was killed", async () => {
    const run = await TestRun.start();
    const left = ["runtime.json", "runner.lock"].map((name) => {
      const path = join(run.runner.dir, name);
      return {
        path,
        text: readFileSync(path, "utf8").replace(/"started":( ?)"[^"]*"/, '"started":$1"earlier"'),
      };
    });
    await run.runner.close();
    for (const { path, text } of left) writeFileSync(path, text);
    expect(await findRunner(run.runner.dir)).toBeUndefined();
    const next = await TestRun.start({}, {}, run.folder);
    expect(next.runner.endpoint).not.toBe("");
  });

  it("goes on where the last run stopped, and processes nothing twice", async () => {
    const run = await TestRun.start();
    await run.put(hundred.slice(0, 40));
    await run.finish();
    await run.put(hundred.slice(40, 70));
    await run.runner.close();
    const next = await TestRun.start({}, {}, run.folder);
    await next.put(hundred.slice(70));
    await next.finish();
    expect(await next.rows()).toHaveLength(100);
    expect(next.text("raw/").split("\n").filter(Boolean).sort()).toEqual(
      hundred.map((line) => line.trim()).sort(),
    );
    expect(findDiscrepancies(next.runner.counters)).toEqual([]);
  });

  it("says that the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await expect(TestRun.start({}, { port })).rejects.toThrow(`port ${port} is in use`);
    server.close();
  });

  it("says that an archive is missing", async () => {
    await expect(TestRun.start({ fn: { filename: "nowhere.zip" } })).rejects.toThrow(
      /^aws_lambda_function\.process: there is no archive at .*nowhere\.zip$/,
    );
  });

  it("runs several streams, functions and delivery streams side by side", async () => {
    const run = await TestRun.start({
      more: {
        aws_kinesis_stream: { second: { name: "second" } },
        aws_lambda_event_source_mapping: {
          second: {
            event_source_arn: "${aws_kinesis_stream.second.arn}",
            function_name: "${aws_lambda_function.process.function_name}",
            starting_position: "TRIM_HORIZON",
          },
        },
        aws_kinesis_firehose_delivery_stream: {
          plain: {
            name: "plain",
            destination: "extended_s3",
            kinesis_source_configuration: [{ kinesis_stream_arn: "${aws_kinesis_stream.second.arn}" }],
            extended_s3_configuration: [{ bucket_arn: "${aws_s3_bucket.lake.arn}", prefix: "plain/" }],
          },
        },
      },
    });
    await run.put(hundred);
    await run.client.putRecord({ StreamName: "second", Data: Buffer.from("hello"), PartitionKey: "x" });
    await run.finish();
    expect(run.text("plain/")).toBe("hello");
    expect(await run.rows()).toHaveLength(100);
    expect(run.runner.counters.mappings.map(({ succeeded }) => succeeded)).toEqual([100, 1]);
    expect(findDiscrepancies(run.runner.counters)).toEqual([]);
  });

  it("keeps its folder to itself: nothing is written beside it", async () => {
    const folder = temporaryFolder();
    const run = await TestRun.start({}, {}, folder);
    await run.put(hundred);
    await run.finish();
    const { readdirSync } = await import("node:fs");
    expect(readdirSync(folder).sort()).toEqual([".local", "stack"]);
  });
});

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { openLake } from "../../../local/lake/index";
import { loadStack } from "../../../terraform/index";
import { temporaryFolder } from "../../support/folders";
import { reading, recordingHandler, TestRun } from "../fixtures/harness";

const lake = { bucket_arn: "${aws_s3_bucket.lake.arn}", buffering_interval: 300 };

describe("a prefix that looks like a path elsewhere", () => {
  it("is part of a key, below the bucket, and can be queried", async () => {
    const folder = temporaryFolder();
    const table = {
      name: "escaped",
      database_name: "lake",
      storage_descriptor: [
        {
          location: "s3://${aws_s3_bucket.lake.bucket}/../..//escaped/",
          columns: [{ name: "sensor_id", type: "string" }],
          ser_de_info: { serialization_library: "org.openx.data.jsonserde.JsonSerDe" },
        },
      ],
    };
    const options = {
      conversion: false,
      s3: {
        prefix: "../..//escaped/./!{timestamp:yyyy}/",
        s3_backup_configuration: { ...lake, prefix: "/root/" },
      },
      more: { aws_glue_catalog_table: { escaped: table } },
    };
    const run = await TestRun.start(options, {}, folder);
    await run.put([reading(1), reading(2)]);
    await run.finish();
    expect(readdirSync(folder).sort()).toEqual([".local", "stack"]);
    expect(readdirSync(run.runner.lakeFolder)).toEqual(["lab-test-000000000000"]);
    expect(run.keys().map((key) => key.replace(/\d{4}.*/, ""))).toEqual([
      "%/root/",
      "%2E%2E/%2E%2E/%/escaped/%2E/",
    ]);
    const answers = await openLake(loadStack(join(folder, "stack")), run.runner.lakeFolder);
    const { rows } = await answers.query("SELECT sensor_id FROM escaped ORDER BY 1");
    answers.close();
    expect(rows).toEqual([{ sensor_id: "sensor-1" }, { sensor_id: "sensor-2" }]);
  });

  it.each([
    [`${"x".repeat(300)}/`, "has 300 bytes between two slashes; this machine's file systems take 255"],
    [`${"x/".repeat(500)}`, "is longer than the 1024 bytes that S3 takes"],
    ["a\0b/", "holds a character that no file's name can"],
  ])("and that can't be stored is refused at the start (%#)", async (prefix, problem) => {
    const started = TestRun.start({ conversion: false, s3: { prefix } });
    await expect(started).rejects.toThrow(problem);
    await expect(started).rejects.toThrow(/^aws_kinesis_firehose_delivery_stream\.delivery: prefix or error/);
  });
});

describe("an archive", () => {
  it("whose entry lies outside of it is refused, and nothing is written there", async () => {
    const folder = temporaryFolder();
    const started = TestRun.start({ fn: { filename: "evil.zip" } }, {}, folder);
    await started.catch(() => {});
    writeFileSync(
      join(folder, "stack", "evil.zip"),
      zipSync({
        "index.js": Buffer.from("exports.handler = async () => {};"),
        "../../../escaped.js": Buffer.from("1"),
      }),
    );
    await expect(TestRun.start({ fn: { filename: "evil.zip" } }, {}, folder)).rejects.toThrow(
      /^aws_lambda_function\.process: \S+evil\.zip holds "\.\.\/\.\.\/\.\.\/escaped\.js", which lies outside of it$/,
    );
    expect(readdirSync(folder)).toEqual(["stack"]);
    expect(readdirSync(dirname(folder))).not.toContain("escaped.js");
  });
});

describe("a runner whose folder is deleted", () => {
  it.each(["deleted", "replaced"])("(%s) is lost, with one line that says so", async (how) => {
    const run = await TestRun.start();
    const { dir, lost } = run.runner;
    await run.put([reading(1)]);
    await run.runner.drain();
    rmSync(dir, { recursive: true });
    if (how === "replaced") mkdirSync(dir);
    await expect.poll(() => lost.aborted, { timeout: 5_000 }).toBe(true);
    expect(lost.reason).toMatchObject({
      name: "StackError",
      message: `${dir} was deleted while the runner worked there`,
    });
    await expect(run.runner.flush()).rejects.toThrow();
    await run.runner.close();
    expect(existsSync(dir)).toBe(how === "replaced");
  });
});

describe("a runner whose streams are deleted", () => {
  it("is lost, takes no more records, and delivers what it has read", async () => {
    const run = await TestRun.start();
    const { dir, lost } = run.runner;
    await run.put([reading(1)]);
    await run.runner.drain();
    rmSync(join(dir, "kinesis"), { recursive: true });
    expect((await run.put([reading(2)])).FailedRecordCount).toBe(1);
    await expect.poll(() => lost.aborted, { timeout: 5_000 }).toBe(true);
    expect(lost.reason).toMatchObject({
      name: "StackError",
      message: `${join(dir, "kinesis")} was deleted while the runner worked there`,
    });
    await run.runner.flush();
    expect(await run.rows()).toHaveLength(1);
    await run.runner.close();
    expect(existsSync(join(dir, "kinesis"))).toBe(false);
  });
});

describe("a function whose folder is deleted", () => {
  it("is unpacked again when it is needed", async () => {
    const run = await TestRun.start({
      handler: recordingHandler('if (records.some((text) => text.includes("sensor-1"))) process.exit(1);'),
      mapping: { maximum_retry_attempts: 0 },
    });
    rmSync(join(run.runner.dir, "functions"), { recursive: true });
    await run.put([reading(1)]);
    await run.runner.drain();
    await run.put([reading(2)]);
    await run.runner.drain();
    expect(run.mapping).toMatchObject({ failed: 1, succeeded: 1 });
  });
});

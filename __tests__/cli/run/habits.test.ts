import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reading, TestRun } from "../../runner/fixtures/harness";
import { temporaryFolder } from "../../support/folders";
import { runCli } from "../support";

describe("npm run local -- flush", () => {
  it("has the runner write its buffers now", async () => {
    const run = await TestRun.start();
    await run.put([reading(1), reading(2)]);
    const { code, stdout } = await runCli(["flush", "--dir", run.runner.dir]);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("2 records written so far"),
    });
    expect(run.keys("processed/")).toHaveLength(1);
  });

  it("says that no runner is running", async () => {
    const { code, stderr } = await runCli(["flush", "--dir", temporaryFolder()]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no runner is running on"),
    });
  });
});

describe("npm run local -- logs", () => {
  it("prints what a function has logged", async () => {
    const run = await TestRun.start({ handler: "exports.handler = async () => { console.log('hello'); };" });
    await run.put(["a"]);
    await run.runner.drain();
    const { stdout } = await runCli(["logs", "lab-test-process", "--dir", run.runner.dir]);
    expect(stdout).toMatch(/START RequestId[\s\S]*hello[\s\S]*REPORT/);
  });

  it("goes on with what is logged, until it is stopped", async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, "logs"));
    appendFileSync(join(dir, "logs", "f.log"), "one\n");
    const stop = new AbortController();
    const following = runCli(["logs", "-f", "--dir", dir], { signal: stop.signal });
    setTimeout(() => appendFileSync(join(dir, "logs", "f.log"), "two\n"), 300);
    setTimeout(() => stop.abort(), 1_500);
    expect(await following).toMatchObject({ code: 0, stdout: "one\ntwo\n" });
  });

  it("knows the functions that have logged", async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, "logs"));
    appendFileSync(join(dir, "logs", "process.log"), "one\n");
    const { code, stderr } = await runCli(["logs", "proces", "--dir", dir]);
    expect(code).toBe(1);
    expect(stderr).toContain("process");
  });
});

describe("npm run local -- dead-letters", () => {
  it("lists what was discarded, and why", async () => {
    const run = await TestRun.start({
      handler: "exports.handler = async () => { throw new Error('no'); };",
      mapping: { maximum_retry_attempts: 0 },
    });
    await run.put(["a", "b"], "k");
    await run.runner.drain();
    const { stdout } = await runCli(["dead-letters", "--dir", run.runner.dir]);
    expect(stdout).toMatch(/lab-test-process[\s\S]*RetryAttemptsExhausted/);
    const { stdout: json } = await runCli(["dead-letters", "--json", "--dir", run.runner.dir]);
    expect(JSON.parse(json)).toMatchObject({ KinesisBatchInfo: { batchSize: 2 } });
  });
});

describe("a question to a folder", () => {
  it("needs no stack, and says what is still buffered", async () => {
    const folder = temporaryFolder();
    const stack = join(folder, "stack", "cdk.tf.json");
    const run = await TestRun.start({}, { source: { stack } }, folder);
    await run.put([reading(1)]);
    await run.runner.drain();
    const { code, stdout, stderr } = await runCli([
      "query",
      "SELECT COUNT(*) AS n FROM readings",
      "--dir",
      run.runner.dir,
      "--format",
      "csv",
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "n\n0\n" });
    expect(stderr).toMatch(
      /1 record is still in the buffer of lab-test-delivery, which is written in .*; npm run local -- flush/,
    );
  });
});

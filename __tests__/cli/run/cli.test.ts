import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runtimePath } from "../../../local/runner/runtime-file";
import { synthesize } from "../../../terraform/synth";
import { reading, readLines } from "../../runner/fixtures/harness";
import { writeStack } from "../../runner/fixtures/stack";
import { temporaryFolder } from "../../support/folders";
import { putRecords } from "../../support/put";
import { runCli } from "../support";
import { runtimeOf, start } from "./process";

describe("npm run local", () => {
  it("runs until it is stopped, then drains, writes the buffers and sums up", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"));
    const dir = join(folder, "kept");
    const run = start(["--stack", stack, "--dir", dir, "--json"]);
    const runtime = await runtimeOf(dir);
    await putRecords(
      runtime,
      Array.from({ length: 30 }, (_, index) => reading(index)),
    );

    const status = await runCli(["status", "--dir", dir, "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ pid: run.child.pid, streams: [{ acknowledged: 30 }] });
    const second = await runCli(["--stack", stack, "--dir", dir]);
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`a runner (pid ${run.child.pid}) is already`),
    });

    run.child.kill("SIGTERM");
    const { code, out, err } = await run.ended;
    expect(JSON.parse(out)).toMatchObject({
      produced: 30,
      lambda: {
        succeeded: 30,
        failed: 0,
        failedUserRecords: 0,
        metrics: { "lab-test-process": { ReadingsProcessed: expect.objectContaining({ sum: 30 }) } },
      },
      delivery: { records: 30, parquetObjects: 1, rawObjects: 1, errorObjects: 0 },
      alarms: {},
      queries: {},
      seconds: expect.any(Number),
    });
    expect(err).toContain(
      `export AWS_ENDPOINT_URL=${runtime.awsEndpoint} AWS_REGION=${runtime.region} AWS_DEFAULT_REGION=${runtime.region} `,
    );
    expect(code).toBe(0);
    expect(existsSync(runtimePath(dir))).toBe(false);
    expect(readLines(join(dir, "dead-letters.ndjson"))).toEqual([]);
  }, 120_000);

  it("sums up a stack that has a stream alone", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"), {
      only: { aws_kinesis_stream: { s: { name: "alone", shard_count: 1 } } },
    });
    const dir = join(folder, "local");
    const run = start(["--stack", stack, "--dir", dir, "--no-console"]);
    await runtimeOf(dir);
    run.child.kill("SIGINT");
    const { code, out } = await run.ended;
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("produced  0 records") });
  });

  it.each([
    [
      ["--stack", "nowhere.tf.json"],
      1,
      /^run: there is no stack at .*nowhere\.tf\.json: give a cdk\.tf\.json file or its folder\n$/,
    ],
    [["--nonsense"], 2, /^run: unknown option --nonsense; --help lists what there is\n$/],
    [["--port", "abc"], 2, /^run: --port is "abc"; it must be a whole number from 0 to 65,535\n$/],
    [["--kinesis-endpoint", "abc"], 2, /^run: --kinesis-endpoint is "abc"; it must be a URL such as http:/],
    [["--stack", "--json"], 2, /^run: --stack needs a value; --help lists what there is\n$/],
    [
      ["--kinesis-endpoint", "http://127.0.0.1:1", "--port", "1"],
      2,
      /^run: option --kinesis-endpoint cannot be used with option --port; --help lists what there is\n$/,
    ],
    [["--no-console", "--console-port", "1"], 2, /^run: option --no-console cannot be used with option --c/],
    [["status", "--dir", "README.md"], 2, /^status: --dir README\.md is a file, not a folder\n$/],
    [["--dir", ""], 2, /^run: --dir is empty/],
    [["stauts"], 2, /^lake: unknown command "stauts"; did you mean status\?\n$/],
    [["status", "--reset"], 2, /^status: unknown option --reset; --help lists what there is\n$/],
    [["status", "--dir", "nowhere"], 1, /^status: --dir nowhere: there is no such folder\n$/],
  ])("with %j says one clear line", async (args, code, message) => {
    expect(await runCli(args)).toEqual({ code, stdout: "", stderr: expect.stringMatching(message) });
  });

  it("without an app says so in one line", async () => {
    const message =
      /^run: there is no cdktf\.json, no cdktf\.out and no \*\.tf\.json in .*: name a synthesized stack with --stack\n$/;
    expect(await start([]).ended).toEqual({ code: 1, out: "", err: expect.stringMatching(message) });
  });
});

describe("synthesis", () => {
  const app = (folder: string, code: string, more: object = {}) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "app.cjs"), code);
    writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ app: "node app.cjs", ...more }));
  };
  const writes = (...names: string[]) => `
    const { mkdirSync, writeFileSync } = require("node:fs");
    mkdirSync("cdktf.out", { recursive: true });
    const stacks = Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, { synthesizedStackPath: "stacks/" + name + "/cdk.tf.json" }]));
    writeFileSync("cdktf.out/manifest.json", JSON.stringify({ stacks, context: process.env.CDKTF_CONTEXT_JSON }));`;

  it("runs the app of cdktf.json and finds its one stack", async () => {
    const folder = temporaryFolder();
    app(folder, writes("lab"), { context: { a: 1 } });
    expect(await synthesize({ folder })).toBe(join(folder, "cdktf.out/stacks/lab/cdk.tf.json"));
    expect(JSON.parse(readFileSync(join(folder, "cdktf.out/manifest.json"), "utf8")).context).toBe('{"a":1}');
  });

  it("of several stacks asks for one", async () => {
    const folder = temporaryFolder();
    app(folder, writes("a", "b"));
    await expect(synthesize({ folder })).rejects.toThrow(
      "the app has 2 stacks (a, b): name one with --stack FILE",
    );
    expect(await synthesize({ folder, stack: "b" })).toContain("stacks/b/");
  });

  it("that fails says so", async () => {
    const folder = temporaryFolder();
    app(folder, "process.exit(3)");
    await expect(synthesize({ folder })).rejects.toThrow(
      'synthesis failed: "node app.cjs" ended with exit code 3',
    );
  });
});

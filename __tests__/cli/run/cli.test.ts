import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { planReset } from "../../../local/runner/folder/reset";
import { type RuntimeFile, runtimePath } from "../../../local/runner/runtime-file";
import { kinesisClient } from "../../../local/runner/stream/client";
import { synthesize } from "../../../terraform/synth";
import { reading, readLines, temporaryFolder } from "../../runner/fixtures/harness";
import { writeStack } from "../../runner/fixtures/stack";
import { program } from "../../support/program";
import { runCli } from "../support";

function start(args: readonly string[], cwd = temporaryFolder()) {
  const child: ChildProcess = spawn(process.execPath, [...program("cli/main.ts"), ...args], { cwd });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((done) => {
    child.once("close", (code) => done({ code, out, err }));
  });
  return { child, ended, err: () => err };
}

async function runtimeOf(dir: string): Promise<RuntimeFile> {
  await expect.poll(() => existsSync(runtimePath(dir)), { timeout: 45_000 }).toBe(true);
  const { readFileSync } = await import("node:fs");
  return JSON.parse(readFileSync(runtimePath(dir), "utf8"));
}

describe("npm run local", () => {
  it("runs until it is stopped, then drains, writes the buffers and sums up", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"));
    const dir = join(folder, "kept");
    const run = start(["--stack", stack, "--dir", dir, "--json"]);
    const runtime = await runtimeOf(dir);
    const client = kinesisClient(runtime.endpoint, runtime.region);
    const Records = Array.from({ length: 30 }, (_, index) => ({
      PartitionKey: `k${index}`,
      Data: Buffer.from(reading(index)),
    }));
    await client.send(new PutRecordsCommand({ StreamName: runtime.streams[0], Records }));
    client.destroy();

    const status = await start(["status", "--dir", dir, "--json"]).ended;
    expect(JSON.parse(status.out)).toMatchObject({ pid: run.child.pid, streams: [{ acknowledged: 30 }] });
    const second = await start(["--stack", stack, "--dir", dir]).ended;
    expect(second).toMatchObject({
      code: 1,
      err: expect.stringContaining(`a runner (pid ${run.child.pid}) is already`),
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

  it("serves the console at a URL that it prints, with what runs, unless it is not to", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"));
    const run = start(["--stack", stack, "--dir", join(folder, "one"), "--console-port", "0"]);
    await expect.poll(() => run.err(), { timeout: 45_000 }).toMatch(/^running on /m);
    const [, origin = "", token = ""] =
      /^console: (http:\/\/127\.0\.0\.1:\d+)\/#(\S+)$/m.exec(run.err()) ?? [];
    const pipeline = await fetch(`${origin}/api/pipeline`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await pipeline.json()).toMatchObject({ region: "eu-west-1" });
    expect(await (await fetch(`${origin}/`)).text()).toContain("<script");
    const taken = await start([
      ...["--stack", stack, "--dir", join(folder, "two"), "--console-port", new URL(origin).port],
    ]).ended;
    expect(taken).toMatchObject({
      code: 1,
      err: expect.stringContaining("is in use, so that the console can't be served there"),
    });
    const without = start(["--stack", stack, "--dir", join(folder, "three"), "--no-console"]);
    await expect.poll(() => without.err(), { timeout: 45_000 }).toMatch(/^running on /m);
    expect(without.err()).not.toContain("console:");
    expect(existsSync(join(folder, "three", "journal"))).toBe(false);
    run.child.kill("SIGINT");
    expect((await run.ended).code).toBe(0);
  });

  it("begins afresh with --reset: nothing of the run before stays, and the console has another token", async () => {
    const folder = temporaryFolder();
    const dir = join(folder, "kept");
    const args = ["--stack", writeStack(join(folder, "stack")), "--dir", dir, "--console-port", "0"];
    const tokenOf = async (run: ReturnType<typeof start>) => {
      await expect.poll(() => run.err(), { timeout: 45_000 }).toMatch(/^running on /m);
      run.child.kill("SIGINT");
      return /^console: \S+#(\S+)$/m.exec((await run.ended).err)?.[1];
    };
    const token = await tokenOf(start(args));
    expect(planReset(dir)?.names).toEqual(
      readdirSync(dir)
        .filter((name) => name !== "runner.json")
        .sort(),
    );
    expect(await tokenOf(start(args))).toBe(token);
    expect(await tokenOf(start([...args, "--reset"]))).not.toBe(token);
  }, 120_000);

  it("takes up a changed stack while it runs, at the same endpoint, and keeps what was acknowledged", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"), { mapping: { enabled: false } });
    const dir = join(folder, "kept");
    const run = start(["--stack", stack, "--dir", dir, "--watch", "--json"]);
    const before = await runtimeOf(dir);
    const client = kinesisClient(before.endpoint, before.region);
    const Records = [{ PartitionKey: "k", Data: Buffer.from(reading(1)) }];
    await client.send(new PutRecordsCommand({ StreamName: before.streams[0], Records }));
    client.destroy();

    writeStack(join(folder, "stack"));
    await expect.poll(run.err, { timeout: 45_000 }).toMatch(/reloaded: .*cdk\.tf\.json/);
    expect((await runtimeOf(dir)).endpoint).toBe(before.endpoint);
    run.child.kill("SIGTERM");
    const { code, out } = await run.ended;
    expect(JSON.parse(out)).toMatchObject({ lambda: { succeeded: 1 }, delivery: { records: 1 } });
    expect(code).toBe(0);
  }, 120_000);

  it("goes on with the stack before when a change is none that can be read", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"));
    const run = start(["--stack", stack, "--dir", join(folder, "kept"), "--watch"]);
    await runtimeOf(join(folder, "kept"));
    writeFileSync(stack, "{");
    await expect
      .poll(run.err, { timeout: 45_000 })
      .toMatch(/changed, but can't be read: .*is not valid JSON/);
    run.child.kill("SIGTERM");
    expect((await run.ended).code).toBe(0);
  }, 120_000);

  it.each([
    [
      ["--stack", "nowhere.tf.json"],
      1,
      /^run: there is no stack at .*nowhere\.tf\.json: give a cdk\.tf\.json file or its folder\n$/,
    ],
    [["--nonsense"], 2, /^run: unknown option --nonsense; --help lists what there is\n$/],
    [["--port", "abc"], 2, /^run: --port is "abc"; it must be a whole number from 0 to 65,535\n$/],
    [["--kinesis-endpoint", "abc"], 2, /^run: --kinesis-endpoint is "abc"; it must be a URL such as http:/],
    [["--stack", "--json"], 2, /^run: --stack needs a value\n$/],
    [["--dir", ""], 2, /^run: --dir is empty/],
    [["stauts"], 2, /^lake: unknown command 'stauts'; did you mean status\?\n$/],
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
    const { readFileSync } = await import("node:fs");
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

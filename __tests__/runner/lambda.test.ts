import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { zipSync } from "fflate";
import { describe, expect, it, onTestFinished } from "vitest";
import { MetricSums } from "../../local/runner/lambda/embedded-metrics";
import { FunctionRuntime } from "../../local/runner/lambda/runtime";
import { temporaryFolder } from "./fixtures/harness";

interface FunctionOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly handler?: string;
  readonly timeoutSeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

function start(code: string, options: FunctionOptions = {}) {
  const dir = temporaryFolder();
  const archive = join(dir, "function.zip");
  const files = options.files ?? { "index.js": code };
  writeFileSync(
    archive,
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))),
  );
  const runtime = new FunctionRuntime({
    fn: {
      address: "aws_lambda_function.f",
      name: "f",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:f",
      runtime: "nodejs22.x",
      handler: options.handler ?? "index.handler",
      archive,
      timeoutSeconds: options.timeoutSeconds ?? 3,
      memoryMegabytes: 128,
      environment: options.environment ?? {},
    },
    region: "us-east-1",
    dir,
    kinesisEndpoint: "http://127.0.0.1:1",
  });
  onTestFinished(() => runtime.close());
  const invoke = async (event: unknown = {}) => {
    const outcome = await runtime.invoke(JSON.stringify(event));
    return "payload" in outcome ? JSON.parse(outcome.payload) : outcome.error;
  };
  const log = async () => {
    await runtime.close();
    return readFileSync(join(dir, "logs", "f.log"), "utf8");
  };
  return { runtime, invoke, log, dir };
}

/** What is still referred to. */
function heapMebibytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

describe("the handler", () => {
  it("gets the event and answers", async () => {
    const { invoke } = start("exports.handler = async (event) => ({ got: event });");
    expect(await invoke({ a: [1, "x"] })).toEqual({ got: { a: [1, "x"] } });
  });

  it("may be an ES module", async () => {
    const { invoke } = start("", { files: { "index.mjs": "export const handler = async () => 'esm';" } });
    expect(await invoke()).toBe("esm");
  });

  it("may lie in a folder and be a nested export", async () => {
    const { invoke } = start("", {
      files: { "src/app.js": "exports.api = { handler: async () => 'nested' };" },
      handler: "src/app.api.handler",
    });
    expect(await invoke()).toBe("nested");
  });

  it("may answer by callback", async () => {
    const { invoke } = start(
      "exports.handler = (event, context, done) => setTimeout(() => done(null, 'later'), 5);",
    );
    expect(await invoke()).toBe("later");
  });

  it("keeps its module's state from one invocation to the next", async () => {
    const { invoke } = start("let n = 0; exports.handler = async () => ++n;");
    await invoke();
    expect(await invoke()).toBe(2);
  });

  it("handles events without end in the same memory", async () => {
    const { runtime } = start("exports.handler = async () => null;");
    const event = JSON.stringify("x".repeat(4 * 1024 * 1024));
    await runtime.invoke(event);
    const before = heapMebibytes();
    // A text of its own each time, as each batch is.
    for (let time = 0; time < 20; time++) await runtime.invoke(`${event} ${" ".repeat(time)}`);
    expect(heapMebibytes() - before).toBeLessThan(20);
  });

  it("gets a context with what it is and how long it has", async () => {
    const { invoke } = start(
      `exports.handler = async (event, context) => ({
        ...context, remaining: context.getRemainingTimeInMillis(), id: typeof context.awsRequestId });`,
    );
    expect(await invoke()).toMatchObject({
      functionName: "f",
      functionVersion: "$LATEST",
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/f",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
      id: "string",
      remaining: expect.toSatisfy((ms: number) => ms > 2_000 && ms <= 3_000),
    });
  });

  it("finds Lambda's environment and the resource's, and nothing of the user's", async () => {
    process.env.AWS_PROFILE = "personal";
    process.env.AWS_SECRET_ACCESS_KEY = "precious";
    onTestFinished(() => {
      delete process.env.AWS_PROFILE;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    });
    const { invoke } = start("exports.handler = async () => process.env;", {
      environment: { GREETING: "hi" },
    });
    const environment = await invoke();
    expect(environment).toMatchObject({
      GREETING: "hi",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_REGION: "us-east-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
      _HANDLER: "index.handler",
      TZ: ":UTC",
    });
    expect(environment.AWS_PROFILE).toBeUndefined();
    expect(JSON.stringify(environment)).not.toContain("precious");
  });
});

describe("an invocation fails", () => {
  it("when the handler throws", async () => {
    const { invoke } = start("exports.handler = async () => { throw new RangeError('too far'); };");
    expect(await invoke()).toMatchObject({ errorType: "RangeError", errorMessage: "too far" });
  });

  it("when time is up, and the process is gone", async () => {
    const { invoke, log } = start(
      "let n = 0; exports.handler = async () => { if (++n === 1) await new Promise((r) => setTimeout(r, 60000)); return n; };",
      { timeoutSeconds: 0.3 },
    );
    expect(await invoke()).toMatchObject({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringContaining("Task timed out after 0.30 seconds"),
    });
    expect(await invoke()).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(await log()).toContain("Task timed out");
  });

  it("when the handler keeps the thread busy for ever", async () => {
    const { invoke } = start("exports.handler = async () => { for (;;); };", { timeoutSeconds: 0.3 });
    expect(await invoke()).toMatchObject({ errorType: "Sandbox.Timedout" });
  });

  it("when the process exits, and the next one gets a new process", async () => {
    const { invoke } = start(
      "let n = 0; exports.handler = async (e) => { n++; if (e.exit) process.exit(3); return n; };",
    );
    expect(await invoke()).toBe(1);
    expect(await invoke({ exit: true })).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: "Runtime exited with error: exit status 3",
    });
    expect(await invoke()).toBe(1);
  });

  it("when an error is thrown outside the handler's promise", async () => {
    const { invoke } = start(
      "exports.handler = async () => { setTimeout(() => { throw new Error('stray'); }, 5); await new Promise((r) => setTimeout(r, 1000)); };",
    );
    expect(await invoke()).toMatchObject({ errorType: "Runtime.UncaughtException", errorMessage: "stray" });
  });

  it("when the response is larger than 6 MB", async () => {
    const { invoke } = start("exports.handler = async () => 'x'.repeat(7 * 1024 * 1024);");
    expect(await invoke()).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });

  it("when the response is no JSON", async () => {
    const { invoke } = start("exports.handler = async () => 10n;");
    expect(await invoke()).toMatchObject({ errorType: "TypeError" });
  });

  it("when there is no such module", async () => {
    const { invoke } = start("", { files: { "other.js": "" } });
    expect(await invoke()).toMatchObject({ errorType: "Runtime.ImportModuleError" });
  });

  it("when the module has no such export", async () => {
    const { invoke } = start("exports.other = 1;");
    expect(await invoke()).toMatchObject({ errorType: "Runtime.HandlerNotFound" });
  });

  it("when the module can't be loaded", async () => {
    const { invoke } = start("throw new Error('bad settings');");
    expect(await invoke()).toMatchObject({ errorType: "Error", errorMessage: "bad settings" });
  });
});

describe("a handler that never settles", () => {
  it("is answered with null when nothing is left to wait for, as on AWS", async () => {
    const { invoke } = start("exports.handler = () => new Promise(() => {});");
    expect(await invoke()).toBeNull();
    expect(await invoke()).toBeNull();
  });
});

describe("the log", () => {
  it("has the function's lines between START and END, and metrics are summed up", async () => {
    const { runtime, invoke, log } = start(`
      exports.handler = async (event) => {
        console.log("hello %s", "world");
        process.stdout.write(JSON.stringify({ _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: "Seen" }] }] }, Seen: event.n }) + "\\n");
      };`);
    await invoke({ n: 2 });
    await invoke({ n: 3 });
    expect(runtime.metrics.get("Seen")).toBe(5);
    expect(await log()).toMatch(/START RequestId: (\S+) Version: \$LATEST\n\S+\t\1\tINFO\thello world\n/);
  });

  it("is complete however much the handler prints", async () => {
    const { runtime, invoke } = start(`
      exports.handler = async () => { for (let i = 0; i < 2000; i++) console.log(JSON.stringify(
        { _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: "Lines" }] }] }, Lines: [1, 1], pad: "x".repeat(500) })); };`);
    await invoke();
    expect(runtime.metrics.get("Lines")).toBe(4000);
  });
});

describe("embedded metrics", () => {
  it.each([
    ["a plain line", "hello", {}],
    ["a broken document", '{"_aws": {', {}],
    ["a document without directives", '{"_aws":{}}', {}],
    [
      "values in a list",
      '{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"A"},{"Name":"B"}]}]},"A":[1,2],"B":"x"}',
      { A: 3, B: 0 },
    ],
    [
      "a distribution",
      '{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"A"}]}]},"A":{"Values":[1,2],"Counts":[3,1],"Sum":5,"Count":4}}',
      { A: 5 },
    ],
  ])("of %s", (_, line, expected) => {
    const sums = new MetricSums();
    sums.add(line);
    expect(Object.fromEntries(sums.totals)).toEqual(expected);
  });

  it("are counted once, whatever dimensions they are also broken down by", () => {
    const line = (dimensions: string, metrics: Readonly<Record<string, number>>) =>
      `{"_aws":{"CloudWatchMetrics":[{"Dimensions":${dimensions},"Metrics":${JSON.stringify(Object.keys(metrics).map((Name) => ({ Name })))}}]},${JSON.stringify(metrics).slice(1)}`;
    const sums = new MetricSums();
    for (let batch = 0; batch < 2; batch++) {
      sums.add(line('[["location"]]', { High: 2 }));
      sums.add(line('[["location"]]', { High: 1 }));
      sums.add(line("[[]]", { High: 4, All: 9 }));
      sums.add(line('[["reason","location"],["reason"]]', { Rejected: 5 }));
    }
    expect(Object.fromEntries(sums.totals)).toEqual({ High: 8, All: 18, Rejected: 10 });
  });
});

describe("when the runner is gone", () => {
  it("its workers end, also one that is busy for ever", async () => {
    const { fork } = await import("node:child_process");
    const dir = temporaryFolder();
    writeFileSync(
      join(dir, "function.zip"),
      zipSync({
        "index.js": Buffer.from(
          "require('fs').writeFileSync('pid', String(process.pid)); exports.handler = async () => { for (;;); };",
        ),
      }),
    );
    const parent = fork(join(__dirname, "fixtures/orphan-maker.ts"), [dir], {
      execArgv: ["--import", "tsx"],
      stdio: "ignore",
    });
    const pid = await new Promise<number>((resolve) =>
      parent.once("message", (message) => resolve(Number(message))),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) {
    try {
      process.kill(pid, 0);
      return process.platform !== "linux";
    } catch {
      return false;
    }
  }
  // A killed process whose parent has not asked for it yet is a zombie.
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

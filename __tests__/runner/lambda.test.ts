import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { zipSync } from "fflate";
import { describe, expect, it, onTestFinished } from "vitest";
import { readResponse } from "../../local/runner/lambda/response";
import { FunctionRuntime } from "../../local/runner/lambda/runtime";
import { program } from "../support/program";
import { temporaryFolder } from "./fixtures/harness";

interface FunctionOptions {
  readonly runtime?: string;
  /** Files of a layer. */
  readonly layer?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly handler?: string;
  readonly timeoutSeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

function zipped(path: string, files: Readonly<Record<string, string>>): string {
  const entries = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  writeFileSync(path, zipSync(Object.fromEntries(entries)));
  return path;
}

function start(code: string, options: FunctionOptions = {}) {
  const dir = temporaryFolder();
  const archive = join(dir, "function.zip");
  zipped(archive, options.files ?? { "index.js": code });
  const troubles: string[] = [];
  const lines: string[] = [];
  const runtime = new FunctionRuntime({
    fn: {
      address: "aws_lambda_function.f",
      name: "f",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:f",
      runtime: options.runtime ?? "nodejs22.x",
      handler: options.handler ?? "index.handler",
      archive,
      layers: options.layer ? [{ archive: zipped(join(dir, "layer.zip"), options.layer) }] : [],
      timeoutSeconds: options.timeoutSeconds ?? 3,
      memoryMegabytes: 128,
      environment: options.environment ?? {},
    },
    region: "us-east-1",
    dir,
    kinesisEndpoint: "http://127.0.0.1:1",
    abort: new AbortController().signal,
    onTrouble: (message) => troubles.push(message),
    onLog: (_, logged) => lines.push(...logged),
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
  return { lines, runtime, invoke, log, dir, troubles };
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

  it.each([
    ["succeed", "context.succeed('done')", "done"],
    ["done", "context.done(null, 'done')", "done"],
    ["succeed later", "setTimeout(() => context.succeed('done'), 10)", "done"],
    ["fail", "context.fail(new Error('no'))", { errorType: "Error", errorMessage: "no" }],
  ])("may end its invocation by its context: %s", async (_, code, expected) => {
    const { invoke } = start(`exports.handler = (event, context) => { ${code}; };`);
    expect(await invoke()).toEqual(expected);
  });

  it("finds the SDK that the runtime holds, as a CommonJS and as an ES module", async () => {
    const commonJs = start(
      "exports.handler = async () => typeof require('@aws-sdk/client-kinesis').KinesisClient;",
    );
    expect(await commonJs.invoke()).toBe("function");
    const esm =
      "import { KinesisClient } from '@aws-sdk/client-kinesis'; export const handler = async () => typeof KinesisClient;";
    expect(await start("", { files: { "index.mjs": esm } }).invoke()).toBe("function");
  });

  it("that can't be initialized is told in the terminal, once", async () => {
    const { invoke, troubles } = start("require('nowhere');");
    await invoke();
    await invoke();
    expect(troubles).toEqual([
      expect.stringMatching(
        /^aws_lambda_function\.f: the function can't be initialized: Error: Cannot find module 'nowhere'/,
      ),
    ]);
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
  it("has the function's lines between START and END", async () => {
    const { invoke, log } = start(`
      exports.handler = async (event) => {
        console.log("hello %s", "world");
      };`);
    await invoke({});
    expect(await log()).toMatch(/START RequestId: (\S+) Version: \$LATEST\n\S+\t\1\tINFO\thello world\n/);
  });

  it("is complete however much the handler prints", async () => {
    const { invoke, lines } = start(`
      exports.handler = async () => { for (let i = 0; i < 2000; i++) console.log("line " + i, "x".repeat(500)); };`);
    await invoke();
    expect(lines.filter((line) => line.includes("line "))).toHaveLength(2000);
  });
});

describe("a function can't take the runner down", () => {
  it("with a line without end: it becomes lines of 256 KB", async () => {
    const { invoke, log } = start(
      `exports.handler = async () => {
        const part = "é".repeat(1024 * 1024);
        for (let n = 0; n < 16; n++) process.stdout.write(part);
        console.error("x".repeat(300_000));
        return "done"; };`,
      { timeoutSeconds: 30 },
    );
    expect(await invoke()).toBe("done");
    const lines = (await log()).split("\n");
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(256 * 1024);
    expect(lines.join("").match(/é+/g)?.join("")).toHaveLength(16 * 1024 * 1024);
  });

  it("with what it sends by Node's own channel, which is not there", async () => {
    const { invoke } = start("exports.handler = async () => typeof process.send;");
    expect(await invoke()).toBe("undefined");
  });

  const frame = (head: string, body: string) => `
    const head = Buffer.from(${JSON.stringify(head)}.replace("ID", context.awsRequestId)), body = Buffer.from(${JSON.stringify(body)});
    const lengths = Buffer.alloc(8); lengths.writeUInt32BE(head.length, 0); lengths.writeUInt32BE(body.length, 4);
    require("node:fs").writeSync(3, Buffer.concat([lengths, head, body]));`;
  const attacks: readonly [string, string][] = [
    ["noise", "require('node:fs').writeSync(3, require('node:crypto').randomBytes(64));"],
    ["a length of gigabytes", "require('node:fs').writeSync(3, Buffer.alloc(8, 0x7f));"],
    ["a message that is null", frame("null", "")],
    ["a message that is no JSON", frame("{", "")],
    ["a message that is a text", frame('"ready"', "")],
    ["a result without a request", frame('{"type":"result"}', "null")],
    ["a result of another request", frame('{"type":"result","requestId":"other"}', "null")],
    [
      "a second result",
      `${frame('{"type":"result","requestId":"ID"}', "1")}; await 0; {${frame('{"type":"result","requestId":"ID"}', "2")}}`,
    ],
    ["a message of an unknown type", frame('{"type":"toString","requestId":"ID"}', "")],
    [
      "an end of the pipe",
      "require('node:fs').closeSync(3); await new Promise((r) => setTimeout(r, 2_000));",
    ],
  ];
  it.each(attacks)(
    "by writing to its pipe %s: the invocation fails, and the next one is served",
    async (_, attack) => {
      const { invoke } = start(
        `exports.handler = async (event, context) => { if (event.attack) { ${attack} await new Promise((r) => setTimeout(r, 500)); } return "done"; };`,
        { timeoutSeconds: 10 },
      );
      const answer = await invoke({ attack: true });
      // A second result comes after an answer that has already counted.
      if (answer !== 1) expect(answer.errorType).toMatch(/^Runtime\.(MalformedMessage|ExitError)$/);
      expect(await invoke()).toBe("done");
    },
  );

  it("by answering for itself with what is no JSON: the batch fails", async () => {
    const { runtime } = start(
      `exports.handler = async (event, context) => { ${frame('{"type":"result","requestId":"ID"}', "{no json")} await new Promise(() => setTimeout(() => {}, 5000)); };`,
    );
    const outcome = await runtime.invoke("{}");
    if (!("payload" in outcome)) throw new Error(outcome.error.errorMessage);
    expect(readResponse(outcome.payload, [])).toBe("invalid");
  });

  it.each([
    ["has replaced stdout.write", "process.stdout.write = () => true;"],
    ["has replaced console.log and JSON.stringify", "console.log = () => {}; JSON.stringify = () => 'x';"],
    ["has ended its output", "process.stdout.end();"],
    ["has closed its output", "require('node:fs').closeSync(1);"],
    [
      "has replaced process.exit and removed all listeners",
      "process.exit = () => {}; process.removeAllListeners();",
    ],
  ])("and is answered well before its time is up when it %s", async (_, code) => {
    const { invoke } = start(`exports.handler = async () => { ${code} return "done"; };`, {
      timeoutSeconds: 20,
    });
    const started = performance.now();
    expect(await invoke()).toBe("done");
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("by a log that can't be written: invocations go on, and it is told once", async () => {
    const { invoke, dir, troubles } = start(
      "exports.handler = async () => { console.log('hello'); return 1; };",
    );
    writeFileSync(join(dir, "logs"), "a file where the folder should be");
    expect([await invoke(), await invoke()]).toEqual([1, 1]);
    expect(troubles).toEqual([expect.stringMatching(/f\.log: E\w+: .*; lines are left out$/)]);
    rmSync(join(dir, "logs"));
    await invoke();
    expect(readFileSync(join(dir, "logs", "f.log"), "utf8")).toMatch(/^\d+ lines could not be written\n/);
  });
});

/** Starts a child that does what the code says and, with `wait`, keeps the handler busy; tells both pids. */
const withChild = (wait: string) => `
  const { spawn } = require("node:child_process");
  const { writeFileSync, renameSync } = require("node:fs");
  exports.handler = async (event) => {
    const child = spawn("sleep", ["60"], { stdio: "inherit" });
    writeFileSync("pids.tmp", JSON.stringify([process.pid, child.pid])); renameSync("pids.tmp", "pids");
    ${wait}
    return [process.pid, child.pid]; };`;

describe("what a handler has started", () => {
  it("ends when time is up", async () => {
    const { invoke, dir } = start(withChild("await new Promise((r) => setTimeout(r, 60_000));"), {
      timeoutSeconds: 0.5,
    });
    expect(await invoke()).toMatchObject({ errorType: "Sandbox.Timedout" });
    for (const pid of pidsBelow(dir)) await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it("ends with a process that exits by itself", async () => {
    const { invoke, dir } = start(withChild("process.exit(3);"));
    expect(await invoke()).toMatchObject({ errorType: "Runtime.ExitError" });
    for (const pid of pidsBelow(dir)) await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it("outlives an invocation that succeeds, as on AWS, and ends with the runtime", async () => {
    const { invoke, runtime } = start(withChild(""));
    const pids: number[] = await invoke();
    expect(pids.map(isAlive)).toEqual([true, true]);
    await runtime.close();
    for (const pid of pids) await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describe("when the runner is gone", () => {
  it.each([
    ["waits", "await new Promise((r) => setTimeout(r, 60_000));", undefined],
    ["is busy for ever", "for (;;);", undefined],
    ["is stopped", "for (;;);", "SIGSTOP"],
  ] as const)(
    "within a second its worker ends, also one that %s, with what it has started",
    async (_, wait, signal) => {
      const { fork } = await import("node:child_process");
      const dir = temporaryFolder();
      writeFileSync(join(dir, "function.zip"), zipSync({ "index.js": Buffer.from(withChild(wait)) }));
      const [runner = "", ...entry] = program(join(__dirname, "fixtures/orphan-maker.ts"));
      const parent = fork(runner, [...entry, dir], { stdio: "ignore" });
      const pids = await new Promise<number[]>((resolve) =>
        parent.once("message", (message) => resolve(JSON.parse(String(message)))),
      );
      expect(pids.map(isAlive)).toEqual([true, true]);
      if (signal) for (const pid of pids) process.kill(pid, signal);
      parent.kill("SIGKILL");
      await expect.poll(() => pids.some(isAlive), { timeout: 1_000 }).toBe(false);
    },
  );
});

function pidsBelow(dir: string): number[] {
  const [folder = ""] = readdirSync(join(dir, "functions"));
  return JSON.parse(readFileSync(join(dir, "functions", folder, "pids"), "utf8"));
}

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

describe("a layer", () => {
  it("holds modules that a function of Node.js finds", async () => {
    const { invoke } = start("exports.handler = async () => require('shared');", {
      layer: { "nodejs/node_modules/shared/index.js": "module.exports = 'from the layer';" },
    });
    expect(await invoke()).toBe("from the layer");
  });
});

describe("a function in Python", () => {
  const python = (code: string, more: FunctionOptions = {}) =>
    start("", { files: { "app.py": code }, handler: "app.handler", runtime: "python3.12", ...more });

  it("gets the event and its context, and answers", async () => {
    const { invoke } = python(
      "def handler(event, context):\n    return {'got': event, 'name': context.function_name, 'left': context.get_remaining_time_in_millis() > 0}",
    );
    expect(await invoke({ a: 1 })).toEqual({ got: { a: 1 }, name: "f", left: true });
  });

  it("finds its environment and the modules of a layer", async () => {
    const { invoke } = python(
      "import os, shared\ndef handler(event, context):\n    return [os.environ['MODE'], shared.value]",
      {
        environment: { MODE: "test" },
        layer: { "python/shared.py": "value = 7" },
      },
    );
    expect(await invoke()).toEqual(["test", 7]);
  });

  it("has what it prints and logs in its log", async () => {
    const { invoke, log } = python(
      "import logging\nlogging.getLogger().setLevel('INFO')\ndef handler(event, context):\n    print('printed')\n    logging.info('logged')",
    );
    await invoke();
    expect(await log()).toMatch(/START[\s\S]*printed[\s\S]*\[INFO\]\t.*\tlogged[\s\S]*END[\s\S]*REPORT/);
  });

  it("fails with its exception, and goes on with the next event", async () => {
    const { invoke } = python("def handler(event, context):\n    return 1 / event['by']");
    expect(await invoke({ by: 0 })).toMatchObject({ errorType: "ZeroDivisionError" });
    expect(await invoke({ by: 2 })).toBe(0.5);
  });

  it("ends at its time limit, and begins anew", async () => {
    const { invoke } = python(
      "import time\ndef handler(event, context):\n    time.sleep(event['seconds'])\n    return 'slept'",
      {
        timeoutSeconds: 1,
      },
    );
    expect(await invoke({ seconds: 30 })).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(await invoke({ seconds: 0 })).toBe("slept");
  });

  it("that can't be imported says why", async () => {
    const { invoke } = python("import nowhere");
    expect(await invoke()).toMatchObject({
      errorType: "Runtime.ImportModuleError",
      errorMessage: "Unable to import module 'app': No module named 'nowhere'",
    });
  });
});

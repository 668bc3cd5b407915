import { describe, expect, it, onTestFinished } from "vitest";
import { type FunctionOptions, start } from "../fixtures/function";

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

  it("that can't be initialized is reported in the terminal, once", async () => {
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

  it("when the response is not JSON", async () => {
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

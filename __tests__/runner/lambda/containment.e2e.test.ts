import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readResponse } from "../../../local/runner/lambda/response";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";
import { start } from "../fixtures/function";

/** What is still referred to. */
function heapMebibytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

describe("the runner", () => {
  it("handles events without end in the same memory", async () => {
    const { runtime } = start("exports.handler = async () => null;");
    const event = JSON.stringify("x".repeat(4 * 1024 * 1024));
    await runtime.invoke(event);
    const before = heapMebibytes();
    // A text of its own each time, as each batch is.
    for (let time = 0; time < 20; time++) await runtime.invoke(`${event} ${" ".repeat(time)}`);
    expect(heapMebibytes() - before).toBeLessThan(20);
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

  it("by sending on Node's own channel, which does not exist", async () => {
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
    ["a message that is not valid JSON", frame("{", "")],
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

  it("with a response of its own that is not valid JSON: the batch fails", async () => {
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

  it("by a log that can't be written: invocations go on, and it is reported once", async () => {
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
      const [runner = "", ...entry] = program(join(__dirname, "../fixtures/orphan-maker.ts"));
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

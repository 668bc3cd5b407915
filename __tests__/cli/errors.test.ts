import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";
import { program } from "../support/program";
import { type Ended, ended } from "./start-process";
import { runCli } from "./support";

let folder: string;
let stack: string;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  stack = writeStack(join(folder, "stack"));
  file = join(folder, "file");
  writeFileSync(file, "not a folder");
});

/** A folder that a runner may have. */
const empty = () => join(folder, "empty");

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...program("cli/main.ts"), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a command in a process of its own. */
const spawned = (...args: readonly string[]): Promise<Ended> => ended(start(...args));

/** One line that says what is wrong, and nothing of where in the code. */
function expectOneLine({ code, stdout, stderr }: Ended, message: RegExp, exitCode = 1): void {
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal|internal error/);
}

describe("a folder that can't be used", () => {
  it("is a file", async () => {
    for (const command of [["--stack", stack], ["start"], ["status"], ["rollup", "--stack", stack]])
      expectOneLine(
        await runCli([...command, "--dir", file]),
        /: --dir .*file is a file, not a folder\n$/,
        2,
      );
  });

  it("lies below a file", async () => {
    expectOneLine(
      await runCli(["--stack", stack, "--dir", join(file, "below")]),
      /^run: --dir .*below: .*file is a file, not a folder\n$/,
      2,
    );
  });

  it("is a link to nothing", async () => {
    symlinkSync(join(folder, "nothing"), join(folder, "link"));
    expectOneLine(
      await runCli(["--stack", stack, "--dir", join(folder, "link")]),
      /^run: --dir .*link can't be written: there is a link that leads nowhere\n$/,
    );
  });

  it.runIf(existsSync("/proc/self"))("can't be made, as below /proc", async () => {
    for (const dir of ["/proc/x", "/proc/x/y"])
      expectOneLine(
        await runCli(["--stack", stack, "--dir", dir]),
        /^run: --dir \/proc\/x.* can't be written: \w+\n$/,
      );
  });

  it.runIf(process.getuid?.() !== 0)("is read-only", async () => {
    mkdirSync(join(folder, "kept"), { mode: 0o555 });
    expectOneLine(
      await runCli(["--stack", stack, "--dir", join(folder, "kept")]),
      /^run: --dir .*kept can't be written: EACCES\n$/,
    );
  });

  it("is not there, for a command that reads it", async () => {
    for (const command of [["status"], ["rollup", "--stack", stack]])
      expectOneLine(
        await runCli([...command, "--dir", "nowhere"]),
        /: --dir nowhere: there is no such folder\n$/,
      );
    expect(existsSync("nowhere")).toBe(false);
  });
});

describe("a broken folder", () => {
  it.each([
    "",
    "null",
    "[]",
    "{}",
    '{"pid":1}',
    '{"pid":"x","status":7}',
    `{"pid":${process.pid},"status":"x"}`,
  ])("whose runtime.json holds %j has no runner", async (content) => {
    const dir = join(folder, "kept");
    mkdirSync(dir);
    writeFileSync(join(dir, "runtime.json"), content);
    expectOneLine(
      await runCli(["status", "--dir", dir]),
      /^status: no runner is running on .*kept: start one first, with npm run local or npx lake\n$/,
    );
  });

  it("has a file where the lake should be", async () => {
    const dir = join(folder, "kept");
    mkdirSync(dir);
    writeFileSync(join(dir, "lake"), "");
    const { stderr } = await runCli(["rollup", "--stack", stack, "--dir", dir]);
    expect(stderr).toMatch(/^rollup: .+\n$/);
    expect(stderr).not.toMatch(/internal error|\bat .*:\d+/);
  });
});

describe("a Kinesis", () => {
  it("that does not answer is told in one line", async () => {
    const ended = await spawned(
      "--stack",
      stack,
      "--dir",
      "kept",
      "--kinesis-endpoint",
      "http://127.0.0.1:9",
    );
    expectOneLine(ended, /^run: .*127\.0\.0\.1:9/);
  }, 120_000);
});

describe("an error", () => {
  it("shows where it came from on demand", async () => {
    const { stderr } = await runCli(["query", "SELECT nope", "--stack", stack, "--debug"]);
    expect(stderr).toMatch(/^query: [\s\S]*\n +at .*:\d+:\d+/);
  });
});

describe("an answer of many rows", () => {
  const sql = (rows: number) =>
    `SELECT b.z, CAST(a.y AS varchar) AS t, b.z / 3e0 AS d FROM unnest(sequence(1, ${rows / 1000})) AS a(y), unnest(sequence(1, 1000)) AS b(z)`;

  it.each([
    ["table", 130_000],
    ["csv", 130_000],
    ["json", 130_000],
  ])(
    "is streamed: %s of %i",
    async (format, rows) => {
      const child = start("query", sql(rows), "--stack", stack, "--format", format, "--dir", empty());
      let lines = 0;
      child.stdout?.on("data", (chunk: Buffer) => {
        for (const byte of chunk) if (byte === 10) lines++;
      });
      const [[code], stderr] = await Promise.all([
        once(child, "exit"),
        text(child.stderr as NodeJS.ReadableStream),
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(`^${rows} rows in `) });
      expect(lines).toBeGreaterThanOrEqual(rows);
    },
    300_000,
  );

  it("of 130,000 is written to a file that appears whole", async () => {
    const answer = join(folder, "answer.csv");
    const { code } = await runCli([
      "query",
      sql(130_000),
      "--stack",
      stack,
      "--dir",
      empty(),
      "--output",
      answer,
    ]);
    expect(code).toBe(0);
    expect(statSync(answer).size).toBeGreaterThan(130_000 * 5);
  });

  it("ends quietly when its reader has enough", async () => {
    const child = start("query", sql(400_000), "--stack", stack, "--dir", empty(), "--format", "csv");
    child.stdout?.once("data", () => child.stdout?.destroy());
    const [[code], stderr] = await Promise.all([
      once(child, "exit"),
      text(child.stderr as NodeJS.ReadableStream),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("that fails leaves the file that was there", async () => {
    const answer = join(folder, "answer.csv");
    writeFileSync(answer, "before");
    const { code } = await runCli([
      "query",
      "SELECT CAST('x' AS INTEGER)",
      "--stack",
      stack,
      "--output",
      answer,
    ]);
    expect(code).toBe(1);
    expect(statSync(answer).size).toBe(6);
  });
});

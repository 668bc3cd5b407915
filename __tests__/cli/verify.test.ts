import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { reconcile } from "../../cli/verify/checks";
import { foldersSince } from "../../cli/verify/objects";
import { markedReadings } from "../../cli/verify/readings";
import type { Verification } from "../../cli/verify/report";
import type { Seen } from "../../cli/verify/seen";
import { startRunner } from "../../local/runner/runner";
import { loadStack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";
import { synthesizeInto } from "../support/pipeline-folder";
import { handlerEntry } from "../support/synthesize";
import { runCli } from "./support";

const folder = temporaryFolder();
let stack: string;

beforeAll(() => {
  stack = synthesizeInto(join(folder, "pipeline"), { settings: { bufferSeconds: 1 } });
});

const verify = (...args: readonly string[]) => runCli(["verify", ...args]);

describe("npm run verify", () => {
  it("starts a runner for the time when none runs, and all adds up", async () => {
    const dir = join(folder, "own");
    const { code, stdout, stderr } = await verify("--stack", stack, "--dir", dir, "--count", "200", "--json");
    const { checks, place, mark, seconds, cost } = JSON.parse(stdout) as Verification;
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ what, found }) => `${what}: ${found}`)).toEqual([
      "records on the stream: 200",
      "processed by the function: 192",
      "rejected by the function: 8",
      "discarded by Lambda: 0",
      "processed, rejected or discarded: 200",
      "rows in Parquet: 196",
      "records in the errors zone: 4",
      "lines in the raw zone: 200",
      "messages in the queues: 0",
      "alarms in OK: 18",
      "alarm sensor-lake-dev-failed-conversions: ALARM",
      "tables with the stack's columns: 3",
      "last roll-up before: none yet",
      expect.stringMatching(/^readings in the roll-up of 20\d\d-\d\d-\d\dT\d\d:00: 192$/),
      "rows that it counts as out of range: 4",
    ]);
    expect([code, place, mark]).toEqual([
      0,
      `a runner on ${dir}`,
      expect.stringMatching(/^verify-[0-9a-f]{8}$/),
    ]);
    expect(seconds).toBeLessThan(30);
    expect(cost.dollars).toBeGreaterThan(0);
    expect(stderr).toContain(`200 readings to a runner on ${dir}, 8 of them wrong on purpose`);
  });

  it("looks at the runner that runs, again and again until its buffers are written", async () => {
    const dir = join(folder, "running");
    const runner = await startRunner({ stack: loadStack(stack), dir, onTrouble: () => {} });
    try {
      const { code, stdout } = await verify("--stack", stack, "--dir", dir, "--count", "50", "--wrong", "0");
      expect(stdout).toMatch(/alarms in OK +│ 19 +│ 19 +│ ok/);
      expect(stdout).toContain(`All adds up: verify-`);
      expect(stdout).toContain(`(pid ${process.pid})`);
      expect(code).toBe(0);
    } finally {
      await runner.close();
    }
  });

  it("ends with 1 and marks what is wrong: a function that counts nothing", async () => {
    const silent = synthesizeInto(join(folder, "silent"), { handlerEntry });
    const dir = join(folder, "of-silent");
    const { code, stdout } = await verify("--stack", silent, "--dir", dir, "--count", "20", "--wait", "0");
    expect(code).toBe(1);
    expect(stdout).toMatch(/processed by the function +│ 12 +│ 0 +│ WRONG/);
    expect(stdout).toMatch(/3 of 15 do not add up/);
  });

  it("makes all of a few readings wrong, where it is not told how many", async () => {
    const dir = join(folder, "few");
    const { code, stdout } = await verify("--stack", stack, "--dir", dir, "--count", "3");
    expect(stdout).toMatch(/rejected by the function +│ 3 +│ 3 +│ ok/);
    expect(code).toBe(0);
  });

  it("refuses in one line a stack that is no such pipeline", async () => {
    const other = join(folder, "other");
    mkdirSync(other);
    writeFileSync(
      join(other, "cdk.tf.json"),
      JSON.stringify({ provider: { aws: [{ region: "us-east-1" }] } }),
    );
    expect(await verify("--stack", other)).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "verify: the stack has no stream; a pipeline is verified that has one stream, one function, one delivery stream " +
        "and one scheduled query\n",
    });
  });

  it.each([
    [["--count", "0"], '--count is "0"; it must be a whole number from 1 to 100,000'],
    [["--count", "3", "--wrong", "4"], "--wrong is 4; it must be --count (3) at most"],
    [["--wait", "soon"], '--wait is "soon"; it must be a whole number from 0 to 86,400'],
    [["--aws", "--dir", "x"], "option --aws cannot be used with option --dir; --help lists what there is"],
    [["now"], "it takes no arguments, only flags; --help lists them"],
  ])("refuses %j", async (args, message) => {
    expect(await verify(...args)).toEqual({ code: 2, stdout: "", stderr: `verify: ${message}\n` });
  });

  it("prints its help", async () => {
    const { code, stdout } = await verify("--help");
    expect([code, stdout]).toEqual([0, expect.stringContaining("Usage: npm run verify --")]);
  });
});

describe("what was sent and what is seen of it", () => {
  const { records, expected } = markedReadings({
    mark: "verify-0",
    count: 100,
    wrong: 8,
    time: new Date("2026-01-15T10:00:00Z"),
    alertThreshold: -5,
  });
  const found = (all: number, different = all) => ({ all, different });
  const seen: Seen = {
    counts: { incoming: 100, processed: 92, rejected: 8 },
    deadLetters: { messages: 0, records: 0 },
    alarms: new Map(),
    rang: new Set(),
    rows: found(96),
    errors: found(4),
    raw: found(100),
  };
  const wrong = (changes: Partial<Seen>) =>
    reconcile(expected, { ...seen, ...changes }, [])
      .filter(({ ok }) => !ok)
      .map(({ what }) => what);

  it("each record has the mark, is another than all others, and raises no alert", () => {
    const texts = records.map(({ data }) => String(data));
    expect(texts.filter((text) => !text.includes("verify-0"))).toEqual([]);
    expect(new Set(texts).size).toBe(100);
    expect(texts[0]).toContain('"temperature":-5');
  });

  it("add up", () => {
    expect(wrong({})).toEqual([]);
  });

  it("do not where a record is missing, wherever that is", () => {
    expect(wrong({ rows: found(95) })).toEqual(["rows in Parquet"]);
    expect(wrong({ errors: found(3) })).toEqual(["records in the errors zone"]);
    expect(wrong({ raw: found(99) })).toEqual(["lines in the raw zone"]);
    expect(wrong({ counts: { incoming: 100, processed: 91, rejected: 8 } })).toEqual([
      "processed by the function",
      "processed, rejected or discarded",
    ]);
    expect(wrong({ deadLetters: { messages: 1, records: 1 } })).toEqual([
      "discarded by Lambda",
      "processed, rejected or discarded",
      "messages in the queues",
    ]);
  });

  it("do where one came twice, since delivery is at least once", () => {
    const twice = { rows: found(97, 96), counts: { incoming: 101, processed: 93, rejected: 8 } };
    expect(wrong(twice)).toEqual([]);
    expect(reconcile(expected, { ...seen, ...twice }, []).flatMap(({ note }) => note ?? [])).toContain(
      "1 of them twice",
    );
  });

  it("are compared as a least where others send as well", () => {
    expect(wrong({ counts: { incoming: 500, processed: 400, rejected: 9 } })).toEqual([]);
    expect(wrong({ counts: { incoming: 500, processed: 90, rejected: 9 } })).toEqual([
      "processed by the function",
      "processed, rejected or discarded",
    ]);
  });
});

describe("the folders of a prefix", () => {
  it("are those of the time that is looked at, a buffer before it included, and end where only Firehose knows on", () => {
    const since = new Date("2026-01-15T00:05:00Z");
    const until = new Date("2026-01-15T00:20:00Z");
    expect(foldersSince("raw/dt=!{timestamp:yyyy-MM-dd}/", since, until)).toEqual([
      "raw/dt=2026-01-14/",
      "raw/dt=2026-01-15/",
    ]);
    expect(foldersSince("e/!{firehose:error-output-type}/!{firehose:random-string}/", since, until)).toEqual([
      "e/format-conversion-failed/",
    ]);
  });
});

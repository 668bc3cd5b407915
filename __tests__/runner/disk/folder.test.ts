import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFolder } from "../../../local/runner/folder/lock";
import { planReset } from "../../../local/runner/folder/reset";
import { RunnerFolder } from "../../../local/runner/folder/runner-folder";
import { temporaryFolder } from "../../support/folders";
import { reading, TestRun } from "../fixtures/harness";

/** Everything in a folder, with the contents of its files. */
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), entry.isFile() ? readFileSync(path, "utf8") : ""];
    }),
  );
}

function write(folder: string, ...names: readonly string[]): string {
  for (const name of names) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `contents of ${name}`);
  }
  return folder;
}

/** As a run of an earlier version has left it. */
const earlier = (folder: string) =>
  write(
    folder,
    "checkpoints/aws_lambda_event_source_mapping.process.json.0",
    "checkpoints/aws_kinesis_firehose_delivery_stream.delivery.backup.json.1",
    "functions/process-source/index.js",
    "kinesis/CURRENT",
    "lake/bucket/raw/object",
    "logs/process.log",
  );

describe("a folder that is not the runner's", () => {
  it.each([
    [
      "a project with functions, lake and logs",
      ["functions/index.ts", "lake/notes.md", "logs/a.log", "package.json"],
    ],
    ["a folder of functions alone", ["functions/handler.ts"]],
    ["names of the runner's without checkpoints", ["functions/a.js", "lake/b", "spool/c"]],
    ["names of the runner's with other checkpoints", ["lake/b", "checkpoints/epoch-1.pt"]],
    ["the runner's names and one more", ["lake/b", "checkpoints/aws_x.y.json.0", "thesis.tex"]],
    ["a hidden file", [".env"]],
  ])("%s: nothing is started, deleted or written there", async (_, names) => {
    const folder = write(join(temporaryFolder(), "project"), ...names);
    const before = contents(folder);
    const message = `${folder} is not a folder of the runner: it is not empty and has no runner.json. Nothing there was touched; name a new or an empty folder with --dir`;
    expect(() => planReset(folder)).toThrow(message);
    await expect(TestRun.start({}, { dir: folder })).rejects.toThrow(message);
    const link = join(dirname(folder), "link");
    symlinkSync(folder, link);
    expect(() => planReset(link)).toThrow("is not a folder of the runner");
    expect(() => RunnerFolder.claim(link)).toThrow("is not a folder of the runner");
    expect(contents(folder)).toEqual(before);
  });

  it.each([
    ["", '--dir must name a folder, such as .local, and not be ""'],
    ["/", "/ is not a folder of the runner"],
    [".", "is not a folder of the runner"],
  ])("%j is refused", (dir, message) => {
    expect(() => RunnerFolder.claim(dir)).toThrow(message);
    expect(() => planReset(dir)).toThrow(message);
  });

  it("a file, a path below a file, a link to nothing and /proc are refused in one line", () => {
    const folder = temporaryFolder();
    const file = join(write(folder, "file"), "file");
    expect(() => RunnerFolder.claim(file)).toThrow(`--dir ${file} is a file: name a folder`);
    expect(() => RunnerFolder.claim(join(file, "below"))).toThrow(
      /^the folder .*below can't be made: ENOTDIR/,
    );
    symlinkSync(join(folder, "nowhere"), join(folder, "link"));
    expect(() => RunnerFolder.claim(join(folder, "link"))).toThrow("is a link to nothing: name a folder");
    if (process.platform === "linux")
      expect(() => RunnerFolder.claim("/proc/x/y")).toThrow(/^the folder \/proc\/x can't be made: ENOENT/);
    expect(readFileSync(file, "utf8")).toBe("contents of file");
  });

  it("an empty or missing folder has nothing to reset", () => {
    const folder = temporaryFolder();
    expect(planReset(folder)).toBeUndefined();
    expect(planReset(join(folder, "nowhere"))).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the runner's folder", () => {
  it("has its mark from the first run on", () => {
    const dir = join(temporaryFolder(), "a", "b");
    RunnerFolder.claim(dir);
    expect(JSON.parse(readFileSync(join(dir, "runner.json"), "utf8"))).toEqual({
      format: 1,
      writtenBy: "streaming-data-lake",
      created: expect.any(String),
      consumers: {},
    });
    write(dir, "notes.txt");
    expect(RunnerFolder.claim(dir).path).toBe(dir);
  });

  it("of an earlier version is taken over, and that is said", () => {
    const dir = earlier(join(temporaryFolder(), ".local"));
    const told: string[] = [];
    RunnerFolder.claim(dir, (message) => told.push(message));
    RunnerFolder.claim(dir, (message) => told.push(message));
    expect(told).toEqual([
      `${dir} was written by an earlier version of the runner: taken over, and marked as a runner's`,
    ]);
  });

  it("with a damaged mark is refused until somebody has looked at it", () => {
    const dir = earlier(temporaryFolder());
    writeFileSync(join(dir, "runner.json"), "{");
    const message = `${join(dir, "runner.json")} is damaged or of another version`;
    expect(() => RunnerFolder.claim(dir)).toThrow(message);
    expect(() => planReset(dir)).toThrow(message);
    rmSync(join(dir, "runner.json"));
    RunnerFolder.claim(dir);
  });

  it("is reset by name: what the runner does not keep stays", () => {
    const dir = write(earlier(temporaryFolder()), "lake/more");
    RunnerFolder.claim(dir).readingSince("consumer", 5);
    write(dir, "notes.txt");
    const outside = write(temporaryFolder(), "precious");
    rmSync(join(dir, "logs"), { recursive: true });
    symlinkSync(outside, join(dir, "logs"));
    const reset = planReset(dir);
    expect(reset).toMatchObject({ dir, names: ["checkpoints", "functions", "kinesis", "lake", "logs"] });
    expect(Object.keys(contents(dir))).toContain("lake/more");
    reset?.run();
    expect(readdirSync(dir).sort()).toEqual(["notes.txt", "runner.json"]);
    expect(readdirSync(outside)).toEqual(["precious"]);
    expect(RunnerFolder.claim(dir).readingSince("consumer", 7)).toBe(7);
    expect(planReset(dir)).toBeUndefined();
  });

  it("has one runner at a time", () => {
    const dir = temporaryFolder();
    const unlock = lockFolder(dir);
    expect(() => lockFolder(dir)).toThrow(
      `a runner (pid ${process.pid}) is already running on ${dir}: stop it, or use another --dir`,
    );
    unlock();
    writeFileSync(join(dir, "runner.lock"), '{"pid":');
    expect(() => lockFolder(dir)).toThrow(
      `${join(dir, "runner.lock")} can't be read: delete it if no runner works there`,
    );
  });

  it("is not reset while a runner works there", () => {
    const dir = earlier(temporaryFolder());
    const reset = planReset(dir);
    const unlock = lockFolder(dir);
    expect(() => planReset(dir)).toThrow(
      `a runner (pid ${process.pid}) is running on ${dir}: stop it before --reset`,
    );
    expect(() => reset?.run()).toThrow("is already running");
    expect(existsSync(join(dir, "lake/bucket/raw/object"))).toBe(true);
    unlock();
  });

  it("remembers when each consumer began, also when its checkpoints are gone", () => {
    const dir = join(temporaryFolder(), ".local");
    const since = RunnerFolder.claim(dir).readingSince("one");
    expect(Math.abs(Date.now() - since)).toBeLessThan(5_000);
    expect(RunnerFolder.claim(dir).readingSince("one")).toBe(since);
    expect(RunnerFolder.claim(dir).readingSince("two", 5)).toBe(5);
    expect(RunnerFolder.claim(dir).readingSince("two")).toBe(5);
  });
});

describe("a runner whose checkpoints", () => {
  const records = Array.from({ length: 30 }, (_, index) => reading(index));

  /** A run that has delivered the records, and is over. */
  async function delivered(): Promise<TestRun> {
    const run = await TestRun.start();
    await run.put(records);
    await run.finish();
    await run.runner.close();
    return run;
  }

  it("are damaged stops with one line, and skips no record afterwards", async () => {
    const run = await delivered();
    const checkpoints = join(run.runner.dir, "checkpoints");
    for (const name of readdirSync(checkpoints)) writeFileSync(join(checkpoints, name), "rubbish");
    await expect(TestRun.start({}, {}, run.folder)).rejects.toThrow(
      /^\S+ is damaged, so it isn't known how far the last run came: delete \S+\.0 and \S+\.1 to have everything read again that the stream still holds, or start over with --reset$/,
    );
    // What the line says: deleted, everything is read again from where each consumer once began.
    rmSync(checkpoints, { recursive: true });
    const next = await TestRun.start({}, {}, run.folder);
    await next.finish();
    expect(next.delivery).toMatchObject({ delivered: 30, backedUp: 30 });
    expect(next.mapping.succeeded).toBe(30);
  });

  it("lost their last save continues from the save before", async () => {
    const run = await delivered();
    const checkpoints = join(run.runner.dir, "checkpoints");
    for (const name of readdirSync(checkpoints).filter((file) => file.endsWith(".0")))
      writeFileSync(join(checkpoints, name), "rubbish");
    const next = await TestRun.start({}, {}, run.folder);
    await next.finish();
    expect(next.troubles).toHaveLength(3);
    expect(next.troubles[0]).toMatch(/the last save can't be read/);
    const ids = new Set((await next.rows()).map(({ sensor_id }) => sensor_id));
    expect(ids.size).toBe(30);
  });
});

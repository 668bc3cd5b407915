import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type RuntimeFile, runtimePath } from "../../../local/runner/runtime-file";
import { EmbeddedKinesis } from "../../producer/support/embedded";
import { bucket, reading, TestLake } from "../../runner/fixtures/harness";
import { type StackOptions, writeStack } from "../../runner/fixtures/stack";
import { temporaryFolder } from "../../support/folders";
import { kinesisClient } from "../../support/kinesis-client";
import { program } from "../../support/program";
import { putRecords } from "../../support/put";

/** A busy machine is slow to tell that a process has ended. Milliseconds. */
const aSecond = 3_000;

class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  out = "";
  err = "";

  constructor(args: readonly string[], cwd: string) {
    this.child = spawn(process.execPath, [...program("cli/main.ts"), ...args], { cwd });
    onTestFinished(() => {
      this.child.kill("SIGKILL");
    });
    this.child.stdout?.on("data", (chunk) => {
      this.out += chunk;
    });
    this.child.stderr?.on("data", (chunk) => {
      this.err += chunk;
    });
    this.ended = new Promise((done) => {
      this.child.once("close", (code, signal) => done({ code, signal }));
    });
  }

  says(text: string | RegExp, timeout = 60_000): Promise<void> {
    return expect.poll(() => this.err, { timeout, interval: 20 }).toMatch(text);
  }

  /** Sends both signals, and tells how long it lasts from the second to the end. Milliseconds. */
  async stopTwice(between: () => Promise<unknown>): Promise<number> {
    this.child.kill("SIGINT");
    await between();
    const started = performance.now();
    this.child.kill("SIGTERM");
    await this.ended;
    return performance.now() - started;
  }
}

function start(options: StackOptions, more: readonly string[] = []) {
  const folder = temporaryFolder();
  const stack = writeStack(join(folder, "stack"), options);
  const dir = join(folder, "kept");
  const run = (...args: readonly string[]) =>
    new Command(["--stack", stack, "--dir", dir, ...more, ...args], folder);
  return { folder, dir, stack, command: run(), run };
}

async function put(dir: string, count: number): Promise<RuntimeFile> {
  await expect.poll(() => existsSync(runtimePath(dir)), { timeout: 60_000 }).toBe(true);
  const runtime: RuntimeFile = JSON.parse(readFileSync(runtimePath(dir), "utf8"));
  await putRecords(
    runtime,
    Array.from({ length: count }, (_, index) => reading(index)),
  );
  return runtime;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

describe("the second signal ends npm run local within a second, with exit code 1", () => {
  it("while objects can't be written, and the next run delivers what was left", async () => {
    const { dir, command, run } = start({});
    await put(dir, 30);
    const obstacle = join(dir, "lake", bucket, "processed");
    writeFileSync(obstacle, "in the way");
    const milliseconds = await command.stopTwice(() => command.says(/can't write to .*; trying again/));
    expect(milliseconds).toBeLessThan(aSecond);
    expect(await command.ended).toEqual({ code: 1, signal: null });
    expect(command.err).toContain("left undone: 30 records not delivered by lab-test-delivery\n");
    expect(command.err).toContain("not drained: the next run goes on where this one stopped\n");

    rmSync(obstacle);
    const next = run();
    await next.says("running on");
    next.child.kill("SIGINT");
    expect(await next.ended).toEqual({ code: 0, signal: null });
    expect(new Set((await new TestLake(join(dir, "lake")).rows()).map((row) => row.sensor_id)).size).toBe(30);
  }, 120_000);

  it("while its folder is gone", async () => {
    const { dir, command } = start({});
    await put(dir, 30);
    // Moved away at once: what the runner still writes by its path can't get into the folder that is being deleted.
    renameSync(dir, `${dir}.gone`);
    rmSync(`${dir}.gone`, { recursive: true, force: true });
    const milliseconds = await command.stopTwice(() => pause(1_000));
    expect(milliseconds).toBeLessThan(aSecond);
    expect((await command.ended).code).toBe(1);
  }, 120_000);

  it("while a function fails for ever, and its process is gone with it", async () => {
    const { dir, command } = start({
      handler: "exports.handler = async () => { for (;;); };",
      mapping: { maximum_retry_attempts: -1 },
      fn: { timeout: 600, environment: {} },
    });
    await put(dir, 30);
    const worker = () => childrenOf(command.child.pid ?? 0).filter((pid) => isAlive(pid));
    await expect.poll(() => worker().length, { timeout: 20_000 }).toBeGreaterThan(0);
    const pids = worker();
    const milliseconds = await command.stopTwice(() => command.says("draining"));
    expect(milliseconds).toBeLessThan(aSecond);
    expect((await command.ended).code).toBe(1);
    // Said once, also where the process takes too long for its end.
    expect(command.err.match(/left undone: 30 records not processed by lab-test-process\n/g)).toHaveLength(1);
    await expect.poll(() => pids.filter(isAlive), { timeout: 2_000 }).toEqual([]);
  }, 120_000);
});

describe("the first signal ends npm run local while it starts", () => {
  it("and waits for an endpoint that never answers", async () => {
    const asked = new Set<unknown>();
    const silent = createServer((request) => void asked.add(request));
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const { command, dir } = start({}, ["--kinesis-endpoint", `http://127.0.0.1:${port}`]);
    await expect.poll(() => asked.size, { timeout: 60_000 }).toBeGreaterThan(0);
    const started = performance.now();
    command.child.kill("SIGINT");
    expect(await command.ended).toEqual({ code: 130, signal: null });
    expect(performance.now() - started).toBeLessThan(aSecond);
    expect(command.err).toBe("run: stopped\n");
    expect(existsSync(join(dir, "runner.lock"))).toBe(false);
  }, 120_000);

  it("and waits for an app that never ends", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ app: "echo begun >&2; exec sleep 60" }));
    const command = new Command([], folder);
    await command.says("begun");
    const started = performance.now();
    command.child.kill("SIGINT");
    expect((await command.ended).code).toBe(130);
    expect(performance.now() - started).toBeLessThan(aSecond);
    expect(command.err).toMatch(/^run: synthesizing the stack: .*\nbegun\nrun: stopped\n$/);
  }, 120_000);
});

describe("a start that fails ends with one line, exit code 1 and no process", () => {
  const table = (columns: StackOptions["columns"]): StackOptions => ({ columns });
  const serializer = (output: object): StackOptions => ({
    s3: {
      data_format_conversion_configuration: {
        input_format_configuration: { deserializer: { open_x_json_ser_de: {} } },
        output_format_configuration: { serializer: output },
        schema_configuration: {
          database_name: "${aws_glue_catalog_table.readings.database_name}",
          table_name: "${aws_glue_catalog_table.readings.name}",
        },
      },
    },
  });
  const delivery = "aws_kinesis_firehose_delivery_stream.delivery";
  it.each<[string, StackOptions, string]>([
    [
      "filter criteria that are no JSON",
      { mapping: { filter_criteria: { filter: [{ pattern: "{bad json" }] } } },
      "aws_lambda_event_source_mapping.process: filter_criteria.filter.pattern: must be a JSON object, not {bad json\n",
    ],
    [
      "ORC without compression",
      serializer({ orc_ser_de: { compression: "NONE" } }),
      `${delivery}: extended_s3_configuration.data_format_conversion_configuration: orc_ser_de.compression: must be SNAPPY, since ORC is written as Parquet here, not NONE\n`,
    ],
    [
      "ORC with ZLIB",
      serializer({ orc_ser_de: { compression: "ZLIB" } }),
      `${delivery}: extended_s3_configuration.data_format_conversion_configuration: orc_ser_de.compression: must be SNAPPY, since ORC is written as Parquet here, not ZLIB\n`,
    ],
    [
      "Parquet with a compression of its own",
      serializer({ parquet_ser_de: { compression: "LZMA" } }),
      `${delivery}: extended_s3_configuration.data_format_conversion_configuration: parquet_ser_de.compression: must be UNCOMPRESSED or GZIP or SNAPPY, not LZMA\n`,
    ],
    [
      "a table without columns",
      table([]),
      `${delivery}: schema_configuration: the table lake.readings has no columns\n`,
    ],
    [
      "a table with a column twice",
      table([
        { name: "id", type: "int" },
        { name: "ID", type: "string" },
      ]),
      `${delivery}: schema_configuration: the table lake.readings has the column id twice\n`,
    ],
    [
      "a column of a type that is none",
      table([{ name: "id", type: "uniontype<int,string>" }]),
      `${delivery}: the table aws_glue_catalog_table.readings can't be written as Parquet: column type "uniontype<int,string>" is not one of Athena's\n`,
    ],
    [
      "a decimal of too many digits",
      table([{ name: "id", type: "decimal(99,2)" }]),
      `${delivery}: the table aws_glue_catalog_table.readings can't be written as Parquet: column type "decimal(99,2)" is not one of Athena's\n`,
    ],
  ])(
    "for %s",
    async (_, options, message) => {
      const { command, dir } = start(options);
      expect(await command.ended).toEqual({ code: 1, signal: null });
      expect(command.err.slice(0, `run: ${message}`.length)).toBe(`run: ${message}`);
      expect(command.err.trimEnd()).not.toContain("\n");
      expect(existsSync(join(dir, "runner.lock"))).toBe(false);
      expect(existsSync(runtimePath(dir))).toBe(false);
    },
    60_000,
  );
});

describe("a part that is lost ends the runner with one line", () => {
  it("when a client deletes the stream: what was read is delivered, and the next run makes it anew", async () => {
    const { dir, command, run } = start({});
    const { endpoint, region, streams } = await put(dir, 30);
    const lake = new TestLake(join(dir, "lake"));
    await command.says(/"?30 done|./);
    const client = kinesisClient({ endpoint, region });
    onTestFinished(() => client.destroy());
    await pause(1_000);
    await client.deleteStream({ StreamName: streams[0] });
    expect(await command.ended).toEqual({ code: 1, signal: null });
    expect(command.err).toContain(
      "the stream lab-test-readings was deleted; the next start creates it again, and what was delivered stays\n",
    );
    expect(await lake.rows()).toHaveLength(30);

    const next = run();
    await put(dir, 5);
    next.child.kill("SIGINT");
    expect((await next.ended).code, next.err).toBe(0);
    expect(await lake.rows()).toHaveLength(35);
  }, 120_000);
});

describe("a full disk", () => {
  // LevelDB aborts the process when its own disk is full, so that the Kinesis of this test is elsewhere.
  let kinesis: EmbeddedKinesis;
  beforeAll(async () => {
    kinesis = await EmbeddedKinesis.start();
  });
  afterAll(() => kinesis.stop());

  const canMount = process.getuid?.() === 0 && process.platform === "linux";
  it.runIf(canMount)(
    "holds a runner up, which goes on by itself when there is room, and loses nothing",
    async () => {
      const folder = temporaryFolder();
      const dir = join(folder, "small");
      mkdirSync(dir);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", dir]);
      onTestFinished(() => void execFileSync("umount", ["-l", dir]));
      const stack = writeStack(join(folder, "stack"), { mapping: { maximum_retry_attempts: 0 } });
      const command = new Command(
        ["--stack", stack, "--dir", dir, "--kinesis-endpoint", kinesis.endpoint],
        folder,
      );
      await put(dir, 50);
      const filler = join(dir, "filler");
      const fill = () => execFileSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=512"], { stdio: "ignore" });
      expect(fill).toThrow();
      for (let call = 0; call < 20; call++) await put(dir, 200);
      await command.says(/can't (buffer|save).*ENOSPC.*; trying again/);
      rmSync(filler);
      await command.says("that is over, it goes on");
      command.child.kill("SIGINT");
      expect(await command.ended, command.err).toEqual({ code: 0, signal: null });
      expect(await new TestLake(join(dir, "lake")).rows()).toHaveLength(50 + 20 * 200);
      expect(command.out).toContain("4,050 records processed");
    },
    180_000,
  );

  it.runIf(canMount)(
    "lets a runner be stopped, and the next one with room loses nothing",
    async () => {
      const folder = temporaryFolder();
      const dir = join(folder, "small");
      mkdirSync(dir);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", dir]);
      onTestFinished(() => void execFileSync("umount", ["-l", dir]));
      const stack = writeStack(join(folder, "stack"), { stream: { name: "second" } });
      const run = () =>
        new Command(["--stack", stack, "--dir", dir, "--kinesis-endpoint", kinesis.endpoint], folder);
      const command = run();
      await put(dir, 50);
      const filler = join(dir, "filler");
      const fill = () => execFileSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=512"], { stdio: "ignore" });
      expect(fill).toThrow();
      for (let call = 0; call < 20; call++) await put(dir, 200);
      await command.says(/can't (buffer|save).*ENOSPC.*; trying again/);
      const milliseconds = await command.stopTwice(() => command.says("draining"));
      expect(milliseconds).toBeLessThan(aSecond);
      expect((await command.ended).code).toBe(1);
      expect(command.err).toContain("left undone: ");
      rmSync(filler);
      const next = run();
      await next.says("running on");
      next.child.kill("SIGINT");
      expect((await next.ended).code, next.err).toBe(0);
      expect(await new TestLake(join(dir, "lake")).rows()).toHaveLength(50 + 20 * 200);
    },
    180_000,
  );
});

function childrenOf(pid: number): number[] {
  const text = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return text.split("\n").filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

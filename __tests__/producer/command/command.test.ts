import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCommand, startCommand, temporaryFolder } from "../support/command";
import { EmbeddedKinesis } from "../support/embedded";
import { FaultServer } from "../support/fault-server";

/** Milliseconds; no longer than a test may take. */
const polling = { interval: 20, timeout: 60_000 };

let kinesis: EmbeddedKinesis;
beforeAll(async () => {
  kinesis = await EmbeddedKinesis.start();
});
afterAll(() => kinesis.stop());

let streams = 0;
async function newStream(shards = 2): Promise<string> {
  const name = `stream-${++streams}`;
  await kinesis.createStream(name, shards);
  return name;
}

const reading = (sensor: string, temperature: unknown = 21.5) =>
  JSON.stringify({
    sensor_id: sensor,
    temperature,
    humidity: 60.1,
    timestamp: "2024-01-15T10:30:00Z",
    location: "warehouse-A",
  });

describe("the command", () => {
  it("sends 100 readings with the sensor as the partition key, and says so in one line", async () => {
    const stream = await newStream();
    const result = await runCommand(temporaryFolder(), ["--stream", stream, "--endpoint", kinesis.endpoint]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(
      /^Sent 100 records to stream-\d+ in [\d.]+ s \([\d,]+\/s, 2 shards, .*\)\.\n$/,
    );
    const stored = await kinesis.read(stream);
    expect(stored).toHaveLength(100);
    for (const { data, partitionKey } of stored) {
      expect(data.toString()).toMatch(/\}\n$/);
      expect(JSON.parse(data.toString())).toMatchObject({ sensor_id: partitionKey });
    }
  });

  it("says in one line that there are no credentials for AWS", async () => {
    const result = await runCommand(temporaryFolder(), ["--stream", "readings", "--region", "us-east-1"]);
    expect(result).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "producer: No AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or send to this machine with --local\n",
    });
  });

  it("sends to the stream of the runner", async () => {
    const stream = await newStream();
    const folder = temporaryFolder();
    mkdirSync(join(folder, ".local"));
    const runtime = {
      pid: process.pid,
      region: "us-east-1",
      endpoint: kinesis.endpoint,
      streams: [stream],
      buckets: {},
    };
    writeFileSync(join(folder, ".local/runtime.json"), JSON.stringify(runtime));
    const result = await runCommand(folder, ["--local", "--count", "7", "--json"]);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ stream, sent: 7, undelivered: 0, badLines: 0 });
  });

  it("says in one line that there is no such stream, or that nobody answers", async () => {
    const folder = temporaryFolder();
    const noStream = await runCommand(folder, ["--stream", "nope", "--endpoint", kinesis.endpoint]);
    expect(noStream).toMatchObject({
      code: 1,
      stderr: `producer: There is no stream nope on ${kinesis.endpoint}\n`,
    });
    const nobody = await runCommand(folder, ["--stream", "nope", "--endpoint", "http://127.0.0.1:1"]);
    expect(nobody).toMatchObject({
      code: 1,
      stderr: "producer: Nothing answers at http://127.0.0.1:1 (ECONNREFUSED)\n",
    });
  });

  it("sends the good lines of a file, gzip or not, and reports the bad ones by number", async () => {
    const stream = await newStream();
    const folder = temporaryFolder();
    const lines = [
      reading("sensor-001"),
      "no json",
      "",
      "[1]",
      reading("sensor-002", "hot"),
      reading("sensor-003"),
    ];
    writeFileSync(join(folder, "readings.ndjson.gz"), gzipSync(lines.join("\r\n")));
    const target = ["--stream", stream, "--endpoint", kinesis.endpoint, "--json"];
    const result = await runCommand(folder, ["--file", "readings.ndjson.gz", ...target]);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({ sent: 2, badLines: 3, undelivered: 0 });
    expect(result.stderr.split("\n")).toEqual([
      expect.stringMatching(/^readings\.ndjson\.gz:2: not valid JSON: /),
      "readings.ndjson.gz:4: not a JSON object",
      expect.stringMatching(/^readings\.ndjson\.gz:5: temperature: /),
      "",
    ]);
    const stored = (await kinesis.read(stream)).map(({ data }) => data.toString());
    expect(stored.sort()).toEqual([`${reading("sensor-001")}\n`, `${reading("sensor-003")}\n`]);
  });

  it("stopped in the middle, has what it took on the stream or in the spool file, which can be sent again", async () => {
    const stream = await newStream();
    const folder = temporaryFolder();
    const lines = Array.from({ length: 8_000 }, (_, at) => `{"device":"device-${at % 10}","number":${at}}`);
    writeFileSync(join(folder, "lines.ndjson"), lines.join("\n"));
    const proxy = await FaultServer.start(kinesis.endpoint, 1, {
      entryFailure: 0.05,
      cutAfter: 0.02,
      delayMs: 20,
      shardLimits: { recordsPerSecond: 400, bytesPerSecond: 1e6 },
    });
    const target = (endpoint: string) => [
      "--key",
      "device",
      "--stream",
      stream,
      "--endpoint",
      endpoint,
      "--json",
    ];
    const { child, finished } = startCommand(folder, [
      ...["--file", "lines.ndjson", "--deadline", "0.5", "--spool", "spool.ndjson"],
      ...target(proxy.endpoint),
    ]);
    await vi.waitUntil(() => proxy.stored >= 300, polling);
    child.kill("SIGTERM");
    const result = await finished;
    await proxy.stop();

    const summary = JSON.parse(result.stdout);
    expect(result.code).toBe(1);
    expect(summary).toMatchObject({ stoppedBy: "SIGTERM", spool: "spool.ndjson" });
    const taken = lines.slice(0, summary.sent + summary.undelivered);
    expect(taken.length).toBeLessThan(lines.length);
    const spooled = readFileSync(join(folder, "spool.ndjson"), "utf8").trimEnd().split("\n");
    expect(spooled).toHaveLength(summary.undelivered);
    const stored = async () => (await kinesis.read(stream)).map(({ data }) => data.toString().trimEnd());
    expect(new Set([...(await stored()), ...spooled])).toEqual(new Set(taken));

    const again = await runCommand(folder, ["--file", "spool.ndjson", ...target(kinesis.endpoint)]);
    expect(again.code).toBe(0);
    expect(new Set(await stored())).toEqual(new Set(taken));
  }, 60_000);

  it("run without end, ends well on a signal", async () => {
    const stream = await newStream();
    const folder = temporaryFolder();
    const target = ["--stream", stream, "--endpoint", kinesis.endpoint];
    const { child, finished } = startCommand(folder, ["--continuous", "--rate", "50", ...target]);
    await vi.waitUntil(async () => (await kinesis.read(stream)).length >= 10, polling);
    child.kill("SIGINT");
    const result = await finished;
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/stopped by SIGINT\.\n$/);
    const sent = Number(/Sent (\d+)/.exec(result.stdout)?.[1]);
    expect(await kinesis.read(stream)).toHaveLength(sent);
    expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
  });

  it("explains which key goes to which shard, and sends nothing", async () => {
    const stream = await newStream(2);
    const target = ["--stream", stream, "--endpoint", kinesis.endpoint];
    const folder = temporaryFolder();
    const text = await runCommand(folder, ["--explain", "--count", "60", "--sensors", "6", ...target]);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toMatch(
      new RegExp(
        `^${stream}: 60 records over 2 shards\n(  shardId-00000000000[01] .* %  .* records .*\n){2}The fullest shard takes [\\d.]+ times an even share\\.\n$`,
      ),
    );
    const json = await runCommand(folder, ["--explain", "--count", "60", "--json", ...target]);
    const { records, shards } = JSON.parse(json.stdout);
    expect(records).toBe(60);
    const [first, second] = shards.map((shard: { records: number }) => shard.records);
    expect(first + second).toBe(60);
    expect(await kinesis.read(stream)).toEqual([]);
  });

  it("tells every few seconds how far it is when nobody watches, without a terminal's control characters", async () => {
    const stream = await newStream(1);
    const { child, finished } = startCommand(temporaryFolder(), [
      ...["--continuous", "--rate", "20", "--stream", stream, "--endpoint", kinesis.endpoint],
    ]);
    const line = await new Promise<string>((resolve) => {
      child.stderr?.once("data", (chunk) => resolve(String(chunk)));
    });
    child.kill("SIGINT");
    await finished;
    expect(line).toMatch(/^\d+ sent · \d+\/s · 1 shard · \d+ waiting · \d calls in flight\n$/);
  });

  it("sums up what it has sent of a file that breaks off, and says where", async () => {
    const stream = await newStream();
    const folder = temporaryFolder();
    const lines = Array.from({ length: 2_000 }, (_, at) => reading(`sensor-${at}`));
    const zipped = gzipSync(lines.join("\n"));
    writeFileSync(join(folder, "cut.gz"), zipped.subarray(0, zipped.length / 2));
    const target = ["--stream", stream, "--endpoint", kinesis.endpoint];
    const result = await runCommand(folder, ["--file", "cut.gz", ...target]);
    const stored = await kinesis.read(stream);
    expect(stored.length).toBeGreaterThan(0);
    expect(result.code).toBe(1);
    const brokenOff = `cut.gz breaks off after line ${stored.length}: unexpected end of file`;
    expect(result.stderr).toBe(`${brokenOff}\n`);
    expect(result.stdout).toMatch(/^Sent [\d,]+ records to /);
    expect(result.stdout).toContain(`; ${brokenOff}.\n`);
  });

  it("tells why it tries again when that begins, and in its summary what was given up and why", async () => {
    const stream = await newStream(1);
    const folder = temporaryFolder();
    const proxy = await FaultServer.start(kinesis.endpoint, 1, { entryFailure: 1 });
    const result = await runCommand(folder, [
      ...["--count", "5", "--stream", stream, "--endpoint", proxy.endpoint],
      ...["--ttl", "4", "--spool", "spool.ndjson"],
    ]);
    await proxy.stop();
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /^Calls have failed for \d s: InternalFailure: .*; each record is tried again for 4 s\n(?:0 of 5 sent .*\n)*$/,
    );
    expect(result.stdout).toMatch(
      /; 5 undelivered, kept in spool\.ndjson \(Not delivered within its time to live: InternalFailure: .*\)\.\n$/,
    );
  });

  it("ends at once on a second signal, with what it could not deliver in the spool file", async () => {
    const stream = await newStream(1);
    const folder = temporaryFolder();
    const proxy = await FaultServer.start(kinesis.endpoint, 1, { entryFailure: 1 });
    const { child, finished } = startCommand(folder, [
      ...["--count", "50", "--stream", stream, "--endpoint", proxy.endpoint],
      ...["--deadline", "600", "--spool", "spool.ndjson", "--json"],
    ]);
    await vi.waitUntil(() => proxy.met.entryFailure, polling);
    const stopped = performance.now();
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    const result = await finished;
    await proxy.stop();
    expect(performance.now() - stopped).toBeLessThan(10_000);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({ sent: 0, undelivered: 50, stoppedBy: "SIGINT" });
    expect(readFileSync(join(folder, "spool.ndjson"), "utf8").trimEnd().split("\n")).toHaveLength(50);
  });
});

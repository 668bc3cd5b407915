import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { polling, reading, runCommand, startCommand } from "../support/command";
import { EmbeddedKinesis } from "../support/embedded";

let kinesis: EmbeddedKinesis;
beforeAll(async () => {
  kinesis = await EmbeddedKinesis.start();
});
afterAll(() => kinesis.stop());

describe("the command", () => {
  it("sends 100 readings with the sensor as the partition key, and says so in one line", async () => {
    const stream = await kinesis.newStream();
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

  it.each([
    [
      "there are no credentials for AWS",
      {},
      "no AWS credentials: run aws configure, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; " +
        "--local sends to the runner on this machine",
    ],
    [
      "the profile has none",
      { AWS_PROFILE: "nobody" },
      "the profile nobody gives no AWS credentials; aws configure list-profiles lists the profiles that there are; " +
        "--local sends to the runner on this machine",
    ],
    [
      "npm keeps --local for itself",
      { AWS_PROFILE: "nobody", npm_lifecycle_event: "producer" },
      "the profile nobody gives no AWS credentials; aws configure list-profiles lists the profiles that there are; " +
        "npm run producer -- --local sends to the runner on this machine",
    ],
    [
      "npx has started it, which is no script",
      { AWS_PROFILE: "nobody", npm_lifecycle_event: "npx" },
      "the profile nobody gives no AWS credentials; aws configure list-profiles lists the profiles that there are; " +
        "--local sends to the runner on this machine",
    ],
  ])("says in one line what to do where %s", async (_, env, message) => {
    const args = ["--stream", "readings", "--region", "us-east-1"];
    const result = await runCommand(temporaryFolder(), args, "", env);
    expect(result).toEqual({ code: 1, stdout: "", stderr: `producer: ${message}\n` });
  });

  it("says which variable names an endpoint that does not answer", async () => {
    const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    expect(await runCommand(temporaryFolder(), ["--stream", "readings"], "", env)).toMatchObject({
      code: 1,
      stderr:
        "producer: Nothing answers at http://127.0.0.1:1 (ECONNREFUSED): start what AWS_ENDPOINT_URL names, or unset the variable\n",
    });
  });

  it("explains itself in lines that fit a terminal, by the name that it is called by", async () => {
    const { code, stdout } = await runCommand(temporaryFolder(), ["--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npx tsx producer /);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("sends to the stream of the runner", async () => {
    const stream = await kinesis.newStream();
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
    const stream = await kinesis.newStream();
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

  it("run without end, ends well on a signal", async () => {
    const stream = await kinesis.newStream();
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
    const stream = await kinesis.newStream(2);
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

  it("sums up what it has sent of a file that breaks off, and says where", async () => {
    const stream = await kinesis.newStream();
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
});

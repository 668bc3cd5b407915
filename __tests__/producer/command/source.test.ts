import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../../../producer/command/args";
import { Explanation } from "../../../producer/command/explain";
import { type BadLine, openSource } from "../../../producer/command/source";
import { ShardMap } from "../../../producer/core/shards/shard-map";
import { temporaryFolder } from "../../support/folders";
import { reading } from "../support/command";

async function read(
  ...args: string[]
): Promise<{ records: string[]; keys: string[]; bad: BadLine[]; broken: string[] }> {
  const bad: BadLine[] = [];
  const broken: string[] = [];
  const source = openSource(parseArguments(args), {
    onBadLine: (line) => bad.push(line),
    onBrokenOff: ({ lines, message }) => broken.push(`${lines}: ${message}`),
  });
  const records: string[] = [];
  const keys: string[] = [];
  for await (const { data, partitionKey } of source.records(new AbortController().signal)) {
    records.push(data.toString());
    keys.push(partitionKey);
  }
  return { records, keys, bad, broken };
}

function fileOf(content: string | Buffer): string {
  const file = join(temporaryFolder(), "lines.ndjson");
  writeFileSync(file, content);
  return file;
}

describe("simulated readings", () => {
  it("are the same for the same seed", async () => {
    const { records } = await read("--seed", "5", "--count", "20");
    expect(records).toHaveLength(20);
    expect(records[0]).toMatch(/"timestamp":"2024-01-15T10:30:00Z".*\}\n$/);
    expect((await read("--seed", "5", "--count", "20")).records).toEqual(records);
  });

  it("end about now unless they are paced", async () => {
    const { records } = await read("--count", "50", "--sensors", "5");
    const last = Date.parse(JSON.parse(records.at(-1) ?? "").timestamp);
    expect(Date.now() - last).toBeLessThan(5_000);
    expect(last - Date.parse(JSON.parse(records[0] ?? "").timestamp)).toBeGreaterThanOrEqual(9_000);
  });

  it("may be none", async () => {
    expect((await read("--count", "0")).records).toEqual([]);
  });
});

describe("a file", () => {
  const lines = [reading("a"), "no json", "", "[1]", reading("b", "hot"), reading("c")];

  it("is sent line by line as it is; each bad line is told with its number and reason", async () => {
    const { records, keys, bad } = await read("--file", fileOf(lines.join("\r\n")));
    expect(records).toEqual([`${reading("a")}\n`, `${reading("c")}\n`]);
    expect(keys).toEqual(["a", "c"]);
    expect(bad.map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(bad.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("not valid JSON: "),
      "not a JSON object",
      expect.stringContaining("temperature: "),
    ]);
  });

  it("may hold several objects on a line, as Firehose writes records without a newline", async () => {
    const odd = reading("b").replace("warehouse-A", 'a \\"}{\\" b');
    const { records, bad } = await read(
      "--file",
      fileOf(`${reading("a")}${odd} ${reading("c")}\n${reading("d")}`),
    );
    expect(records).toEqual([reading("a"), odd, reading("c"), reading("d")].map((text) => `${text}\n`));
    expect(bad).toEqual([]);
  });

  it("tells a line that is not made of objects alone as one bad line", async () => {
    const { records, bad } = await read(
      "--file",
      fileOf(`${reading("a")},${reading("b")}\n${reading("c")}{`),
    );
    expect(records).toEqual([]);
    expect(bad.map(({ line }) => line)).toEqual([1, 2]);
  });

  it("may be gzip", async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => reading(`sensor-${at}`)).join("\n");
    expect((await read("--file", fileOf(gzipSync(many)))).keys).toHaveLength(5_000);
  });

  it("ends at its first bad line when strict", async () => {
    const { records, bad } = await read("--strict", "--file", fileOf(lines.join("\n")));
    expect(records).toHaveLength(1);
    expect(bad).toHaveLength(1);
  });

  it("with a key may hold any objects that have it", async () => {
    const file = fileOf('{"device":7}\n{"other":1}\n{"device":""}\n');
    const { records, keys, bad } = await read("--key", "device", "--file", file);
    expect(records).toEqual(['{"device":7}\n']);
    expect(keys).toEqual(["7"]);
    expect(bad.map(({ reason }) => reason)).toEqual([
      "device: no text or number to be the partition key",
      "The partition key has 0 characters; it must have 1 to 256",
    ]);
  });

  it("may have its times set to now", async () => {
    const { records } = await read("--time", "now", "--file", fileOf(reading("a")));
    const sent = JSON.parse(records[0] ?? "");
    expect(sent).toEqual({
      ...JSON.parse(reading("a")),
      timestamp: expect.stringMatching(/^\d{4}-.*:\d\dZ$/),
    });
    expect(Math.abs(Date.now() - Date.parse(sent.timestamp))).toBeLessThan(60_000);
  });

  it("that is not there is an error", async () => {
    await expect(read("--file", "/nowhere/x.ndjson")).rejects.toThrow("ENOENT");
  });
});

describe("the explanation", () => {
  it("says which key goes to which shard, and how evenly", () => {
    const half = "8".padEnd(32, "0");
    const map = new ShardMap([
      { shardId: "low", startingHashKey: "0".repeat(32), endingHashKey: `7${"f".repeat(31)}` },
      { shardId: "high", startingHashKey: half, endingHashKey: "f".repeat(32) },
    ]);
    const explanation = new Explanation("readings", map);
    for (const explicitHashKey of ["0", "1", String(1n << 127n), "2"])
      explanation.add({ data: "", partitionKey: `key-${explicitHashKey.length}`, explicitHashKey });
    expect(explanation.text().split("\n")).toEqual([
      "readings: 4 records over 2 shards",
      "  low   75.0 %          3 records  key-1",
      "  high   25.0 %          1 records  key-39",
      "The fullest shard takes 1.50 times an even share.",
    ]);
    expect(JSON.parse(explanation.json())).toEqual({
      stream: "readings",
      records: 4,
      imbalance: 1.5,
      shards: [
        { shardId: "low", records: 3, keys: { "key-1": 3 } },
        { shardId: "high", records: 1, keys: { "key-39": 1 } },
      ],
    });
  });
});

describe("a file that is broken", () => {
  const lines = Array.from({ length: 5_000 }, (_, at) => reading(`sensor-${at}`)).join("\n");

  it("by a cut gzip brings the lines before the cut, and says where it breaks off", async () => {
    const zipped = gzipSync(lines);
    const { records, bad, broken } = await read("--file", fileOf(zipped.subarray(0, zipped.length >> 1)));
    expect(records.length).toBeGreaterThan(100);
    expect(records.length).toBeLessThan(5_000);
    expect(bad).toEqual([]);
    expect(broken).toEqual([`${records.length}: unexpected end of file`]);
  });

  it("by bytes that are no gzip brings what came before", async () => {
    const zipped = gzipSync(lines);
    zipped.fill(0xff, zipped.length >> 1);
    const { records, broken } = await read("--file", fileOf(zipped));
    expect(records.length).toBeGreaterThan(100);
    expect(broken).toHaveLength(1);
  });

  it("from its first byte on is an error", async () => {
    await expect(read("--file", fileOf(Buffer.from("1f8b000000", "hex")))).rejects.toThrow();
    await expect(read("--file", join(temporaryFolder(), "none"))).rejects.toThrow("ENOENT");
  });

  it("by a line without end brings the others, and the memory does not grow", async () => {
    const file = fileOf(`${reading("a")}\n`);
    const part = Buffer.alloc(8 * 1024 * 1024, "x");
    for (let n = 0; n < 20; n++) appendFileSync(file, part);
    appendFileSync(file, `\n${reading("b")}\n`);
    for (let n = 0; n < 3; n++) appendFileSync(file, part);
    const before = process.memoryUsage().rss;
    const { keys, bad } = await read("--file", file);
    expect(keys).toEqual(["a", "b"]);
    expect(bad).toEqual([2, 4].map((line) => ({ line, reason: "more than 16777216 bytes" })));
    expect(process.memoryUsage().rss - before).toBeLessThan(120e6);
  });
});

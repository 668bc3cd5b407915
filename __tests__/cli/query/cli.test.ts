import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Interruption } from "@streaming-data-lake/command";
import { beforeEach, describe, expect, it } from "vitest";
import { bucket, daily, reading, sensorData, writeReadings } from "../../lake/lake-fixture";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";
import { type RunOptions, runCli } from "../support";

let folder: string;
const today = new Date().toISOString().slice(0, 10);

/** A stack as CDKTF synthesizes it, with what the command reads. */
const stack = {
  provider: { aws: [{ region: "eu-west-1" }] },
  resource: {
    aws_s3_bucket: { lake: { bucket } },
    aws_glue_catalog_table: {
      sensor_data: {
        name: "sensor_data",
        database_name: "sensor_lake_dev",
        parameters: daily,
        partition_keys: [{ name: "dt", type: "string" }],
        storage_descriptor: {
          location: sensorData.location.replace(bucket, "${aws_s3_bucket.lake.bucket}"),
          columns: sensorData.columns,
          ser_de_info: { serialization_library: sensorData.serializationLibrary },
        },
      },
    },
    aws_athena_named_query: {
      latest: {
        name: "latest-readings",
        description: "The latest",
        database: "sensor_lake_dev",
        query: 'SELECT sensor_id FROM sensor_data ORDER BY "timestamp" DESC LIMIT 1',
      },
    },
    aws_athena_prepared_statement: {
      above: {
        name: "readings_above",
        description: "Readings above a threshold",
        workgroup: "sensor-lake-dev",
        query_statement: "SELECT sensor_id FROM sensor_data WHERE temperature > /* threshold */ ? ORDER BY 1",
      },
    },
  },
};

const query = (...args: string[]) => queryWith({}, ...args);

const queryWith = (options: RunOptions, ...args: string[]) =>
  runCli(["query", ...args, "--stack", join(folder, "cdk.tf.json"), "--dir", folder], options);

beforeEach(async () => {
  folder = temporaryFolder();
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
  await writeReadings(join(folder, "lake"), today, "a.parquet", [
    reading({ sensor_id: "sensor-001", temperature: 25, timestamp: `${today}T00:00:01Z` }),
    reading({ sensor_id: "sensor-002", temperature: 35, timestamp: `${today}T00:00:02Z` }),
  ]);
});

describe("the query command", () => {
  it("prints the rows as a table, and counts, time and price on standard error", async () => {
    const { code, stdout, stderr } = await query("SELECT sensor_id, temperature FROM sensor_data ORDER BY 1");
    expect(code).toBe(0);
    expect(stdout).toContain("│ sensor-002 │          35 │");
    expect(stderr).toMatch(/^2 rows in \d+\.\d\d s, \d+ B scanned \(0\.00005 USD on Athena\)\n$/);
  });

  it.each(["DESC sensor_data", "-- what there is\nSHOW TABLES", "/* c */ DESCRIBE sensor_data"])(
    "gives no price of a statement about the catalog: %s",
    async (sql) => {
      expect((await query(sql)).stderr).toMatch(/^\d+ rows? in \d+\.\d\d s\n$/);
    },
  );

  it("runs a named query", async () => {
    expect((await query("--name", "latest-readings", "--format", "csv")).stdout).toBe(
      "sensor_id\nsensor-002\n",
    );
  });

  it("runs a prepared statement with parameters", async () => {
    const { stdout } = await query(
      "--name",
      "readings_above",
      "--param",
      "threshold=30",
      "--format",
      "ndjson",
    );
    expect(stdout).toBe('{"sensor_id":"sensor-002"}\n');
  });

  it("gives a statement's :names their values", async () => {
    const sql = "SELECT sensor_id FROM sensor_data WHERE sensor_id = :sensor AND temperature < :limit";
    const { stdout } = await query(
      sql,
      "--param",
      "sensor=sensor-001",
      "--param",
      "limit=30",
      "--format",
      "ndjson",
    );
    expect(stdout).toBe('{"sensor_id":"sensor-001"}\n');
  });

  it("lists the stack's queries with their parameters", async () => {
    const { stdout } = await query("--list", "--format", "json");
    expect(JSON.parse(stdout)).toEqual([
      { name: "latest-readings", parameters: "", description: "The latest" },
      { name: "readings_above", parameters: "threshold", description: "Readings above a threshold" },
    ]);
  });

  it("lists them with their whole names on any terminal, and with what each has to be given", async () => {
    expect((await query("--list")).stdout).toBe(
      [
        "latest-readings",
        "    The latest",
        "readings_above --param threshold=…",
        "    Readings above a threshold",
        "",
      ].join("\n"),
    );
  });

  it("reads the statement from a file or from standard input", async () => {
    writeFileSync(join(folder, "q.sql"), "SELECT count(*) AS n FROM sensor_data;\n");
    expect((await query("--file", join(folder, "q.sql"), "--format", "ndjson")).stdout).toBe('{"n":2}\n');
    expect((await queryWith({ input: "SELECT 1 AS one" }, "-", "--format", "ndjson")).stdout).toBe(
      '{"one":1}\n',
    );
  });

  it("writes the answer to a file, in the format of its name", async () => {
    const file = join(folder, "answer.json");
    expect((await query("SELECT 1 AS one", "--output", file)).stdout).toBe("");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual([{ one: 1 }]);
  });

  it("names no price for a statement about the catalog", async () => {
    const { stdout, stderr } = await query("SHOW TABLES", "--format", "csv");
    expect(stdout).toContain("sensor_data");
    expect(stderr).not.toContain("USD");
  });

  it("says when data is to be expected where there is none", async () => {
    const empty = {
      ...stack,
      resource: {
        ...stack.resource,
        aws_kinesis_stream: { in: { name: "in", shard_count: 1 } },
        aws_kinesis_firehose_delivery_stream: {
          out: {
            name: "out",
            destination: "extended_s3",
            kinesis_source_configuration: {
              kinesis_stream_arn: "${aws_kinesis_stream.in.arn}",
              role_arn: "r",
            },
            extended_s3_configuration: {
              bucket_arn: "${aws_s3_bucket.lake.arn}",
              role_arn: "r",
              prefix: "processed/sensor_data/dt=!{timestamp:yyyy-MM-dd}/",
              error_output_prefix: "errors/!{firehose:error-output-type}/",
              buffering_interval: 90,
              buffering_size: 64,
            },
          },
        },
      },
    };
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(empty));
    expect((await query("SELECT * FROM sensor_data")).stderr).not.toContain("no data yet");
    rmSync(join(folder, "lake"), { recursive: true });
    mkdirSync(join(folder, "lake"));
    expect((await query("SELECT * FROM sensor_data")).stderr).toMatch(
      /^sensor_data has no data yet: delivery flushes 90 s after a first record, or at 64 MiB/,
    );
    let shown = "";
    await queryWith({ onWrite: (text) => (shown += text) }, "SELECT count(*) AS n FROM sensor_data");
    expect(shown).toMatch(/└─+┘\nsensor_data has no data yet: .*\n1 row in /);
  });

  it("stops when the person gives up", async () => {
    const endless =
      "SELECT sum(a.x * b.x * c.x) FROM unnest(sequence(1, 10000)) AS a(x), unnest(sequence(1, 10000)) AS b(x), unnest(sequence(1, 10000)) AS c(x)";
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Interruption("stopped", 130)), 200);
    const { code, stdout, stderr } = await queryWith({ signal: stop.signal }, endless);
    expect([code, stdout, stderr]).toEqual([130, "", "query: stopped\n"]);
  });

  it("stops a statement at its time limit", async () => {
    const endless =
      "SELECT sum(a.x * b.x * c.x) FROM unnest(sequence(1, 10000)) AS a(x), unnest(sequence(1, 10000)) AS b(x), unnest(sequence(1, 10000)) AS c(x)";
    const { code, stderr } = await query(endless, "--time-limit", "0.2");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^query: .*time.*\n$/)]);
  });

  it.each([
    "EXPORT DATABASE 'TARGET'",
    "COPY sensor_data TO 'TARGET'",
    "EXPLAIN ANALYZE COPY sensor_data TO 'TARGET'",
    "ATTACH 'TARGET'",
  ])("writes nothing outside of the lake: %s", async (sql) => {
    const target = join(folder, "written");
    const { code, stderr } = await query(sql.replace("TARGET", target));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^query: /);
    expect(stderr).not.toContain("internal error");
    expect(existsSync(target)).toBe(false);
  });

  it("explains itself", async () => {
    const { code, stdout } = await query("--help");
    expect(code).toBe(0);
    for (const option of [
      "--file",
      "--name",
      "--list",
      "--param",
      "--aws",
      "--stack",
      "--dir",
      "--format",
      "--output",
    ])
      expect(stdout).toContain(option);
  });
});

describe("the process", () => {
  it("ends with the exit code of what it did", async () => {
    const child = spawn(
      process.execPath,
      [...program("cli/main.ts"), "query", "SELECT 1 AS one", "--format", "ndjson"].concat([
        "--stack",
        join(folder, "cdk.tf.json"),
        "--dir",
        folder,
      ]),
      { cwd: join(__dirname, "../../.."), stdio: ["ignore", "pipe", "pipe"] },
    );
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect([stdout, code]).toEqual(['{"one":1}\n', 0]);
  });
});

describe("a wrong command line", () => {
  it.each([
    [["--nope"], "unknown option --nope; did you mean --name?"],
    [["--wherever"], "unknown option --wherever; --help lists what there is"],
    [[], 'there is no statement: give one of a statement in quotes, "-", --file, --name and --list'],
    [["SELECT", "1"], "2 arguments are given and it takes 1; put text that has blanks in quotes"],
    [["SELECT 1", "--list"], 'give only one of a statement in quotes, "-", --file, --name and --list'],
    [["--file"], "--file needs a value; --help lists what there is"],
    [["--name", "--list"], "--name needs a value; --help lists what there is"],
    [["--name", "latest-reading"], 'there is no query "latest-reading"; did you mean latest-readings?'],
    [["--name", "nope"], 'there is no query "nope"; there are latest-readings, readings_above'],
    [
      ["SELECT 1", "--format", "cvs"],
      '--format is "cvs"; it must be table, json, ndjson, csv or markdown; did you mean csv?',
    ],
    [["SELECT 1", "--param", "x"], '--param is "x"; it must be NAME=VALUE'],
    [
      ["SELECT 1", "--time-limit", "soon"],
      '--time-limit is "soon"; it must be a number from 0.001 to 86,400',
    ],
    [["--file", "/"], "--file / is a folder, not a file"],
    [["SELECT 1", "--output", "/"], "--output / is a folder, not a file"],
    [["SELECT 1", "--output="], "--output is empty; it needs a value"],
    [["SELECT 1", "--aws"], "option --aws cannot be used with option --dir; --help lists what there is"],
    [
      ["--list", "--param", "x=1"],
      "option --list cannot be used with option --param; --help lists what there is",
    ],
    [["SELECT :x"], "the statement needs --param x=…"],
    [["SELECT 1", "--param", "x=1"], 'the statement has no parameter "x"'],
  ])("%j is a mistake in the command line: exit code 2", async (args, message) => {
    expect(await query(...args)).toEqual({ code: 2, stdout: "", stderr: `query: ${message}\n` });
  });

  it.each([
    [["--file", "nope.sql"], /^query: nope\.sql: no such file or directory \(ENOENT\)\n$/],
    [
      ["SELECT * FROM nope"],
      /^query: TABLE_NOT_FOUND: line 1:15: Table .*nope.* does not exist.*\n\nSELECT \* FROM nope\n +\^\n$/,
    ],
    [["SELECT 1 FORM x"], /^query: SYNTAX_ERROR: line 1:15: mismatched input .*\n\nSELECT 1 FORM x\n +\^\n$/],
  ])("%j fails in a line that says why", async (args, message) => {
    const { code, stdout, stderr } = await query(...args);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
  });

  it("fails when there is no stack", async () => {
    rmSync(join(folder, "cdk.tf.json"));
    const { code, stderr } = await query("SELECT 1");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^query: there is no stack at .*\n$/);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rollupStatement } from "@streaming-data-lake/dataset/rollup";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ownIdentity } from "../../local/kinesis/store/process-identity";
import { publish } from "../../local/runner/runtime-file";
import { type StatusOptions, serveStatus } from "../../local/runner/status-server";
import type { GlueTable } from "../../terraform/types";
import { bucket, reading, sensorData, sensorHourly, writeReadings } from "../lake/lake-fixture";
import { temporaryFolder } from "../support/folders";
import { runCli } from "./support";

let dir: string;
const today = new Date().toISOString().slice(0, 10);

const glueTable = ({ name, database, parameters, location, columns, serializationLibrary }: GlueTable) => ({
  name,
  database_name: database,
  parameters,
  partition_keys: [{ name: "dt", type: "string" }],
  storage_descriptor: { location, columns, ser_de_info: { serialization_library: serializationLibrary } },
});

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** A role of the schedule that may do this. */
const rollupRole = (...actions: readonly string[]) => ({
  aws_iam_role: {
    rollup: {
      name: "rollup",
      assume_role_policy: document({
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    },
  },
  aws_iam_role_policy: {
    rollup: {
      name: "rollup",
      role: "rollup",
      policy: document({ Effect: "Allow", Action: actions, Resource: "*" }),
    },
  },
});

const writeStack = (expression = "cron(15 * * * ? *)", more: object = {}) =>
  writeFileSync(
    join(dir, "cdk.tf.json"),
    JSON.stringify({
      resource: {
        ...more,
        aws_s3_bucket: { lake: { bucket } },
        aws_glue_catalog_table: { data: glueTable(sensorData), hourly: glueTable(sensorHourly) },
        aws_scheduler_schedule: {
          hourly: {
            name: "sensor-hourly",
            schedule_expression: expression,
            target: {
              arn: "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution",
              role_arn: "arn:aws:iam::000000000000:role/rollup",
              dead_letter_config: { arn: "arn:aws:sqs:us-east-1:000000000000:discarded" },
              input: JSON.stringify({ QueryString: rollupStatement({ alertThresholdCelsius: 30 }) }),
            },
          },
        },
      },
    }),
  );

beforeEach(async () => {
  dir = temporaryFolder();
  writeStack();
  await writeReadings(join(dir, "lake"), today, "a.parquet", [reading({ timestamp: `${today}T00:30:00Z` })]);
});

describe("npm run local -- rollup", () => {
  const run = (...args: string[]) =>
    runCli(["rollup", "--dir", dir, "--stack", join(dir, "cdk.tf.json"), ...args]);
  const runs = async (...args: string[]) => JSON.parse((await run("--json", ...args)).stdout);

  it("runs the stack's schedules for given hours and replaces what was there", async () => {
    expect(await runs("--hour", `${today}T00`, "--hour", `${today}T01:00Z`)).toMatchObject([
      {
        schedule: "sensor-hourly",
        scheduledTime: `${today}T01:15:00.000Z`,
        rows: 1,
        replacedObjects: 0,
      },
      {
        schedule: "sensor-hourly",
        scheduledTime: `${today}T02:15:00.000Z`,
        rows: 0,
        replacedObjects: 0,
      },
    ]);
    expect(await runs("--hour", `${today}T00`)).toMatchObject([{ rows: 1, replacedObjects: 1 }]);
  });

  it("shows each hour with its rows", async () => {
    const { code, stdout, stderr } = await run("--hour", `${today}T00`);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[3]).toBe(`│ sensor-hourly │ ${today} 00:00:00 │    1 │                0 │`);
  });

  it("fails in one line when a schedule can't be run here", async () => {
    writeStack("every(hour)");
    expect(await run()).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^rollup: schedule sensor-hourly: "every\(hour\)" is not cron.*\n$/),
    });
  });

  describe("while a runner is running", () => {
    const asked: unknown[] = [];

    /** A runner's door, with what it answers. */
    async function runnerWith(rollup: StatusOptions["rollup"]): Promise<void> {
      const none = async () => {};
      const server = await serveStatus({ status: () => ({}), flush: none, rollup, onLost: () => {} });
      onTestFinished(() => server.close());
      const [region, endpoint] = ["us-east-1", "http://127.0.0.1:1"];
      publish(dir, { ...ownIdentity(), region, endpoint, streams: [], buckets: {}, status: server.url });
    }

    it("has that one run them, so that its alarms hear of it", async () => {
      const scheduledTime = new Date("2024-01-15T11:15:00Z");
      await runnerWith(async (times) => {
        asked.push(times);
        const statistics = { milliseconds: 1, bytesScanned: 10, tables: [], notes: [] };
        return [{ schedule: "sensor-hourly", scheduledTime, rows: 7, replacedObjects: 1, statistics }];
      });
      const { stdout } = await runCli(["rollup", "--dir", dir, "--hour", "2024-01-15T10"]);
      expect(stdout.split("\n")[3]).toBe("│ sensor-hourly │ 2024-01-15 10:00:00 │    7 │                1 │");
      await runCli(["rollup", "--dir", dir]);
      expect(asked).toEqual([{ hours: [new Date("2024-01-15T10:00:00Z")] }, {}]);
    });

    it("tells in one line why that one can't", async () => {
      await runnerWith(() => Promise.reject(new Error("schedule sensor-hourly: not started: denied")));
      expect(await runCli(["rollup", "--dir", dir])).toEqual({
        code: 1,
        stdout: "",
        stderr: "rollup: schedule sensor-hourly: not started: denied\n",
      });
    });

    it("runs another stack's by itself", async () => {
      await runnerWith(() => Promise.reject(new Error("not asked")));
      expect(await runs("--hour", `${today}T00`)).toMatchObject([{ rows: 1 }]);
    });
  });

  describe("in the name of the schedule's role", () => {
    const denied = async (...actions: readonly string[]) => {
      writeStack(undefined, rollupRole(...actions));
      const { code, stderr } = await run("--hour", `${today}T00`);
      return `${code} ${stderr}`;
    };

    it("runs what the role may", async () => {
      expect(await denied("athena:*", "glue:*", "s3:*")).toBe("0 ");
    });

    it("does not start a query that the role may not start, and sends it to the schedule's queue", async () => {
      expect(await denied("glue:*", "s3:*", "sqs:SendMessage")).toMatch(
        /^1 rollup: schedule sensor-hourly: not started: User: arn:aws:sts::000000000000:assumed-role\/rollup\/sensor-hourly is not authorized to perform: athena:StartQueryExecution on resource: arn:aws:athena:us-east-1:000000000000:workgroup\/primary because/,
      );
      expect(JSON.parse(readFileSync(join(dir, "dead-letters.ndjson"), "utf8"))).toMatchObject({
        destination: "arn:aws:sqs:us-east-1:000000000000:discarded",
        schedule: "sensor-hourly",
      });
      const { stdout } = await runCli(["dead-letters", "--dir", dir]);
      expect(stdout).toMatch(/│ sensor-hourly +│ AccessDeniedException +│/);
    });

    it.each([
      [
        "glue:GetTable",
        "glue:*",
        /FAILED: Insufficient permissions to execute the query\. User: .*glue:GetDatabase/,
      ],
      [
        "the objects",
        "s3:GetObject",
        /FAILED: Permission denied on S3 path\. User: .*s3:GetObject on resource: arn:aws:s3:::.*\/processed\/sensor_/,
      ],
      [
        "what is written",
        "s3:PutObject",
        /FAILED: Permission denied on S3 path\. User: .*s3:PutObject on resource: .*\/sensor_hourly\//,
      ],
    ])("fails a query without %s, with the reason", async (_, action, message) => {
      const rest = ["athena:*", "glue:*", "s3:GetObject", "s3:PutObject"].filter((one) => one !== action);
      expect(await denied(...rest, "s3:List*", "s3:GetBucketLocation", "s3:AbortMultipartUpload")).toMatch(
        message,
      );
    });

    it("tells of it and goes on with --iam report", async () => {
      writeStack(undefined, rollupRole("athena:*"));
      const { code, stderr } = await run("--hour", `${today}T00`, "--iam", "report");
      expect(code).toBe(0);
      expect(stderr).toContain("rollup: AWS would deny: User: arn:aws:sts::000000000000:assumed-role/rollup");
    });
  });

  it.each([
    [
      ["rollup", "--hour", "yesterday"],
      'rollup: --hour is "yesterday"; it must be an hour (UTC) such as 2024-01-15T10',
    ],
    [
      ["rollup", "--hour", "2024-01-15T25"],
      'rollup: --hour is "2024-01-15T25"; it must be an hour (UTC) such as 2024-01-15T10',
    ],
    [["rollup", "--port", "1"], "rollup: unknown option --port; --help lists what there is"],
    [["--hour", "2024-01-15T10"], "run: unknown option --hour; --help lists what there is"],
    [["rollup", "now"], "rollup: it takes no arguments, only flags; --help lists them"],
  ])("refuses %j", async (args, message) => {
    expect(await runCli(args)).toEqual({ code: 2, stdout: "", stderr: `${message}\n` });
  });
});

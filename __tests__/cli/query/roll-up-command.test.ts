import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rollUpStatement } from "@streaming-data-lake/dataset/roll-up";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseArguments } from "../../../cli/run/arguments";
import { renderRuns, runRollUp } from "../../../cli/run/roll-up";
import type { GlueTable } from "../../../terraform/types";
import {
  bucket,
  makeLakeFolder,
  reading,
  sensorData,
  sensorHourly,
  writeReadings,
} from "../../lake/lake-fixture";

let dir: string;
let remove: () => void;
const today = new Date().toISOString().slice(0, 10);

const glueTable = ({ name, database, parameters, location, columns, serializationLibrary }: GlueTable) => ({
  name,
  database_name: database,
  parameters,
  partition_keys: [{ name: "dt", type: "string" }],
  storage_descriptor: { location, columns, ser_de_info: { serialization_library: serializationLibrary } },
});

const writeStack = (expression = "cron(15 * * * ? *)") =>
  writeFileSync(
    join(dir, "cdk.tf.json"),
    JSON.stringify({
      resource: {
        aws_s3_bucket: { lake: { bucket } },
        aws_glue_catalog_table: { data: glueTable(sensorData), hourly: glueTable(sensorHourly) },
        aws_scheduler_schedule: {
          hourly: {
            name: "sensor-hourly",
            schedule_expression: expression,
            target: {
              arn: "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution",
              role_arn: "arn:aws:iam::000000000000:role/rollup",
              input: JSON.stringify({ QueryString: rollUpStatement({ alertThresholdCelsius: 30 }) }),
            },
          },
        },
      },
    }),
  );

beforeEach(async () => {
  ({ folder: dir, remove } = makeLakeFolder());
  writeStack();
  await writeReadings(join(dir, "lake"), today, "a.parquet", [reading({ timestamp: `${today}T00:30:00Z` })]);
});

afterEach(() => remove());

describe("npm run local -- rollup", () => {
  const run = (...args: string[]) =>
    runRollUp(parseArguments(["rollup", "--dir", dir, "--stack", join(dir, "cdk.tf.json"), ...args]));

  it("runs the stack's schedules for given hours and replaces what was there", async () => {
    expect(await run("--hour", `${today}T00`, "--hour", `${today}T01:00Z`)).toMatchObject([
      {
        schedule: "sensor-hourly",
        scheduledTime: new Date(`${today}T01:15:00Z`),
        rows: 1,
        replacedObjects: 0,
      },
      {
        schedule: "sensor-hourly",
        scheduledTime: new Date(`${today}T02:15:00Z`),
        rows: 0,
        replacedObjects: 0,
      },
    ]);
    expect(await run("--hour", `${today}T00`)).toMatchObject([{ rows: 1, replacedObjects: 1 }]);
  });

  it("shows each hour with its rows", async () => {
    expect(renderRuns(await run("--hour", `${today}T00`), 80).split("\n")[2]).toBe(
      `│ sensor-hourly │ ${today} 00:00:00 │    1 │                0 │`,
    );
  });

  it("fails in one line when a schedule can't be run here", async () => {
    writeStack("rate(5 minutes)");
    await expect(run()).rejects.toThrow(/^schedule sensor-hourly: "rate\(5 minutes\)" is not of the form/);
  });

  it.each([
    [
      ["rollup", "--hour", "yesterday"],
      '--hour must be an hour (UTC) such as 2024-01-15T10, not "yesterday"',
    ],
    [["rollup", "--hour", "2024-01-15T25"], "--hour must be an hour"],
    [["rollup", "--port", "1"], "rollup takes no --port: see --help"],
    [["--hour", "2024-01-15T10"], "run takes no --hour: see --help"],
    [["rollup", "now"], 'unknown argument "now": see --help'],
  ])("refuses %j", (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
  });
});

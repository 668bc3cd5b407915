import { expect, it } from "vitest";
import type { World } from "../../local/aws/index";
import { pipelineOf } from "../../local/console/pipeline/graph";
import { readStack } from "../../terraform/index";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";

/** The edges of a scheduled query in a stack of two databases that each have a table `events`. */
function edgesOf(statement: Readonly<Record<string, unknown>>) {
  const table = (database: string) => ({
    name: "events",
    database_name: database,
    storage_descriptor: [
      { location: `s3://elsewhere/${database}/`, columns: [{ name: "id", type: "string" }] },
    ],
  });
  const path = writeStack(temporaryFolder(), {
    more: {
      aws_glue_catalog_database: { one: { name: "one" }, two: { name: "two" } },
      aws_glue_catalog_table: { one: table("one"), two: table("two") },
      aws_scheduler_schedule: {
        hourly: {
          name: "hourly",
          schedule_expression: "cron(5 * * * ? *)",
          flexible_time_window: { mode: "OFF" },
          target: {
            arn: "arn:aws:scheduler:::aws-sdk:athena:startQueryExecution",
            role_arn: "arn:aws:iam::000000000000:role/r",
            input: JSON.stringify(statement),
          },
        },
      },
    },
  });
  const world = { ...readStack(path), runner: { dir: "", access: { notes: [] } }, resources: () => [] };
  const { edges } = pipelineOf(world as unknown as World, { kinesis: "" });
  const schedule = "aws_scheduler_schedule.hourly";
  return edges.filter(({ from, to }) => from === schedule || to === schedule);
}

const table = (name: string) => `aws_glue_catalog_table.${name}`;

it("a scheduled query reads and fills the tables of the databases that it names", () => {
  expect(edgesOf({ QueryString: "INSERT INTO two.events SELECT * FROM one.events" })).toEqual([
    { from: table("one"), to: "aws_scheduler_schedule.hourly", kind: "queries" },
    { from: "aws_scheduler_schedule.hourly", to: table("two"), kind: "rows" },
  ]);
});

it("a scheduled query's names without a database are those of its own database", () => {
  const statement = {
    QueryString: "INSERT INTO events SELECT * FROM one.events",
    QueryExecutionContext: { Database: "two" },
  };
  expect(edgesOf(statement)).toContainEqual({
    from: "aws_scheduler_schedule.hourly",
    to: table("two"),
    kind: "rows",
  });
});

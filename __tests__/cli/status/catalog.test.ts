import { join } from "node:path";
import { expect, it } from "vitest";
import { madeIn, madeLines } from "../../../cli/status/catalog";
import { openLake } from "../../../local/lake";
import { temporaryFolder } from "../../support/folders";

it("lists what statements have made in a run's folder, and nothing before", async () => {
  const folder = temporaryFolder();
  expect(await madeIn(folder)).toBeUndefined();
  const lake = await openLake({ tables: [] }, join(folder, "lake"));
  for (const sql of [
    "CREATE DATABASE d",
    "CREATE EXTERNAL TABLE d.t (a int) LOCATION 's3://lake/t/'",
    "CREATE VIEW d.v AS SELECT a FROM d.t",
    "PREPARE p FROM SELECT 1",
  ])
    await lake.query(sql);
  lake.close();
  expect(madeLines(await madeIn(folder))).toEqual([
    "",
    "Made by statements:",
    "  databases: d",
    "  tables: d.t",
    "  views: d.v",
    "  prepared statements: primary/p",
  ]);
});

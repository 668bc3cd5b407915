import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Lake, openLake } from "../../../local/lake/index";
import { statementSteps } from "../../../local/runner/access/athena";
import { loadStack } from "../../../terraform";

let folder: string;
let lake: Lake;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "access-")));
  lake = await openLake({ tables: [] }, folder);
});

afterAll(() => {
  lake.close();
  rmSync(folder, { recursive: true });
});

const stack = () => {
  const file = join(folder, "cdk.tf.json");
  writeFileSync(file, JSON.stringify({ provider: { aws: [{ region: "us-east-1" }] }, resource: {} }));
  return loadStack(file);
};

/** What Athena calls in the name of a role for a statement: `action resource`. */
async function callsOf(sql: string): Promise<string[]> {
  const calls: string[] = [];
  const caller = { roleArn: "arn:aws:iam::000000000000:role/analyst", session: "me" };
  await lake.query(sql, [], {
    authorize: (access) => {
      for (const step of statementSteps(stack(), caller, undefined, access))
        calls.push(...step.calls.map(({ action, resource }) => `${action} ${resource}`));
    },
  });
  return calls;
}

it("asks of a CREATE TABLE AS for the table that it makes, its partitions and its objects", async () => {
  const calls = await callsOf(
    "CREATE TABLE made WITH (external_location = 's3://lake/made/', partitioned_by = ARRAY['p']) AS SELECT 1 AS n, 'a' AS p",
  );
  expect(calls).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^glue:CreateTable .*:table\/default\/made$/),
      expect.stringMatching(/^glue:CreateTable .*:database\/default$/),
      expect.stringMatching(/^glue:BatchCreatePartition .*:table\/default\/made$/),
      "s3:PutObject arn:aws:s3:::lake/made/object",
    ]),
  );
});

it("asks of an UNLOAD for the objects that it writes", async () => {
  expect(await callsOf("UNLOAD (SELECT 1 AS n) TO 's3://lake/out/' WITH (format = 'JSON')")).toContain(
    "s3:PutObject arn:aws:s3:::lake/out/object",
  );
});

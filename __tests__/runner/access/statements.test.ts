import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { QueryError } from "../../../local/lake/index";
import { statementSteps } from "../../../local/runner/access/athena";
import { forwarded, useKey } from "../../../local/runner/access/calls";
import { ObjectCalls } from "../../../local/runner/access/s3";
import { loadStack } from "../../../terraform";
import { emptyLake } from "../../lake/empty-lake";

const lake = emptyLake();
const { folder } = lake;

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

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledvia
it("says in its condition keys that Athena makes the call", async () => {
  const caller = { roleArn: "arn:aws:iam::000000000000:role/analyst", session: "me" };
  const contexts: unknown[] = [];
  await lake.query("SHOW TABLES", [], {
    authorize: (access) => {
      for (const { calls } of statementSteps(stack(), caller, undefined, access))
        contexts.push(...calls.map(({ context }) => context));
    },
  });
  expect(contexts[0]).toEqual({
    "aws:CalledVia": ["athena.amazonaws.com"],
    "aws:CalledViaFirst": "athena.amazonaws.com",
    "aws:CalledViaLast": "athena.amazonaws.com",
    "aws:ViaAWSService": "true",
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
it("says through which services a key is used in the caller's name", () => {
  const keyArn = "arn:aws:kms:us-east-1:000000000000:key/k";
  const caller = { roleArn: "arn:aws:iam::000000000000:role/r", session: "s" };
  const use = { via: "s3", encryptionContext: {} };
  const place = { region: "us-east-1", accountId: "000000000000" };
  const [byS3] = useKey(place, caller, keyArn, ["kms:Decrypt"], use);
  expect(byS3?.context).toMatchObject({
    "kms:ViaService": "s3.us-east-1.amazonaws.com",
    "aws:ViaAWSService": "true",
    "aws:CalledVia": ["s3.amazonaws.com"],
  });
  expect(byS3 && forwarded(byS3, "athena.amazonaws.com").context).toMatchObject({
    "aws:CalledVia": ["athena.amazonaws.com", "s3.amazonaws.com"],
    "aws:CalledViaFirst": "athena.amazonaws.com",
    "aws:CalledViaLast": "s3.amazonaws.com",
  });
  const [byService] = useKey(place, { service: "cloudwatch.amazonaws.com" }, keyArn, ["kms:Decrypt"], use);
  expect(byService?.context).not.toHaveProperty("aws:CalledVia");
});

it("says with which key an object is written", () => {
  const caller = { roleArn: "arn:aws:iam::000000000000:role/delivery", session: "d" };
  const key = "arn:aws:kms:us-east-1:000000000000:key/k";
  const [put] = new ObjectCalls(stack(), caller, key).write("lake", "object");
  expect(put?.context).toEqual({
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": key,
  });
  expect(new ObjectCalls(stack(), caller).write("lake", "object")[0]?.context).toBeUndefined();
});

it("requires the new table, its partitions and its objects for CREATE TABLE AS", async () => {
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

it("requires the written objects for UNLOAD", async () => {
  expect(await callsOf("UNLOAD (SELECT 1 AS n) TO 's3://lake/out/' WITH (format = 'JSON')")).toContain(
    "s3:PutObject arn:aws:s3:::lake/out/object",
  );
});

describe("for a table with partitions and a view over it", () => {
  beforeAll(async () => {
    for (const sql of [
      "CREATE EXTERNAL TABLE orders (id int) PARTITIONED BY (dt string) LOCATION 's3://shop/orders/'",
      "CREATE VIEW large AS SELECT id FROM orders WHERE id > 10",
      "CREATE VIEW larger AS SELECT id FROM large WHERE id > 100",
    ])
      await lake.query(sql);
  });

  /** The actions on a table, or on the catalog's other things, without the account. */
  const on = async (sql: string, resource: string) => ofResource(await callsOf(sql), resource);
  const ofResource = (calls: readonly string[], resource: string) =>
    calls.flatMap((call) => {
      const [action = "", asked = ""] = call.split(" ");
      return asked.endsWith(`:${resource}`) ? [action] : [];
    });
  const orders = "table/default/orders";

  it("requires the definition of a view, and the definitions and objects of everything that its query names", async () => {
    const calls = await callsOf("SELECT * FROM larger");
    for (const name of ["larger", "large", "orders"])
      expect(calls).toContainEqual(
        expect.stringMatching(new RegExp(`^glue:GetTable .*:table/default/${name}$`)),
      );
    expect(calls).toContainEqual(expect.stringMatching(/^glue:GetPartitions .*:table\/default\/orders$/));
    expect(calls).toContain("s3:GetObject arn:aws:s3:::shop/orders/object");
  });

  it("requires only definitions when nothing is read", async () => {
    for (const sql of [
      "EXPLAIN (TYPE VALIDATE) SELECT * FROM larger",
      "CREATE OR REPLACE VIEW larger AS SELECT id FROM large WHERE id > 100",
      "CREATE TABLE none WITH (external_location = 's3://shop/none/') AS SELECT * FROM larger WITH NO DATA",
    ]) {
      const calls = await callsOf(sql);
      expect(ofResource(calls, orders)).toEqual(["glue:GetTable"]);
      expect(calls.join()).not.toContain("s3:GetObject");
    }
  });

  it.each([
    ["CREATE VIEW v AS SELECT 1 AS one", "table/default/v", ["glue:GetTable", "glue:CreateTable"]],
    ["CREATE OR REPLACE VIEW v AS SELECT 2 AS one", "table/default/v", ["glue:GetTable", "glue:UpdateTable"]],
    ["SHOW CREATE VIEW v", "table/default/v", ["glue:GetTable"]],
    ["DROP VIEW v", "table/default/v", ["glue:GetTable", "glue:DeleteTable"]],
    [
      "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://shop/t/'",
      "table/default/t",
      ["glue:GetTable", "glue:CreateTable"],
    ],
    ["ALTER TABLE t ADD COLUMNS (b int)", "table/default/t", ["glue:GetTable", "glue:UpdateTable"]],
    ["DROP TABLE t", "table/default/t", ["glue:GetTable", "glue:DeleteTable"]],
    ["SHOW CREATE TABLE orders", orders, ["glue:GetTable"]],
    ["DESCRIBE orders", orders, ["glue:GetTable"]],
    ["SHOW PARTITIONS orders", orders, ["glue:GetTable", "glue:GetPartitions", "glue:GetPartition"]],
    [
      'SELECT * FROM "orders$partitions"',
      orders,
      ["glue:GetTable", "glue:GetPartitions", "glue:GetPartition"],
    ],
    [
      "MSCK REPAIR TABLE orders",
      orders,
      ["glue:GetTable", "glue:GetPartitions", "glue:BatchCreatePartition"],
    ],
    ["SHOW TABLES", "table/default/*", ["glue:GetTables"]],
    ["SHOW DATABASES", "database/*", ["glue:GetDatabases"]],
    ["CREATE DATABASE shop", "database/shop", ["glue:GetDatabase", "glue:CreateDatabase"]],
    [
      "ALTER DATABASE shop SET DBPROPERTIES ('a' = 'b')",
      "database/shop",
      ["glue:GetDatabase", "glue:UpdateDatabase"],
    ],
    [
      "DROP DATABASE shop",
      "table/shop/*",
      ["glue:DeleteDatabase", "glue:GetTables", "glue:GetTable", "glue:DeleteTable"],
    ],
    ["PREPARE p FROM SELECT 1 AS one", "workgroup/primary", ["athena:CreatePreparedStatement"]],
    ["PREPARE p FROM SELECT 2 AS one", "workgroup/primary", ["athena:UpdatePreparedStatement"]],
    ["EXECUTE p", "workgroup/primary", ["athena:GetPreparedStatement"]],
    ["DEALLOCATE PREPARE p", "workgroup/primary", ["athena:DeletePreparedStatement"]],
  ])("requires for %s on %s: %j", async (sql, resource, actions) => {
    expect(await on(sql, resource)).toEqual(actions);
  });

  it.each([
    ["ADD PARTITION (dt = '1')", "glue:BatchCreatePartition"],
    ["PARTITION (dt = '1') RENAME TO PARTITION (dt = '2')", "glue:UpdatePartition"],
    ["PARTITION (dt = '2') SET LOCATION 's3://shop/other/'", "glue:UpdatePartition"],
    ["DROP PARTITION (dt = '2')", "glue:BatchDeletePartition"],
  ])("requires for ALTER TABLE %s: %s", async (action, expected) => {
    expect(await on(`ALTER TABLE orders ${action}`, orders)).toContain(expected);
  });

  it("requires listing the objects for MSCK REPAIR TABLE, but not reading them", async () => {
    const calls = await callsOf("MSCK REPAIR TABLE orders");
    expect(calls).toContain("s3:ListBucket arn:aws:s3:::shop");
    expect(calls.join()).not.toContain("s3:GetObject");
  });

  it("leaves everything unchanged when a call is denied", async () => {
    const deny = () => {
      throw new QueryError("denied");
    };
    for (const sql of [
      "DROP TABLE orders",
      "DROP VIEW large",
      "ALTER TABLE orders ADD COLUMNS (b int)",
      "CREATE VIEW denied AS SELECT 1 AS one",
      "CREATE DATABASE denied",
      "PREPARE denied FROM SELECT 1",
      "CREATE TABLE denied AS SELECT 1 AS one",
    ])
      await expect(lake.query(sql, [], { authorize: deny })).rejects.toThrow("denied");
    const { rows } = await lake.query("SHOW TABLES");
    expect(rows.map(({ tab_name }) => tab_name)).toEqual(expect.arrayContaining(["large", "orders"]));
    expect(JSON.stringify(rows)).not.toContain("denied");
    expect(JSON.stringify((await lake.query("SHOW DATABASES")).rows)).not.toContain("denied");
    await expect(lake.query("EXECUTE denied")).rejects.toThrow("not found");
  });
});

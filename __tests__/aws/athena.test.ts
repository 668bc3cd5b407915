import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import {
  Athena,
  paginateGetQueryResults,
  type StartQueryExecutionCommandInput,
} from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { S3 } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { TestEndpoint } from "./fixtures/endpoint";

const bucket = "lab-test-000000000000";
const shared = TestEndpoint.shared({
  more: {
    aws_athena_workgroup: {
      lab: {
        name: "lab",
        configuration: {
          enforce_workgroup_configuration: true,
          result_configuration: { output_location: `s3://${bucket}/results/` },
        },
      },
    },
    aws_athena_named_query: {
      one: { name: "one", database: "lake", workgroup: "lab", query: "SELECT 1", description: "the first" },
    },
  },
});

async function start() {
  const run = await shared();
  const athena = new Athena(run.client);
  const s3 = new S3({ ...run.client, forcePathStyle: true });
  const glue = new Glue(run.client);
  const begin = async (QueryString: string, more: Partial<StartQueryExecutionCommandInput> = {}) => {
    const context = { QueryExecutionContext: { Database: "lake" } };
    const input = { QueryString, WorkGroup: "lab", ...context, ...more };
    return (await athena.startQueryExecution(input)).QueryExecutionId ?? "";
  };
  const settled = async (QueryExecutionId: string) => {
    for (;;) {
      const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId });
      if (!/QUEUED|RUNNING/.test(QueryExecution?.Status?.State ?? "")) return QueryExecution;
      await wait(20);
    }
  };
  const results = async (QueryExecutionId: string) => {
    const { ResultSet } = await athena.getQueryResults({ QueryExecutionId });
    return (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue));
  };
  const ask = async (sql: string, more: Partial<StartQueryExecutionCommandInput> = {}) => {
    const id = await begin(sql, more);
    const execution = await settled(id);
    if (execution?.Status?.State !== "SUCCEEDED") throw new Error(execution?.Status?.StateChangeReason);
    return results(id);
  };
  return { run, athena, s3, glue, begin, settled, results, ask };
}

describe("a SELECT", () => {
  const sql = `SELECT 'a "b", c' AS text, CAST(NULL AS varchar) AS nothing, 1.5E0 AS number, ARRAY[1, 2] AS list`;

  it("answers with a row of names, and types", async () => {
    const { ask, athena, begin, settled } = await start();
    expect(await ask(sql)).toEqual([
      ["text", "nothing", "number", "list"],
      ['a "b", c', undefined, "1.5", "[1, 2]"],
    ]);
    const id = await begin("SELECT CAST(1 AS decimal(10,2)) AS d, 'x' AS v");
    expect(await settled(id)).toMatchObject({
      StatementType: "DML",
      SubstatementType: "SELECT",
      WorkGroup: "lab",
      ResultConfiguration: { OutputLocation: `s3://${bucket}/results/${id}.csv` },
      Statistics: { DataScannedInBytes: 0, EngineExecutionTimeInMillis: expect.any(Number) },
      Status: {
        State: "SUCCEEDED",
        SubmissionDateTime: expect.any(Date),
        CompletionDateTime: expect.any(Date),
      },
    });
    const { ResultSet } = await athena.getQueryResults({ QueryExecutionId: id });
    expect(ResultSet?.ResultSetMetadata?.ColumnInfo).toMatchObject([
      { Name: "d", Label: "d", Type: "decimal", Precision: 10, Scale: 2, CaseSensitive: false },
      { Name: "v", Type: "varchar", CaseSensitive: true },
    ]);
  });

  it("leaves its result in the bucket as CSV", async () => {
    const { begin, settled, s3 } = await start();
    const id = await begin(sql);
    await settled(id);
    const { Body } = await s3.getObject({ Bucket: bucket, Key: `results/${id}.csv` });
    expect(await Body?.transformToString()).toBe(
      '"text","nothing","number","list"\n"a ""b"", c",,"1.5","[1, 2]"\n',
    );
  });

  it("says its columns beside it, in bytes as Athena's", async () => {
    const { begin, settled, s3 } = await start();
    const id = await begin("SELECT ARRAY[1] AS ary");
    await settled(id);
    const { Body } = await s3.getObject({ Bucket: bucket, Key: `results/${id}.csv.metadata` });
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    // https://stackoverflow.com/questions/55991018 has those of a statement with this column.
    const recorded = Buffer.from(
      "0a1b32303139303432335f3132353132385f30303030315f6568747572" +
        "22190a046869766522036172792a0361727932056172726179" +
        "4803",
      "hex",
    );
    expect(bytes.subarray(0, 2)).toEqual(recorded.subarray(0, 2));
    expect(bytes.toString("latin1", 2, 29)).toMatch(/^\d{8}_\d{6}_00001_[0-9a-f]{5}$/);
    expect(bytes.subarray(29).toString("hex")).toBe(recorded.subarray(29).toString("hex"));
  });

  it("is read in pages", async () => {
    const { begin, settled, athena } = await start();
    const id = await begin(
      "SELECT n, n || ' x\ny' AS t FROM (SELECT CAST(n AS varchar) AS n FROM UNNEST(sequence(1, 2500)) AS u(n))",
    );
    await settled(id);
    const rows: (string | undefined)[] = [];
    const sizes: number[] = [];
    for await (const page of paginateGetQueryResults({ client: athena }, { QueryExecutionId: id })) {
      sizes.push(page.ResultSet?.Rows?.length ?? 0);
      rows.push(...(page.ResultSet?.Rows ?? []).map(({ Data }) => Data?.[1]?.VarCharValue));
    }
    expect(sizes).toEqual([1000, 1000, 501]);
    expect(rows.slice(1)).toEqual(Array.from({ length: 2500 }, (_, n) => `${n + 1} x\ny`));
  });

  it("takes parameters, as expressions", async () => {
    const { ask } = await start();
    const parameters = ["'it''s'", "DATE '2024-01-15'", "2"];
    expect(await ask("SELECT ? AS a, ? AS b, ? + 1 AS c", { ExecutionParameters: parameters })).toEqual([
      ["a", "b", "c"],
      ["it's", "2024-01-15", "3"],
    ]);
  });

  it("is FAILED with the reason when it is wrong", async () => {
    const { begin, settled, athena } = await start();
    const id = await begin("SELECT nope FROM readings");
    const execution = await settled(id);
    expect(execution?.Status).toMatchObject({
      State: "FAILED",
      StateChangeReason: "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved",
      AthenaError: { ErrorCategory: 2 },
    });
    await expect(athena.getQueryResults({ QueryExecutionId: id })).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
  });

  it("can be stopped", async () => {
    const { begin, settled, athena } = await start();
    const slow = await begin(
      "SELECT SUM(a.n * b.n) FROM UNNEST(sequence(1, 10000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(n) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(n)",
    );
    await athena.stopQueryExecution({ QueryExecutionId: slow });
    expect((await settled(slow))?.Status?.State).toBe("CANCELLED");
  });

  it("that is asked again under the same token is the same", async () => {
    const { begin } = await start();
    const ClientRequestToken = randomUUID();
    const [one, two] = [
      await begin("SELECT 1", { ClientRequestToken }),
      await begin("SELECT 1", { ClientRequestToken }),
    ];
    expect(two).toBe(one);
    await expect(begin("SELECT 2", { ClientRequestToken })).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "Idempotent parameters do not match",
    });
  });

  it("is known after the runner has begun again", async () => {
    const { begin, settled, results, run } = await start();
    const id = await begin("SELECT 7 AS seven");
    await settled(id);
    await run.endpoint.answerFor(run.read, run.runner);
    expect(await results(id)).toEqual([["seven"], ["7"]]);
  });
});

describe("a workgroup", () => {
  it("decides where results go, when it is to", async () => {
    const { athena, begin, settled } = await start();
    const mine = { ResultConfiguration: { OutputLocation: `s3://${bucket}/mine` } };
    const enforced = await settled(await begin("SELECT 1", mine));
    expect(enforced?.ResultConfiguration?.OutputLocation).toMatch(/\/results\//);
    const free = await settled(await begin("SELECT 1", { ...mine, WorkGroup: "primary" }));
    expect(free?.ResultConfiguration?.OutputLocation).toMatch(`s3://${bucket}/mine/`);
    await expect(begin("SELECT 1", { WorkGroup: "primary" })).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: expect.stringContaining("No output location provided"),
    });
    await expect(begin("SELECT 1", { WorkGroup: "other" })).rejects.toMatchObject({
      message: "WorkGroup other is not found.",
    });
    expect((await athena.getWorkGroup({ WorkGroup: "lab" })).WorkGroup).toMatchObject({
      Configuration: { EnforceWorkGroupConfiguration: true },
    });
  });

  it("has the stack's named queries, prepared statements and what was asked", async () => {
    const { athena, ask, begin } = await start();
    const id = await begin("SELECT 3");
    const { QueryExecutionIds } = await athena.listQueryExecutions({ WorkGroup: "lab" });
    expect(QueryExecutionIds?.[0]).toBe(id);
    const { NamedQueryIds } = await athena.listNamedQueries({ WorkGroup: "lab" });
    expect((await athena.batchGetNamedQuery({ NamedQueryIds })).NamedQueries).toMatchObject([
      { Name: "one", QueryString: "SELECT 1", Database: "lake", Description: "the first" },
    ]);
    const StatementName = "twice";
    await athena.createPreparedStatement({
      StatementName,
      WorkGroup: "lab",
      QueryStatement: "SELECT 2 * ? AS n",
    });
    const { PreparedStatement } = await athena.getPreparedStatement({ StatementName, WorkGroup: "lab" });
    expect(PreparedStatement?.QueryStatement).toBe("SELECT 2 * ? AS n");
    expect(await ask("EXECUTE twice", { ExecutionParameters: ["21"] })).toEqual([["n"], ["42"]]);
  });
});

describe("the catalog", () => {
  it("is the same for statements, Athena's API and Glue's", async () => {
    const { ask, athena, glue, s3 } = await start();
    await s3.putObject({
      Bucket: bucket,
      Key: "people/a.json",
      Body: '{"name":"Ada"}\n{"name":"Bob"}\n',
    });
    await glue.createDatabase({ DatabaseInput: { Name: "extra" } });
    await glue.createTable({
      DatabaseName: "extra",
      TableInput: {
        Name: "people",
        TableType: "EXTERNAL_TABLE",
        StorageDescriptor: {
          Columns: [{ Name: "name", Type: "string" }],
          Location: `s3://${bucket}/people/`,
          InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
          OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
          SerdeInfo: { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
        },
      },
    });
    expect(await ask("SELECT name FROM extra.people ORDER BY 1")).toEqual([["name"], ["Ada"], ["Bob"]]);
    const databases = await athena.listDatabases({ CatalogName: "AwsDataCatalog" });
    expect(databases.DatabaseList?.map(({ Name }) => Name)).toEqual(["lake", "extra"]);
    await ask("CREATE TABLE extra.copied AS SELECT name, 1 AS one FROM extra.people");
    const { Table } = await glue.getTable({ DatabaseName: "extra", Name: "copied" });
    expect(Table?.StorageDescriptor?.Columns).toEqual([
      { Name: "name", Type: "string" },
      { Name: "one", Type: "int" },
    ]);
    const { TableMetadata } = await athena.getTableMetadata({
      CatalogName: "AwsDataCatalog",
      DatabaseName: "lake",
      TableName: "readings",
    });
    expect(TableMetadata).toMatchObject({
      Name: "readings",
      PartitionKeys: [{ Name: "dt", Type: "string" }],
    });
    await glue.deleteTable({ DatabaseName: "extra", Name: "people" });
    const { TableList } = await glue.getTables({ DatabaseName: "extra" });
    expect(TableList?.map(({ Name }) => Name)).toEqual(["copied"]);
    await expect(glue.getTable({ DatabaseName: "extra", Name: "people" })).rejects.toMatchObject({
      name: "EntityNotFoundException",
    });
  });

  it("keeps partitions, and finds them by an expression", async () => {
    const { glue, ask } = await start();
    const table = { DatabaseName: "lake", TableName: "logs" };
    await ask(
      `CREATE EXTERNAL TABLE lake.logs (line string) PARTITIONED BY (year int, dt string) LOCATION 's3://${bucket}/logs/'`,
    );
    const values = [
      ["2023", "a"],
      ["2024", "b"],
      ["2024", "c"],
    ];
    const { Errors } = await glue.batchCreatePartition({
      ...table,
      PartitionInputList: [...values, ["2024", "b"]].map((Values) => ({ Values })),
    });
    expect(Errors).toMatchObject([{ PartitionValues: ["2024", "b"] }]);
    const find = async (Expression?: string) =>
      (await glue.getPartitions({ ...table, Expression })).Partitions?.map(({ Values }) => Values);
    expect(await find()).toEqual(values);
    expect(await find("year = 2024 AND NOT (dt = 'b')")).toEqual([["2024", "c"]]);
    expect(await find("year >= 2023 and dt in ('a', 'c')")).toEqual([
      ["2023", "a"],
      ["2024", "c"],
    ]);
    expect(await find("dt like 'b%' or year between 2000 and 2023")).toEqual([
      ["2023", "a"],
      ["2024", "b"],
    ]);
    await expect(find("nope = 1")).rejects.toMatchObject({ name: "InvalidInputException" });
    expect(await ask("SHOW PARTITIONS lake.logs")).toEqual([
      ["year=2023/dt=a"],
      ["year=2024/dt=b"],
      ["year=2024/dt=c"],
    ]);
  });
});

it("writes what INSERT INTO adds where the table lies", async () => {
  const { ask, s3, begin, settled, athena } = await start();
  await ask(
    `CREATE TABLE lake.numbers WITH (external_location = 's3://${bucket}/numbers/') AS SELECT 1 AS n`,
  );
  const id = await begin("INSERT INTO lake.numbers SELECT 2 UNION ALL SELECT 3");
  await settled(id);
  expect((await athena.getQueryResults({ QueryExecutionId: id })).UpdateCount).toBe(2);
  expect(await ask("SELECT SUM(n) AS total FROM lake.numbers")).toEqual([["total"], ["6"]]);
  const { Contents } = await s3.listObjectsV2({ Bucket: bucket, Prefix: "numbers/" });
  expect(Contents?.length).toBeGreaterThan(1);
});

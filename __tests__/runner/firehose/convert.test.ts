import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ParquetBuffer } from "../../../local/runner/firehose/parquet-buffer";
import type { GlueColumn, GlueTable, RecordConversion } from "../../../terraform/types";
import { temporaryFolder } from "../../support/folders";
import { readLines } from "../fixtures/harness";

let database: DuckDBInstance;
beforeAll(async () => {
  database = await DuckDBInstance.create(":memory:");
});
afterAll(() => database.closeSync());

const openX: RecordConversion = {
  database: "lake",
  table: "t",
  format: "PARQUET",
  compression: "SNAPPY",
  deserializer: "OPENX_JSON",
  deserializerParameters: {},
};

function tableOf(columns: readonly GlueColumn[]): GlueTable {
  return {
    address: "aws_glue_catalog_table.t",
    database: "lake",
    name: "t",
    location: "s3://lake/",
    columns,
    partitionKeys: [],
    serializationLibrary: "",
    serdeParameters: {},
    parameters: {},
  };
}

/** Converts records to Parquet and reads it back, with what could not be converted. */
async function convert(
  columns: Readonly<Record<string, string>>,
  records: readonly string[],
  conversion: Partial<RecordConversion> = {},
) {
  const folder = temporaryFolder();
  const connection = await database.connect();
  try {
    const buffer = new ParquetBuffer({
      path: join(folder, "buffer"),
      table: tableOf(Object.entries(columns).map(([name, type]) => ({ name, type }))),
      conversion: { ...openX, ...conversion },
      database: { run: async (sql) => (await connection.runAndReadAll(sql)).getRowsJS() },
      persist: (work) => work(),
      region: "eu-west-1",
      accountId: "000000000000",
    });
    await buffer.add(
      "shard",
      records.map((text, index) => {
        const record = {
          sequenceNumber: String(index),
          partitionKey: "k",
          data: Buffer.from(text),
          arrival: 1_700_000_000_123,
        };
        return { record, userRecords: [{ ...record, subSequenceNumber: 0 }] };
      }),
    );
    const objects = await buffer.finish();
    const parquet = objects.find(({ kind }) => kind === "parquet")?.file;
    const errors = objects.find(({ kind }) => kind === "error")?.file;
    const rows = parquet
      ? (await connection.runAndReadAll(`SELECT * FROM read_parquet('${parquet}')`)).getRowObjectsJson()
      : [];
    const failed = errors ? (readLines(errors) as Record<string, unknown>[]) : [];
    await buffer.discard();
    return { rows, errors: failed, objects };
  } finally {
    connection.closeSync();
  }
}

/** What a JSON value becomes in a column of the type: its text in DuckDB, or "error". */
async function value(type: string, json: string, conversion?: Partial<RecordConversion>): Promise<unknown> {
  const { rows } = await convert({ a: type }, [`{"a":${json}}`], conversion);
  return rows.length === 0 ? "error" : rows[0]?.a;
}

describe("a column's type", () => {
  it.each([
    ["string", '"text"', "text"],
    ["string", "1.50", "1.50"],
    ["string", '{"N":{"B":12345678901234567890}}', '{"n":{"b":12345678901234567890}}'],
    ["string", "12345678901234567890", "12345678901234567890"],
    ["string", "true", "true"],
    ["string", '{"b":[1]}', '{"b":[1]}'],
    ["string", '"nul \\u0000 and \\ud83d\\ude00"', "nul \u0000 and 😀"],
    ["double", "22.5", 22.5],
    ["double", '"22.5"', 22.5],
    ["double", '"warm"', "error"],
    ["double", "1e999", "error"],
    ["double", "true", "error"],
    ["float", "1e39", "error"],
    ["int", "42", 42],
    ["int", '"42"', 42],
    ["int", "42.5", "error"],
    ["int", "2147483648", "error"],
    ["int", "-2147483648", -2147483648],
    ["tinyint", "128", "error"],
    ["smallint", "32767", 32767],
    ["bigint", "9223372036854775807", "9223372036854775807"],
    ["bigint", "9223372036854775808", "error"],
    ["decimal(10,2)", "12345678.905", "12345678.91"],
    ["decimal(38,10)", "1234567890123456789012345678.0123456789", "1234567890123456789012345678.0123456789"],
    ["decimal(4,2)", "100", "error"],
    ["decimal(4,2)", "99.999", "error"],
    ["decimal(10,0)", "1e5", "100000"],
    ["boolean", "true", true],
    ["boolean", '"FALSE"', false],
    ["boolean", "1", "error"],
    ["varchar(3)", '"abcdef"', "abc"],
    ["char(2)", '"x"', "x"],
    ["date", '"2024-02-29"', "2024-02-29"],
    ["date", '"2023-02-29"', "error"],
    ["timestamp", '"2024-01-15T10:30:00Z"', "2024-01-15 10:30:00"],
    ["timestamp", '"2017-02-07T15:13:01.39256Z"', "2017-02-07 15:13:01.39256"],
    ["timestamp", '"2017-02-07 15:13:01.14"', "2017-02-07 15:13:01.14"],
    ["timestamp", '"2017-2-7 15:13:01"', "2017-02-07 15:13:01"],
    ["timestamp", "1518033528", "2018-02-07 19:58:48"],
    ["timestamp", "1518033528123", "2018-02-07 19:58:48.123"],
    ["timestamp", "1518033528.123", "2018-02-07 19:58:48.123"],
    ["timestamp", '"2024-13-01T00:00:00Z"', "error"],
    ["timestamp", '"2024-01-15T10:30:00+02:00"', "error"],
    ["timestamp", '"soon"', "error"],
    ["array<int>", "[1,null,3]", [1, null, 3]],
    ["array<int>", '[1,"x"]', "error"],
    ["array<int>", "1", [1]],
    ["struct<x:int,y:string>", '[1,"a","b"]', { x: 1, y: "a" }],
    ["map<string,int>", '{"Key":1}', [{ key: "key", value: 1 }]],
    ["struct<x:int,y:array<string>>", '{"X":1,"y":["a"],"z":0}', { x: 1, y: ["a"] }],
    [
      "map<string,double>",
      '{"a":1,"b":2.5}',
      [
        { key: "a", value: 1 },
        { key: "b", value: 2.5 },
      ],
    ],
    ["map<string,double>", '{"a":"x"}', "error"],
    ["int", "null", null],
  ])("%s takes %s as %j", async (type, json, expected) => {
    expect(await value(type, json)).toEqual(expected);
  });

  it("of bytes takes text", async () => {
    const { rows } = await convert({ a: "binary" }, ['{"a":"hi"}']);
    expect(rows).toEqual([{ a: "hi" }]);
  });
});

describe("a record", () => {
  it("may leave columns out and bring keys that the table does not have", async () => {
    const { rows } = await convert({ a: "int", b: "string" }, ['{"b":"x","c":1}']);
    expect(rows).toEqual([{ a: null, b: "x" }]);
  });

  it("may write its keys in any case", async () => {
    const { rows } = await convert({ sensor_id: "string" }, ['{"Sensor_ID":"s"}']);
    expect(rows).toEqual([{ sensor_id: "s" }]);
  });

  it("keeps the case of its keys when the deserializer is told so", async () => {
    const { rows } = await convert({ a: "int" }, ['{"A":1}'], {
      deserializerParameters: { caseInsensitive: false },
    });
    expect(rows).toEqual([{ a: null }]);
  });

  it("has its keys mapped to columns", async () => {
    const { rows } = await convert({ ts: "int", a_b: "int" }, ['{"timestamp":1,"a.b":2}'], {
      deserializerParameters: {
        columnToJsonKeyMappings: { ts: "timestamp" },
        convertDotsInJsonKeysToUnderscores: true,
      },
    });
    expect(rows).toEqual([{ ts: 1, a_b: 2 }]);
  });

  it("may hold several JSON objects, one after the other", async () => {
    const { rows, errors } = await convert({ a: "int" }, ['{"a":1}{"a":2}\n{"a":3}\n']);
    expect(rows).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(errors).toEqual([]);
  });

  it("that holds an array of them is an error", async () => {
    const { rows, errors } = await convert({ a: "int" }, ['[{"a":1},{"a":2}]']);
    expect(rows).toEqual([]);
    expect(errors).toEqual([expect.objectContaining({ lastErrorCode: "DataFormatConversion.ParseError" })]);
  });

  it("that can't be converted is described, and the others are converted all the same", async () => {
    const { rows, errors, objects } = await convert({ a: "double" }, [
      '{"a":1}',
      "no JSON",
      '{"a":"warm"}',
      '{"a":2}',
    ]);
    expect(rows).toEqual([{ a: 1 }, { a: 2 }]);
    expect(errors[0]).toEqual({
      attemptsMade: 1,
      arrivalTimestamp: 1_700_000_000_123,
      lastErrorCode: "DataFormatConversion.ParseError",
      lastErrorMessage: expect.stringContaining("malformed JSON"),
      attemptEndingTimestamp: expect.any(Number),
      rawData: Buffer.from("no JSON").toString("base64"),
      sequenceNumber: "1",
      subSequenceNumber: 0,
      dataCatalogTable: {
        catalogId: "000000000000",
        databaseName: "lake",
        tableName: "t",
        region: "eu-west-1",
        versionId: "LATEST",
        catalogArn: null,
      },
    });
    expect(errors[1]).toMatchObject({
      lastErrorCode: "DataFormatConversion.MalformedData",
      lastErrorMessage: expect.stringContaining('a: "warm"'),
    });
    expect(objects.map(({ kind, records }) => [kind, records])).toEqual([
      ["parquet", 2],
      ["error", 2],
    ]);
  });
});

describe("Hive's deserializer", () => {
  const hive = (timestampFormats: string[]): Partial<RecordConversion> => ({
    deserializer: "HIVE_JSON",
    deserializerParameters: { timestampFormats },
  });

  it("takes timestamps in SQL's form, and milliseconds only with the format millis", async () => {
    expect(await value("timestamp", '"2024-01-15 10:30:00"', hive([]))).toBe("2024-01-15 10:30:00");
    expect(await value("timestamp", "1518033528123", hive([]))).toBe("error");
    expect(await value("timestamp", "1518033528123", hive(["millis"]))).toBe("2018-02-07 19:58:48.123");
  });
});

it("any JSON becomes a row or an error, and never holds up a delivery", async () => {
  const columns = {
    s: "string",
    d: "double",
    i: "int",
    b: "bigint",
    c: "decimal(12,3)",
    o: "boolean",
    t: "timestamp",
    y: "date",
    l: "array<double>",
    m: "map<string,string>",
    r: "struct<x:int,y:string>",
  };
  const keys = fc.constantFrom(...Object.keys(columns), "other", "__proto__");
  const documents = fc.array(fc.dictionary(keys, fc.jsonValue({ stringUnit: "binary" }), { maxKeys: 4 }), {
    minLength: 1,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(documents, async (objects) => {
      const { rows, errors } = await convert(
        columns,
        objects.map((object) => JSON.stringify(object)),
      );
      expect(rows.length + errors.length).toBe(objects.length);
    }),
    { numRuns: 25 },
  );
});

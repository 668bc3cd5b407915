import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  callJavaScript,
  type JavaScriptFunction,
  registerFunctions,
  sqlName,
} from "../../../local/lake/trino/functions/registry";
import { decodeError, TrinoError } from "../../../local/lake/trino/types/errors";
import { arrayOf, integer, rowOf, varchar } from "../../../local/lake/trino/types/types";

const events = join(__dirname, "../recorded/lake/events/*/*.parquet");

/** Fails for every text but JSON objects. */
const objectLength: JavaScriptFunction = {
  name: "object_length",
  parameters: [varchar],
  returns: integer,
  call: ((text: string) => {
    if (!text.startsWith("{")) throw new TrinoError("INVALID_FUNCTION_ARGUMENT", `no object: ${text}`);
    return text.length;
  }) as never,
};

describe("A JavaScript function in DuckDB", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  const call = (fn: JavaScriptFunction, ...args: string[]): string =>
    callJavaScript(
      {
        javascript: (used) => {
          registerFunctions(connection, [used]);
          return sqlName(used);
        },
      },
      fn,
      args,
    );
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

  beforeAll(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
  });

  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  it("sees the rows that a filter leaves, not a column's whole dictionary", async () => {
    const from = `FROM (SELECT payload AS c1 FROM read_parquet('${events}')) WHERE c1 LIKE '{%'`;
    await expect(rows(`SELECT count(${call(objectLength, "c1")}) ${from}`)).resolves.toHaveLength(1);
  });

  it("fails for its row alone within TRY", async () => {
    const tried = await rows(
      `SELECT count(TRY(${call(objectLength, "c1")})), count(*) FILTER (WHERE c1 LIKE '{%') FROM (SELECT payload AS c1 FROM read_parquet('${events}'))`,
    );
    expect(tried[0]?.[0]).toEqual(tried[0]?.[1]);
    expect(Number(tried[0]?.[0])).toBeGreaterThan(0);
  });

  it("fails with Trino's error", async () => {
    const failure = await rows(`SELECT ${call(objectLength, "'x'")}`).catch((error: Error) => error);
    expect(decodeError((failure as Error).message)).toMatchObject({
      code: "INVALID_FUNCTION_ARGUMENT",
      sentence: "no object: x",
    });
  });

  it("answers NULL for NULL without being called", async () => {
    await expect(
      rows(`SELECT ${call(objectLength, "c1")} FROM (VALUES (NULL::VARCHAR), ('{}')) t(c1)`),
    ).resolves.toEqual([[null], [2]]);
  });

  it("takes and gives lists and rows by position", async () => {
    const row = rowOf([{ type: integer }, { name: "b", type: varchar }]);
    const swap: JavaScriptFunction = {
      name: "twice",
      parameters: [row],
      returns: arrayOf(row),
      call: ((value: unknown) => [value, value, null]) as never,
    };
    await expect(rows(`SELECT ${call(swap, "{'f0': 1, 'f1': 'x'}")}`)).resolves.toEqual([
      [[{ f0: 1, f1: "x" }, { f0: 1, f1: "x" }, null]],
    ]);
  });
});

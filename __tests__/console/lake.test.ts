import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { CatalogTree, ObjectDetail, ObjectPage, QueryRows, QueryState } from "../../local/console/api";
import { bucket, good, TestConsole } from "./fixtures/console";

const shared = TestConsole.shared({
  more: {
    aws_s3_bucket_lifecycle_configuration: {
      lake: {
        bucket: "${aws_s3_bucket.lake.bucket}",
        rule: [
          {
            id: "processed",
            status: "Enabled",
            filter: [{ prefix: "processed/" }],
            transition: [{ days: 90, storage_class: "STANDARD_IA" }],
            expiration: [{ days: 365 }],
          },
          { id: "off", status: "Disabled", filter: [{}], expiration: [{ days: 1 }] },
        ],
      },
    },
  },
});

async function filled(): Promise<TestConsole> {
  const test = await shared();
  if ((await test.heads("filled")).length === 0) {
    await test.put("filled", good("one", 1.5));
    await test.put("filled", good("two"));
    await test.put("filled", "broken");
    await test.settle();
    expect(await ended(test, "MSCK REPAIR TABLE lake.readings")).toMatchObject({ state: "SUCCEEDED" });
  }
  return test;
}

/** The one object below a prefix. */
async function objectBelow(test: TestConsole, prefix: string): Promise<ObjectDetail> {
  const { folders } = await test.ask<ObjectPage>(`/buckets/${bucket}/objects?prefix=${prefix}`);
  if (folders[0]) return objectBelow(test, folders[0]);
  const { objects } = await test.ask<ObjectPage>(`/buckets/${bucket}/objects?prefix=${prefix}`);
  return test.ask(`/buckets/${bucket}/object?key=${encodeURIComponent(objects[0]?.key ?? "")}`);
}

describe("the lake", () => {
  it("is buckets with folders", async () => {
    const test = await filled();
    expect(await test.ask("/buckets")).toEqual([{ name: bucket, address: "aws_s3_bucket.lake" }]);
    expect(await test.ask(`/buckets/${bucket}/objects`)).toEqual({
      // Results are kept here where no workgroup says where.
      folders: ["console-results/", "errors/", "processed/", "raw/"],
      objects: [],
    });
    expect(await test.ask("/buckets/other/objects")).toMatchObject({ status: 404 });
    expect(
      await test.ask(`/buckets/${bucket}/object?key=${encodeURIComponent("../../stack")}`),
    ).toMatchObject({
      status: 404,
    });
  });

  it("shows a Parquet object with its rows, schema and what becomes of it", async () => {
    const test = await filled();
    const object = await objectBelow(test, "processed/");
    expect(object).toMatchObject({ format: "parquet", rows: 2 });
    expect(object.columns).toEqual([
      { name: "sensor_id", type: "varchar" },
      { name: "temperature", type: "double" },
      { name: "timestamp", type: "timestamp" },
    ]);
    expect(object.preview.rows?.map(([id, temperature]) => [id, temperature])).toEqual([
      ["one", "1.5"],
      ["two", "21.5"],
    ]);
    expect(object.lifecycle).toMatchObject([
      { action: "transition", storageClass: "STANDARD_IA", rule: "processed" },
      { action: "expire", rule: "processed" },
    ]);
    const day = 86_400_000;
    const [transition] = object.lifecycle;
    expect((transition?.at ?? 1) % day).toBe(0);
    expect((transition?.at ?? 0) - object.modified).toBeGreaterThanOrEqual(90 * day);
  });

  it("shows what is zipped, and error documents with their records in clear", async () => {
    const test = await filled();
    const raw = await objectBelow(test, "raw/");
    expect([raw.format, raw.preview.text]).toEqual(["gzip", `${good("one", 1.5)}${good("two")}broken`]);
    const errors = await objectBelow(test, "errors/");
    expect([errors.format, errors.rows]).toEqual(["error-document", 1]);
    expect(errors.preview.text).toContain('"rawData":"broken"');
  });

  it("knows error documents by those that are whole, where the preview cuts one off", async () => {
    const test = await TestConsole.start();
    for (const key of ["a", "b", "c", "d", "e", "f", "g", "h"]) await test.put(key, key.repeat(40_000));
    await test.settle();
    const { format, rows, preview } = await objectBelow(test, "errors/");
    expect([format, rows]).toEqual(["error-document", undefined]);
    expect(preview.text).toContain(`"rawData":"${"a".repeat(40_000)}"`);
  });

  it("gives an object's bytes as a download alone", async () => {
    const test = await filled();
    const { key, bytes } = await objectBelow(test, "processed/");
    const response = await test.fetch(`/buckets/${bucket}/content?key=${encodeURIComponent(key)}`);
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename\*=UTF-8''/);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect((await response.arrayBuffer()).byteLength).toBe(bytes);
  });

  it("has a catalog with its columns, and the functions of its SQL", async () => {
    const test = await filled();
    const { databases, functions } = await test.ask<CatalogTree>("/catalog");
    const table = databases.find(({ name }) => name === "lake")?.tables[0];
    expect([table?.name, table?.kind]).toEqual(["readings", "table"]);
    expect(table?.columns.at(-1)).toMatchObject({ name: "dt", type: "string", partition: true });
    expect(functions).toEqual(expect.arrayContaining(["date_trunc", "approx_percentile"]));
  });
});

/** The state of a statement that has ended. */
async function ended(test: TestConsole, sql: string, more: object = {}): Promise<QueryState> {
  let state = await test.ask<QueryState>("/queries", "POST", { sql, ...more });
  while (state.state === "RUNNING") {
    await sleep(20);
    state = await test.ask<QueryState>(`/queries/${state.id}`);
  }
  return state;
}

describe("a statement", () => {
  it("is answered with its rows, what it scanned and what that costs", async () => {
    const test = await filled();
    const state = await ended(test, "SELECT sensor_id, temperature FROM lake.readings ORDER BY 1");
    expect(state).toMatchObject({
      state: "SUCCEEDED",
      columns: [
        { name: "sensor_id", type: "varchar" },
        { name: "temperature", type: "double" },
      ],
      rowCount: 2,
      cost: (10 * 5) / 1024 ** 2,
    });
    expect(state.scannedBytes).toBeGreaterThan(0);
    expect(await test.ask(`/queries/${state.id}/rows`)).toEqual({
      from: 0,
      rows: [
        ["one", "1.5"],
        ["two", "21.5"],
      ],
    });
    const csv = await test.fetch(`/queries/${state.id}/csv`);
    expect(await csv.text()).toBe('"sensor_id","temperature"\n"one","1.5"\n"two","21.5"\n');
  });

  it("of 100,000 rows is read by pages, from any place on", async () => {
    const test = await filled();
    const state = await ended(
      test,
      `SELECT a * 10 + b AS n, IF(b = 1, NULL, 'text "quoted"') AS t
      FROM UNNEST(sequence(0, 9999)) AS x(a) CROSS JOIN UNNEST(sequence(0, 9)) AS y(b) ORDER BY 1`,
    );
    expect(state).toMatchObject({ state: "SUCCEEDED", rowCount: 100_000 });
    const rows = (from: number, count: number) =>
      test.ask<QueryRows>(`/queries/${state.id}/rows?from=${from}&count=${count}`);
    expect((await rows(99_998, 10)).rows).toEqual([
      ["99998", 'text "quoted"'],
      ["99999", 'text "quoted"'],
    ]);
    expect((await rows(50_001, 1)).rows).toEqual([["50001", null]]);
    expect((await rows(0, 1000)).rows).toHaveLength(1000);
    expect((await rows(100_000, 10)).rows).toEqual([]);
  });

  it("that is wrong says where", async () => {
    const test = await filled();
    const state = await ended(test, "SELECT sensor_id,\n  temprature FROM lake.readings");
    expect(state).toMatchObject({ state: "FAILED", error: { line: 2, column: 3 } });
    expect(state.error?.message).toMatch(/^COLUMN_NOT_FOUND: /);
    expect(await test.ask(`/queries/${state.id}/rows`)).toMatchObject({ status: 409 });
  });

  it("takes parameters, and shows what the catalog says as text", async () => {
    const test = await filled();
    const state = await ended(test, "SELECT temperature FROM lake.readings WHERE sensor_id = ?", {
      parameters: ["'one'"],
    });
    expect((await test.ask<QueryRows>(`/queries/${state.id}/rows`)).rows).toEqual([["1.5"]]);
    const shown = await ended(test, "SHOW TABLES IN lake");
    expect(shown.cost).toBe(0);
    expect((await test.ask<QueryRows>(`/queries/${shown.id}/rows`)).rows).toEqual([["readings"]]);
  });

  it("is stopped", async () => {
    const test = await filled();
    const numbers = "UNNEST(sequence(0, 9999))";
    const { id } = await test.ask<QueryState>("/queries", "POST", {
      sql: `SELECT SUM(a * b * c) FROM ${numbers} AS x(a) CROSS JOIN ${numbers} AS y(b) CROSS JOIN ${numbers} AS z(c)`,
    });
    await test.ask(`/queries/${id}`, "DELETE");
    let { state } = await test.ask<QueryState>(`/queries/${id}`);
    while (state === "RUNNING") {
      await sleep(20);
      ({ state } = await test.ask<QueryState>(`/queries/${id}`));
    }
    expect(state).toBe("CANCELLED");
  });

  it("is in the history, the latest first, and unknown ones are not", async () => {
    const test = await filled();
    await ended(test, "SELECT 1");
    await ended(test, "SELECT 2");
    const history = await test.ask<QueryState[]>("/queries");
    expect(history.slice(0, 2).map(({ sql }) => sql)).toEqual(["SELECT 2", "SELECT 1"]);
    expect(await test.ask("/queries/none")).toMatchObject({ status: 404 });
  });
});

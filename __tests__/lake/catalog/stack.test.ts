import { mkdtempSync, writeFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Lake, openLake } from "../../../local/lake";
import { loadStack } from "../../../terraform";
import type { Stack } from "../../../terraform/types";
import { temporaryFolder } from "../../support/folders";

let folder: string;
let lake: Lake | undefined;
beforeEach(async () => {
  folder = temporaryFolder();
});
afterEach(async () => {
  lake?.close();
  lake = undefined;
});

const column = (name: string, type: string) => ({ name, type });
const json = { serialization_library: "org.openx.data.jsonserde.JsonSerDe" };

/** Of a view as Athena keeps it in Glue. */
const viewText = (sql: string, columns: readonly { name: string; type: string }[]) =>
  `/* Presto View: ${Buffer.from(JSON.stringify({ originalSql: sql, catalog: "awsdatacatalog", schema: "shop", columns })).toString("base64")} */`;

const resources = (columns = [column("id", "int")]) => ({
  aws_s3_bucket: { lake: { bucket: "shop-lake" } },
  aws_athena_workgroup: {
    shop: {
      name: "shop",
      configuration: { result_configuration: { output_location: "s3://shop-lake/results/" } },
    },
  },
  aws_glue_catalog_database: {
    shop: { name: "shop", description: "of the stack", parameters: { owner: "ann" } },
    empty: { name: "empty" },
  },
  aws_glue_catalog_table: {
    orders: {
      database_name: "shop",
      name: "orders",
      storage_descriptor: { location: "s3://shop-lake/orders/", columns, ser_de_info: json },
      partition_keys: [column("dt", "string")],
    },
    slow: {
      database_name: "shop",
      name: "large_ids",
      table_type: "VIRTUAL_VIEW",
      parameters: { presto_view: "true" },
      view_original_text: viewText("SELECT id FROM orders WHERE id > 1", [column("id", "integer")]),
      storage_descriptor: { columns: [column("id", "int")] },
    },
  },
  aws_glue_partition: {
    first: {
      database_name: "shop",
      table_name: "orders",
      partition_values: ["2024-01-15"],
      storage_descriptor: { location: "s3://shop-lake/elsewhere/" },
    },
    second: { database_name: "shop", table_name: "orders", partition_values: ["2024-01-16"] },
  },
});

const stackOf = (resource: object): Stack => {
  const stack = mkdtempSync(join(folder, "stack-"));
  writeFileSync(join(stack, "main.tf.json"), JSON.stringify({ resource }));
  return loadStack(stack);
};

const put = async (path: string, text: string) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};

const open = async (stack: Stack): Promise<Lake> => {
  lake?.close();
  lake = await openLake(stack, folder);
  return lake;
};

const rowsOf = async (opened: Lake, sql: string) =>
  (await opened.query(sql)).rows.map((row) => Object.values(row).join("\t"));

const objects = async () => {
  await put("shop-lake/elsewhere/a.json", '{"id": 1}\n');
  await put("shop-lake/orders/dt=2024-01-16/a.json", '{"id": 2}\n');
  await put("shop-lake/orders/dt=2024-01-17/a.json", '{"id": 3}\n');
};

describe("a stack's part of the catalog", () => {
  it("has its databases, those without tables too, and the partitions that it registers, wherever they lie", async () => {
    await objects();
    const shop = await open(stackOf(resources()));
    expect(await rowsOf(shop, "SHOW DATABASES")).toEqual(["default", "empty", "shop"]);
    expect(await rowsOf(shop, "SHOW PARTITIONS shop.orders")).toEqual(["dt=2024-01-15", "dt=2024-01-16"]);
    expect(await rowsOf(shop, "SELECT id, dt FROM orders ORDER BY id")).toEqual([
      "1\t2024-01-15",
      "2\t2024-01-16",
    ]);
  });

  it("has its views, which Athena keeps as text in Glue", async () => {
    await objects();
    const shop = await open(stackOf(resources()));
    expect(await rowsOf(shop, "SHOW VIEWS IN shop")).toEqual(["large_ids"]);
    expect(await rowsOf(shop, "SELECT * FROM large_ids")).toEqual(["2"]);
    expect(await rowsOf(shop, "SHOW CREATE VIEW large_ids")).toEqual([
      "CREATE VIEW large_ids AS ",
      "SELECT id FROM orders WHERE id > 1",
    ]);
  });

  it("tells of folders that are no partitions, and reads them when they are registered", async () => {
    await objects();
    const shop = await open(stackOf(resources()));
    const { statistics } = await shop.query("SELECT count(*) AS n FROM orders");
    expect(statistics.notes).toEqual([
      "table shop.orders has partitions in its folder that are not registered: MSCK REPAIR TABLE shop.orders",
    ]);
    await shop.query("MSCK REPAIR TABLE shop.orders");
    expect(await rowsOf(shop, "SELECT id FROM orders WHERE dt = '2024-01-17'")).toEqual(["3"]);
    expect((await shop.query("SELECT count(*) AS n FROM orders")).statistics.notes).toEqual([]);
  });

  it("has the buckets of its tables: they are shown, and such a table takes no rows", async () => {
    const { orders } = resources().aws_glue_catalog_table;
    const storage_descriptor = { ...orders.storage_descriptor, bucket_columns: ["id"], number_of_buckets: 4 };
    const bucketed = { ...orders, name: "bucketed", storage_descriptor };
    const shop = await open(stackOf({ aws_glue_catalog_table: { bucketed } }));
    expect((await rowsOf(shop, "SHOW CREATE TABLE bucketed")).join("\n")).toContain(
      "CLUSTERED BY ( \n  id) \nINTO 4 BUCKETS",
    );
    const described = (await rowsOf(shop, "DESCRIBE FORMATTED bucketed")).map((line) => line.trimEnd());
    expect(described).toContainEqual(expect.stringMatching(/^Num Buckets: *\t4$/));
    expect(described).toContainEqual(expect.stringMatching(/^Bucket Columns: *\t\[id\]$/));
    await expect(shop.query("INSERT INTO bucketed VALUES (1, '2024-01-15')")).rejects.toThrow(
      "INSERT INTO is not supported on bucketed tables",
    );
  });

  it("is altered here only: a new folder has the stack's tables again", async () => {
    await objects();
    const stack = stackOf(resources());
    const shop = await open(stack);
    for (const sql of [
      "ALTER TABLE orders ADD COLUMNS (note string)",
      "ALTER TABLE orders DROP PARTITION (dt = '2024-01-16')",
      "ALTER TABLE orders ADD PARTITION (dt = '2024-01-18') LOCATION 's3://shop-lake/orders/dt=2024-01-17/'",
    ])
      await shop.query(sql);
    expect(await rowsOf(shop, "SHOW PARTITIONS orders")).toEqual(["dt=2024-01-15", "dt=2024-01-18"]);
    expect(await rowsOf(shop, "SELECT id, note, dt FROM orders ORDER BY id")).toEqual([
      "1\t\t2024-01-15",
      "3\t\t2024-01-18",
    ]);
    await shop.query("DROP TABLE orders");
    expect(await rowsOf(await open(stack), "SHOW TABLES IN shop")).toEqual(["large_ids"]);
    await rm(join(folder, ".catalog"), { recursive: true });
    const again = await open(stack);
    expect(await rowsOf(again, "SHOW TABLES IN shop")).toEqual(["large_ids", "orders"]);
    expect(await rowsOf(again, "SHOW COLUMNS IN orders")).toEqual(["id", "dt"]);
  });

  it("adds the partitions that the stack registers later to those that a statement has registered here", async () => {
    await objects();
    await (await open(stackOf(resources()))).query("ALTER TABLE orders ADD PARTITION (dt = '2024-01-17')");
    const more = resources();
    const third = { ...more.aws_glue_partition.second, partition_values: ["2024-01-20"] };
    const later = stackOf({ ...more, aws_glue_partition: { ...more.aws_glue_partition, third } });
    expect(await rowsOf(await open(later), "SHOW PARTITIONS orders")).toEqual([
      "dt=2024-01-15",
      "dt=2024-01-16",
      "dt=2024-01-17",
      "dt=2024-01-20",
    ]);
  });

  it("that changes after a statement has altered it is a named conflict, which DROP TABLE ends", async () => {
    await objects();
    await (await open(stackOf(resources()))).query("ALTER TABLE orders ADD COLUMNS (note string)");
    const shop = await open(stackOf(resources([column("id", "bigint")])));
    await expect(shop.query("SELECT * FROM orders")).rejects.toThrow(
      "TABLE_CONFLICT: table shop.orders was altered here, and has changed in the stack (aws_glue_catalog_table.orders) since",
    );
    await shop.query("DROP TABLE orders");
    expect(await rowsOf(shop, "SELECT typeof(id) FROM orders LIMIT 1")).toEqual(["bigint"]);
  });

  it("that takes the name of a table made here is a named conflict, and no table is lost", async () => {
    const { orders: _, ...others } = resources().aws_glue_catalog_table;
    const before = stackOf({ ...resources(), aws_glue_catalog_table: others, aws_glue_partition: {} });
    await (await open(before)).query("CREATE TABLE shop.orders AS SELECT 7 AS mine");
    const shop = await open(stackOf(resources()));
    await expect(shop.query("SELECT * FROM orders")).rejects.toThrow(
      "TABLE_CONFLICT: table shop.orders is both in the stack (aws_glue_catalog_table.orders) and made by a statement here",
    );
    expect(await rowsOf(await open(before), "SELECT mine FROM shop.orders")).toEqual(["7"]);
  });

  it("has no partitions of the stack in a table that is made anew in its place", async () => {
    await objects();
    const shop = await open(stackOf(resources()));
    await shop.query("DROP TABLE orders");
    await shop.query(
      "CREATE EXTERNAL TABLE orders (id int) PARTITIONED BY (dt string) LOCATION 's3://shop-lake/new/'",
    );
    expect(await rowsOf(shop, "SHOW PARTITIONS orders")).toEqual([]);
  });
});

describe("what surrounds a stack's statements", () => {
  it("is its only workgroup: CREATE TABLE AS that names no place writes to its results", async () => {
    const shop = await open(stackOf(resources()));
    await shop.query("CREATE TABLE shop.made AS SELECT 1 AS one");
    const [location = ""] = (await rowsOf(shop, "SHOW CREATE TABLE shop.made")).filter((line) =>
      line.includes("s3://"),
    );
    expect(location).toMatch(/^ {2}'s3:\/\/shop-lake\/results\/tables\/[0-9a-f-]{36}\/'$/);
  });

  it("is the place that a client gives, and the workgroup that it names, whose prepared statements are its own", async () => {
    const shop = await open(stackOf(resources()));
    await shop.query("CREATE TABLE shop.made AS SELECT 1 AS one", [], {
      outputLocation: "s3://shop-lake/mine/",
    });
    expect(String(await rowsOf(shop, "SHOW CREATE TABLE shop.made"))).toContain(
      "s3://shop-lake/mine/tables/",
    );
    await shop.query("PREPARE p FROM SELECT 1 AS one");
    await expect(shop.query("EXECUTE p", [], { workgroup: "primary" })).rejects.toThrow("not found: p");
    expect(await rowsOf(shop, "EXECUTE p")).toEqual(["1"]);
  });

  it("are the buckets of the stack and those that have a folder: another one is Athena's error", async () => {
    const shop = await open(stackOf(resources()));
    const create = (bucket: string, name: string) =>
      shop.query(`CREATE EXTERNAL TABLE shop.${name} (a int) LOCATION 's3://${bucket}/x/'`);
    await create("shop-lake", "one");
    await put("my-own/x/a", "1\n");
    await create("my-own", "two");
    await expect(create("nowhere", "three")).rejects.toThrow(/The specified bucket does not exist.*nowhere/);
    await expect(
      shop.query("CREATE TABLE shop.four WITH (external_location = 's3://nowhere/x/') AS SELECT 1 AS one"),
    ).rejects.toThrow("The specified bucket does not exist");
    await expect(
      shop.query("UNLOAD (SELECT 1 AS one) TO 's3://nowhere/x/' WITH (format = 'JSON')"),
    ).rejects.toThrow("The specified bucket does not exist");
  });
});

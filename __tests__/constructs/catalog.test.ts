import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  Catalog,
  type CatalogProps,
  DataLake,
  daily,
  LakeTable,
  type TablePartition,
  type TableProps,
} from "../../constructs/index";
import { pageViews } from "../support/page-views";
import { problemsOf, synthesize } from "../support/synthesize";

function make(stack: TerraformStack, props: Partial<CatalogProps> = {}) {
  const lake = DataLake.fromBucket(stack, "lake", new S3Bucket(stack, "bucket"));
  return new Catalog(stack, "catalog", { lake, ...props });
}
const withTable = (table: Partial<TableProps>) => (stack: TerraformStack) =>
  void make(stack).addTable("page_views", { ...pageViews, ...table });
const database = /^\$\{aws_glue_catalog_database\.catalog_database_\w+\.name\}$/;

describe("a catalog", () => {
  test("is a database named after stack and construct", () => {
    const template = synthesize((stack) => void make(stack), { stackId: "page-views" });
    expect(template.block("aws_glue_catalog_database")).toEqual({ name: "page_views_catalog" });
  });

  test("takes a name and a description", () => {
    const template = synthesize(
      (stack) => void make(stack, { databaseName: "views", databaseDescription: "What visitors look at" }),
    );
    expect(template.block("aws_glue_catalog_database")).toEqual({
      name: "views",
      description: "What visitors look at",
    });
  });

  test("may be an existing database", () => {
    const template = synthesize((stack) => {
      const database = new GlueCatalogDatabase(stack, "theirs", { name: "theirs" });
      make(stack, { database }).addTable("page_views", pageViews);
    });
    expect(template.all("aws_glue_catalog_database")).toHaveLength(1);
    expect(template.block("aws_glue_catalog_table").database_name).toBe(
      "${aws_glue_catalog_database.theirs.name}",
    );
  });

  test("has tables over Parquet with a partition a day", () => {
    const template = synthesize(withTable({ description: "Views" }));
    expect(template.block("aws_glue_catalog_table")).toEqual({
      name: "page_views",
      description: "Views",
      database_name: expect.stringMatching(database),
      table_type: "EXTERNAL_TABLE",
      parameters: {
        EXTERNAL: "TRUE",
        classification: "parquet",
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": "NOW-30DAYS,NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
      },
      partition_keys: [{ name: "dt", type: "string" }],
      storage_descriptor: {
        location: "s3://${aws_s3_bucket.bucket.bucket}/processed/page_views/",
        input_format: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        output_format: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        columns: [
          { name: "viewed_at", type: "timestamp" },
          { name: "page", type: "string" },
        ],
        ser_de_info: {
          name: "page_views",
          serialization_library: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
          parameters: { "serialization.format": "1" },
        },
      },
    });
  });

  test("has tables over JSON that outlive a broken line and a value of another type", () => {
    const template = synthesize(
      withTable({ format: "json", columns: [{ name: "page", type: "string", comment: "Its path" }] }),
    );
    expect(template.block("aws_glue_catalog_table")).toMatchObject({
      parameters: { classification: "json" },
      storage_descriptor: {
        input_format: "org.apache.hadoop.mapred.TextInputFormat",
        output_format: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        columns: [{ name: "page", type: "string", comment: "Its path" }],
        ser_de_info: {
          serialization_library: "org.openx.data.jsonserde.JsonSerDe",
          parameters: {
            "serialization.format": "1",
            "ignore.malformed.json": "true",
            "use.null.for.invalid.data": "true",
          },
        },
      },
    });
  });

  test("has tables without partitions", () => {
    const template = synthesize(withTable({ partitions: undefined }));
    const { parameters, partition_keys } = template.block("aws_glue_catalog_table");
    expect(parameters).toEqual({ EXTERNAL: "TRUE", classification: "parquet" });
    expect(partition_keys).toEqual([]);
  });

  test("projects every kind of partition", () => {
    const template = synthesize(
      withTable({
        partitions: [
          { name: "country", type: "enum", values: ["pt", "fr"] },
          { name: "hour", type: "integer", from: 0, to: 23, columnType: "int" },
          { name: "site", type: "injected" },
        ],
      }),
    );
    expect(template.block("aws_glue_catalog_table")).toMatchObject({
      parameters: {
        EXTERNAL: "TRUE",
        classification: "parquet",
        "projection.enabled": "true",
        "projection.country.type": "enum",
        "projection.country.values": "pt,fr",
        "projection.hour.type": "integer",
        "projection.hour.range": "0,23",
        "projection.site.type": "injected",
      },
      partition_keys: [
        { name: "country", type: "string" },
        { name: "hour", type: "int" },
        { name: "site", type: "string" },
      ],
    });
  });

  test("may be an existing database by its name", () => {
    const template = synthesize((stack) => {
      make(stack, { database: "theirs" }).addTable("page_views", pageViews);
    });
    expect(template.all("aws_glue_catalog_database")).toEqual([]);
    expect(template.block("aws_glue_catalog_table").database_name).toBe("theirs");
  });

  test("hands out each table as it is added, by name, folder, format and partitions", () => {
    synthesize((stack) => {
      const catalog = make(stack);
      const views = catalog.addTable("page_views", pageViews);
      const clicks = catalog.addTable("clicks", { ...pageViews, prefix: "raw/clicks/", format: "json" });
      expect(views).toMatchObject({
        name: "page_views",
        prefix: "processed/page_views/",
        format: "parquet",
        partitions: [{ name: "dt", type: "date", days: 30 }],
      });
      expect(clicks).toMatchObject({ prefix: "raw/clicks/", format: "json" });
      expect(catalog.tables).toEqual([views, clicks]);
    });
  });

  test("has the address of a table by the table's own id", () => {
    expect(synthesize(withTable({})).addresses()).toContainEqual(
      expect.stringMatching(/^aws_glue_catalog_table\.catalog_page_views_[0-9A-F]{8}$/),
    );
  });

  test("adds a table over what a table's delivery keeps as it was sent, other partitions being columns there", () => {
    const template = synthesize((stack) => {
      const catalog = make(stack);
      const views = catalog.addTable("page_views", {
        ...pageViews,
        partitions: [{ name: "country", type: "enum", values: ["pt"] }, daily("dt", 30)],
      });
      catalog.addRawTable(views, { description: "As sent" });
    });
    expect(template.block("aws_glue_catalog_table", "page_views_raw")).toMatchObject({
      name: "page_views_raw",
      description: "As sent",
      parameters: { classification: "json", "projection.dt.range": "NOW-30DAYS,NOW" },
      partition_keys: [{ name: "dt", type: "string" }],
      storage_descriptor: {
        location: "s3://${aws_s3_bucket.bucket.bucket}/raw/page_views/",
        columns: [...pageViews.columns, { name: "country", type: "string" }],
      },
    });
  });

  test("checks a table where it is added", () => {
    expect(problemsOf((stack) => void make(stack).addTable("Clicks", pageViews))).toEqual([
      'test/catalog/Clicks: name is "Clicks": must be 1-128 lower-case letters, digits and underscores',
    ]);
  });

  test("knows an existing table by its ARN", () => {
    const arn = "arn:aws:glue:us-east-1:123456789012:table/shop/orders";
    const template = synthesize((stack) => {
      const lake = DataLake.fromBucketName(stack, "lake", "shop-lake");
      const orders = LakeTable.fromArn(stack, "orders", arn, { lake, prefix: "tables/orders/" });
      expect(orders).toMatchObject({ name: "orders", database: "shop", format: "parquet" });
      orders.grantRead("analysts");
    });
    expect(template.statements(".grants-")[0]?.resources).toEqual([
      "arn:aws:glue:us-east-1:123456789012:catalog",
      "arn:aws:glue:us-east-1:123456789012:database/shop",
      arn,
    ]);
    expect(template.statements("lake_grants")[1]?.resources).toEqual([
      "arn:aws:s3:::shop-lake/tables/orders/*",
    ]);
    const problems = problemsOf((stack) => {
      const lake = DataLake.fromBucketName(stack, "lake", "shop-lake");
      LakeTable.fromArn(stack, "orders", "shop.orders", { lake, prefix: "tables/orders/" });
    });
    expect(problems).toEqual([
      'test/orders: arn is "shop.orders": must be a table\'s ARN, such as arn:aws:glue:us-east-1:123456789012:table/shop/orders',
    ]);
  });

  test("lets a role read a table: its definition and its objects", () => {
    const template = synthesize((stack) => {
      const catalog = make(stack);
      catalog.addTable("clicks", pageViews);
      const views = catalog.addTable("page_views", pageViews);
      views.grantRead(new IamRole(stack, "analyst", { assumeRolePolicy: "{}" }));
    });
    expect(template.statements("catalog_grants")).toEqual([
      {
        actions: [
          "glue:BatchGetPartition",
          "glue:GetDatabase",
          "glue:GetPartition",
          "glue:GetPartitions",
          "glue:GetTable",
          "glue:GetTables",
        ],
        resources: [
          expect.stringMatching(
            /^\$\{join\(.*aws_glue_catalog_table\.catalog_page_views_\w+\.arn.*\)\}:catalog$/,
          ),
          expect.stringMatching(
            /:database\/\$\{aws_glue_catalog_table\.catalog_page_views_\w+\.database_name\}$/,
          ),
          expect.stringMatching(/^\$\{aws_glue_catalog_table\.catalog_page_views_\w+\.arn\}$/),
        ],
      },
    ]);
    expect(template.statements("lake_grants")[1]).toEqual({
      actions: ["s3:GetObject"],
      resources: ["${aws_s3_bucket.bucket.arn}/processed/page_views/*"],
    });
    expect(template.all("aws_iam_role_policy").map(({ block }) => block.role)).toEqual([
      "${aws_iam_role.analyst.name}",
      "${aws_iam_role.analyst.name}",
    ]);
  });

  const dt: TablePartition = { name: "dt", type: "date", days: 30 };
  const name = "must be 1-255 lower-case letters, digits and underscores";
  const folder = 'must be a folder: end in "/" and not start with it';
  test.each<[Partial<TableProps>, string]>([
    [{ columns: [] }, "columns is []: a table has at least one column"],
    [{ prefix: "processed" }, `prefix is "processed": ${folder}`],
    [{ prefix: "processed/views" }, `prefix is "processed/views": ${folder}`],
    [{ prefix: "/processed/" }, `prefix is "/processed/": ${folder}`],
    [{ columns: [{ name: "Page", type: "string" }] }, `columns is "Page": ${name}`],
  ])("refuses %j", (table, problem) => {
    expect(problemsOf(withTable(table))).toEqual([`test/catalog/page_views: ${problem}`]);
  });

  const once = "must be the name of one column only; partitions are columns too";
  test.each<[TablePartition, string]>([
    [{ ...dt, name: "d-t" }, `columns is "d-t": ${name}`],
    [{ ...dt, name: "page" }, `columns is "page": ${once}`],
    [{ ...dt, days: 0 }, "partitions.dt.days is 0: must be a whole number of days from 1 to 36500"],
    [{ name: "c", type: "enum", values: [] }, "partitions.c.values is []: must have at least one value"],
    [{ name: "h", type: "integer", from: 2, to: 1 }, "partitions.h.from is 2: must not be above `to`"],
  ])("refuses the partition %j", (partition, problem) => {
    expect(problemsOf(withTable({ partitions: [partition] }))).toEqual([
      `test/catalog/page_views: ${problem}`,
    ]);
  });

  test("takes a range of one number", () => {
    const partitions: TablePartition[] = [{ name: "h", type: "integer", from: 2, to: 2 }];
    expect(problemsOf(withTable({ partitions }))).toEqual([]);
  });

  test.each([
    "uniontype<int,string>",
    "json",
    "integer",
    "decimal(39,2)",
    "decimal(4,5)",
    "varchar",
    "varchar(65536)",
    "char(256)",
    "array<int",
    "array<int>>",
    "map<string>",
    "STRING",
    "struct<a:int,a:int>",
    "struct<A:int>",
    "struct<:int>",
    "struct<a-b:int>",
    "struct<a.b:int>",
    "struct<`a`:int>",
    "struct<a :int>",
    "map<array<int>,int>",
    "map<struct<a:int>,int>",
    "map<map<int,int>,int>",
    "struct<a>",
    "",
  ])("refuses the column type %s, which Glue, Firehose or Athena does not take", (type) => {
    const [problem, ...others] = problemsOf(withTable({ columns: [{ name: "page", type }] }));
    expect(others).toEqual([]);
    expect(problem).toMatch(/^test\/catalog\/page_views: columns\.page\.type is ".*": (must|has) /);
  });

  test.each([
    "tinyint",
    "decimal",
    "decimal(38,38)",
    "varchar(65535)",
    "char(255)",
    "array<array<double>>",
    "map<string,struct<at:timestamp,tags:array<string>>>",
    "struct<a:int,b:decimal(10,2)>",
  ])("takes the column type %s", (type) => {
    expect(problemsOf(withTable({ columns: [{ name: "page", type }] }))).toEqual([]);
  });

  test("refuses a wrong database name, and a name beside an existing database", () => {
    expect(problemsOf((stack) => void make(stack, { databaseName: "page-views" }))).toEqual([
      'test/catalog: databaseName is "page-views": must be 1-128 lower-case letters, digits and underscores',
    ]);
    const both = problemsOf((stack) => {
      make(stack, {
        databaseName: "mine",
        database: new GlueCatalogDatabase(stack, "theirs", { name: "theirs" }),
      });
    });
    expect(both).toEqual(["test/catalog: database and databaseName are both given: give one of them"]);
  });
});

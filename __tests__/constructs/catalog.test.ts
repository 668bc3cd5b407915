import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import { Catalog, type CatalogProps, type Partition, type TableProps } from "../../constructs/index";
import { pageViews } from "../support/page-views";
import { problemsOf, synthesize } from "../support/synthesize";

const make = (stack: TerraformStack, props: Partial<CatalogProps> = {}) =>
  new Catalog(stack, "catalog", {
    bucket: new S3Bucket(stack, "bucket"),
    tables: { page_views: pageViews },
    ...props,
  });
const withTable = (table: Partial<TableProps>) => (stack: TerraformStack) =>
  void make(stack, { tables: { page_views: { ...pageViews, ...table } } });
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
      make(stack, { database: new GlueCatalogDatabase(stack, "theirs", { name: "theirs" }) });
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

  test("has tables over JSON that outlive a broken line", () => {
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
          parameters: { "serialization.format": "1", "ignore.malformed.json": "true" },
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

  test("hands out its tables by name, and takes more", () => {
    synthesize((stack) => {
      const catalog = make(stack);
      const added = catalog.addTable("clicks", { ...pageViews, prefix: "processed/clicks/" });
      expect(catalog.table("clicks")).toBe(added);
      expect(catalog.table("page_views")).not.toBe(added);
      expect([...catalog.prefixes]).toEqual([
        ["page_views", "processed/page_views/"],
        ["clicks", "processed/clicks/"],
      ]);
      expect(() => catalog.table("visits")).toThrow(
        'test/catalog: no table "visits"; there are page_views, clicks',
      );
    });
    synthesize((stack) => {
      expect(() => make(stack, { tables: undefined }).table("visits")).toThrow(
        'test/catalog: no table "visits"; there are none',
      );
    });
  });

  test("checks tables that are added", () => {
    expect(problemsOf((stack) => void make(stack).addTable("Clicks", pageViews))).toEqual([
      'test/catalog: tables is "Clicks": must be 1-128 lower-case letters, digits and underscores',
    ]);
  });

  test("lets a role read definitions: of all tables, or of some", () => {
    const template = synthesize((stack) => {
      const catalog = make(stack);
      const clicks = catalog.addTable("clicks", { ...pageViews, prefix: "processed/clicks/" });
      catalog.grantRead(new IamRole(stack, "all", { assumeRolePolicy: "{}" }));
      catalog.grantRead(new IamRole(stack, "some", { assumeRolePolicy: "{}" }), [clicks]);
    });
    const roles = template.all("aws_iam_role_policy").map(({ block }) => block.role);
    expect(roles.sort()).toEqual(["${aws_iam_role.all.name}", "${aws_iam_role.some.name}"]);
    const common = [
      expect.stringMatching(
        /^\$\{join\(":", slice\(split\(":", aws_glue_catalog_database\.catalog_database_\w+\.arn\), 0, 5\)\)\}:catalog$/,
      ),
      expect.stringMatching(/^\$\{aws_glue_catalog_database\.catalog_database_\w+\.arn\}$/),
    ];
    const table = (name: string) =>
      expect.stringMatching(new RegExp(`^\\$\\{aws_glue_catalog_table\\.catalog_${name}_\\w+\\.arn\\}$`));
    const actions = [
      "glue:BatchGetPartition",
      "glue:GetDatabase",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTables",
    ];
    const statements = template.policyDocuments().map((document) => document.statements);
    expect(statements).toContainEqual([
      { actions, resources: [...common, table("page_views"), table("clicks")] },
    ]);
    expect(statements).toContainEqual([{ actions, resources: [...common, table("clicks")] }]);
  });

  const dt: Partition = { name: "dt", type: "date", days: 30 };
  const name = "must be 1-255 lower-case letters, digits and underscores";
  test.each<[Partial<TableProps>, string]>([
    [{ columns: [] }, "columns is []: a table has at least one column"],
    [{ prefix: "processed" }, 'prefix is "processed": must end in "/" and not start with it'],
    [{ prefix: "processed/views" }, 'prefix is "processed/views": must end in "/" and not start with it'],
    [{ prefix: "/processed/" }, 'prefix is "/processed/": must end in "/" and not start with it'],
    [{ columns: [{ name: "Page", type: "string" }] }, `columns is "Page": ${name}`],
    [{ partitions: [{ ...dt, name: "d-t" }] }, `columns is "d-t": ${name}`],
    [
      { partitions: [{ ...dt, name: "page" }] },
      'columns is "page": names one column only, partitions included',
    ],
    [
      { partitions: [{ ...dt, days: 0 }] },
      "partitions.dt.days is 0: must be a whole number of days from 1 to 36500",
    ],
    [
      { partitions: [{ name: "c", type: "enum", values: [] }] },
      "partitions.c.values is []: must have at least one value",
    ],
    [
      { partitions: [{ name: "h", type: "integer", from: 2, to: 1 }] },
      "partitions.h.from is 2: must not be above `to`",
    ],
  ])("refuses %j", (table, problem) => {
    expect(problemsOf(withTable(table))).toEqual([`test/catalog: tables.page_views.${problem}`]);
  });

  test("takes a range of one number", () => {
    const partitions: Partition[] = [{ name: "h", type: "integer", from: 2, to: 2 }];
    expect(problemsOf(withTable({ partitions }))).toEqual([]);
  });

  test("refuses a wrong table name", () => {
    expect(problemsOf((stack) => void make(stack, { tables: { "page-views": pageViews } }))).toEqual([
      'test/catalog: tables is "page-views": must be 1-128 lower-case letters, digits and underscores',
    ]);
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

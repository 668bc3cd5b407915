import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  Catalog,
  DataLake,
  type DeliveryProps,
  daily,
  type ILake,
  LakeTable,
  QueryLayer,
  Stream,
  StreamDelivery,
  type StreamDeliveryProps,
  StreamingIngest,
  type TablePartition,
  type TableProps,
} from "../../../constructs/index";
import { handlerEntry, problemsOf } from "../../support/synthesize";

const streamArn = "arn:aws:kinesis:us-east-1:123456789012:stream/views";
const columns = [{ name: "page", type: "string" }];
const at = 'must be a folder: end in "/" and not start with it';

/** What is said of a catalog's parts, without the path. */
function ofCatalog(build: (catalog: Catalog, lake: ILake, stack: TerraformStack) => void): string[] {
  return problemsOf((stack) => {
    const lake = new DataLake(stack, "lake");
    build(new Catalog(stack, "catalog", { lake }), lake, stack);
  }).map((problem) => problem.replace(/^test\//, ""));
}

function delivered(stack: TerraformStack, to: StreamDeliveryProps["to"], props: DeliveryProps = {}) {
  new StreamDelivery(stack, "delivery", { stream: Stream.fromArn(stack, "stream", streamArn), to, ...props });
}

describe("a table", () => {
  const ofTable = (props: Partial<TableProps>) =>
    ofCatalog((catalog) => void catalog.addTable("views", { columns, ...props }));

  test.each([
    ["processed/../x/", "must not have the folders . and .."],
    ["processed//x/", 'must not have "//", a folder without a name'],
    ["processed/${foo}/", 'must not have "{", which is to be avoided in keys of S3'],
    ["processed/%{foo}/", 'must not have "%", which is to be avoided in keys of S3'],
    ["processed/!{timestamp:yyyy}/", 'must not have "{", which is to be avoided in keys of S3'],
    ["processed/a\nb/", 'must not have "\\n", which is to be avoided in keys of S3'],
    [`${"x".repeat(1100)}/`, "must have 1024 bytes at most"],
    ["/views/", at],
    ["views", at],
    ["", at],
  ])("is not in the folder %j", (prefix, rule) => {
    expect(ofTable({ prefix })).toEqual([`catalog/views: prefix is ${JSON.stringify(prefix)}: ${rule}`]);
  });

  test("that exists has a folder as well", () => {
    const problems = ofCatalog((_, lake, stack) => {
      const arn = "arn:aws:glue:us-east-1:123456789012:table/shop/orders";
      LakeTable.fromArn(stack, "orders", arn, { lake, prefix: "no-slash" }).grantRead("analysts");
    });
    expect(problems).toEqual([`orders: prefix is "no-slash": ${at}`]);
  });

  test.each<[TablePartition, string]>([
    [
      { name: "p", type: "enum", values: ["a"], columnType: "array<int>" },
      'columnType is "array<int>": must be one of string, tinyint, smallint, int, bigint',
    ],
    [
      { name: "p", type: "injected", columnType: "map<string,int>" },
      'columnType is "map<string,int>": must be one of string, tinyint, smallint, int, bigint',
    ],
    [{ ...daily("p", 3), columnType: "int" }, 'columnType is "int": must be one of string, date'],
    [{ name: "p", type: "enum", values: ["a", "b", "a"] }, 'values is "a": is given twice'],
    [
      { name: "p", type: "enum", values: ["a,b"] },
      'values is "a,b": must be text without commas, slashes, braces and control characters',
    ],
    [
      { name: "p", type: "enum", values: [""] },
      'values is "": must be text without commas, slashes, braces and control characters',
    ],
    [{ name: "p", type: "integer", from: 1.5, to: 3 }, "from is 1.5: must be a whole number"],
  ])("is not partitioned by %j", (partition, problem) => {
    expect(ofTable({ partitions: [partition] })).toEqual([`catalog/views: partitions.p.${problem}`]);
  });

  test.each(["`page`", "page.url", "Page", "page url", ""])("has no column %j", (name) => {
    expect(ofTable({ columns: [{ name, type: "string" }] })).toEqual([
      `catalog/views: columns is ${JSON.stringify(name)}: must be 1-255 lower-case letters, digits and underscores`,
    ]);
  });

  test("has comments and a description that Glue takes", () => {
    const column = { name: "page", type: "string", comment: "c".repeat(256) };
    expect(ofTable({ columns: [column], description: "d\nd" })).toEqual([
      'catalog/views: description is "d\\nd": must be 1-2048 characters on one line',
      expect.stringMatching(
        /^catalog\/views: columns\.page\.comment is "c+": must be 255 characters at most, on one line$/,
      ),
    ]);
  });

  test("does not lie in another's folder, whichever catalog has that", () => {
    const problems = ofCatalog((catalog, lake, stack) => {
      catalog.addTable("views", { columns });
      new Catalog(stack, "other", { lake }).addTable("inner", { columns, prefix: "processed/views/inner/" });
      catalog.addTable("lines", { columns, prefix: "processed/views/", format: "json" });
    });
    const rule = "must not share a folder with table";
    const why = "one would read the other's objects";
    expect(problems).toEqual([
      `catalog/lines: prefix is "processed/views/": ${rule} views, processed/views/: ${why}`,
      `catalog/lines: prefix is "processed/views/": ${rule} inner, processed/views/inner/: ${why}`,
      `other/inner: prefix is "processed/views/inner/": ${rule} views, processed/views/: ${why}`,
    ]);
  });
});

test("two tables of one format may read one folder", () => {
  const prefix = "processed/views/";
  const problems = ofCatalog((catalog) => {
    for (const name of ["views", "views_again"]) catalog.addTable(name, { columns, prefix });
  });
  expect(problems).toEqual([]);
});

describe("a database that exists", () => {
  test("is refused by a name that Glue can't have, and without a new one's description", () => {
    const problems = ofCatalog((_, lake, stack) => {
      new Catalog(stack, "theirs", { lake, database: "Bad Name!" });
      new Catalog(stack, "described", { lake, database: "company-web", databaseDescription: "Theirs" });
    });
    expect(problems).toEqual([
      'theirs: database is "Bad Name!": must be a database or its name, 1-255 lower-case letters, digits, underscores and hyphens',
      "described: database and databaseDescription are both given: give one of them",
    ]);
  });
});

describe("a lake that exists", () => {
  test.each(["a..b", "192.168.0.1", "a.-b", "-ab", "a", "A-bucket"])("is not the bucket %j", (name) => {
    expect(problemsOf((stack) => void DataLake.fromBucketName(stack, "lake", name))).toEqual([
      `test/lake: bucketName is ${JSON.stringify(name)}: must be the name of an S3 bucket`,
    ]);
  });

  test("may have dots in its bucket's name", () => {
    expect(problemsOf((stack) => void DataLake.fromBucketName(stack, "lake", "logs.example.com"))).toEqual(
      [],
    );
  });

  test("has zones side by side", () => {
    const zones = { raw: "a/", processed: "a/b/", errors: "../e/" };
    expect(problemsOf((stack) => void DataLake.fromBucketName(stack, "lake", "theirs", { zones }))).toEqual([
      'test/lake: zones.errors is "../e/": must not have the folders . and ..',
      'test/lake: zones.processed is "a/b/": must not share a folder with raw, a/',
    ]);
  });
});

describe("a delivery", () => {
  const ofFolder = (prefix: string, props: DeliveryProps = {}) =>
    ofCatalog((_, lake, stack) => delivered(stack, { lake, prefix }, props));
  const ofTable = (table: Partial<TableProps>, props: DeliveryProps) =>
    ofCatalog((catalog, _, stack) =>
      delivered(stack, catalog.addTable("views", { columns, ...table }), props),
    );

  test.each([
    ["/a/", 'must not start with "/"'],
    ["a//b/", 'must not have "//", a folder without a name'],
    ["${foo}/", 'must not have "{", which is to be avoided in keys of S3'],
    ["%{foo}/", 'must not have "%", which is to be avoided in keys of S3'],
    ["{timestamp:yyyy}/", 'must not have "{", which is to be avoided in keys of S3'],
    ["a\nb/", 'must not have "\\n", which is to be avoided in keys of S3'],
  ])("does not go to %j", (prefix, rule) => {
    expect(ofFolder(prefix)).toEqual([`delivery: to.prefix is ${JSON.stringify(prefix)}: ${rule}`]);
  });

  test("does not send raw records and errors to such places either", () => {
    const errorPrefix = "/errors/!{firehose:error-output-type}/";
    expect(ofTable({}, { keepRaw: "/raw/", errorPrefix })).toEqual([
      `delivery: errorPrefix is ${JSON.stringify(errorPrefix)}: must not start with "/"`,
      'delivery: keepRaw is "/raw/": must not start with "/"',
    ]);
  });

  test.each([
    ["europe/lisbon", "must be written Europe/Lisbon"],
    ["ASIA/TOKYO", "must be written Asia/Tokyo"],
    ["utc", "must be UTC, or a region and a place, such as Europe/Lisbon"],
    ["PST", "must be UTC, or a region and a place, such as Europe/Lisbon"],
    ["Europe/Nowhere", "must be UTC, or a region and a place, such as Europe/Lisbon"],
    ["", "must be UTC, or a region and a place, such as Europe/Lisbon"],
  ])("is in no time zone %j", (timeZone, rule) => {
    expect(ofFolder("views/", { timeZone })).toEqual([
      `delivery: timeZone is ${JSON.stringify(timeZone)}: ${rule}`,
    ]);
  });

  test.each(["UTC", "Europe/Lisbon", "Asia/Calcutta", "America/Argentina/Buenos_Aires", "US/Pacific"])(
    "may be in the time zone %s",
    (timeZone) => {
      expect(ofFolder("views/", { timeZone })).toEqual([]);
    },
  );

  test("to a table by the day has Athena's days, which are of UTC", () => {
    const partitions = [daily("dt", 3)];
    expect(ofTable({ partitions }, { timeZone: "Asia/Tokyo" })).toEqual([
      'delivery: timeZone is "Asia/Tokyo": must be UTC for a table that is partitioned by day: Athena reads the days up to today in UTC, and in a zone ahead of UTC tomorrow has begun already',
    ]);
    expect(ofTable({ partitions }, { timeZone: "UTC" })).toEqual([]);
    expect(ofTable({}, { timeZone: "Asia/Tokyo" })).toEqual([]);
  });

  test.each([
    "processed/views/!{timestamp:yyyy/MM/dd}/",
    "processed/views/",
    "processed/views/dt=!{timestamp:yyyy}/",
  ])("to a table by the day is not in %s, where Athena does not look", (prefix) => {
    expect(ofTable({ partitions: [daily("dt", 3)] }, { prefix })).toEqual([
      `delivery: prefix is ${JSON.stringify(prefix)}: must have the folder dt=!{timestamp:yyyy-MM-dd}/ of the table's partition`,
    ]);
  });

  test("may name one value of a partition, and add to the folder of the last", () => {
    const partitions: TablePartition[] = [
      { name: "site", type: "enum", values: ["eu", "us"] },
      daily("dt", 3),
    ];
    const prefix = "processed/views/site=eu/dt=!{timestamp:yyyy-MM-dd}/!{timestamp:HH}/";
    expect(ofTable({ partitions }, { prefix })).toEqual([]);
  });

  test.each(["ZIP", "Snappy", "HADOOP_SNAPPY"] as const)(
    "to a table of JSON is not compressed by %s",
    (compression) => {
      expect(ofTable({ format: "json" }, { compression })).toEqual([
        `delivery: compression is "${compression}": must be GZIP or UNCOMPRESSED for a table of JSON: Athena does not read Firehose's other compressions`,
      ]);
    },
  );

  test("leaves no JSON in the folder of a table of Parquet, in whichever way", () => {
    const inside = "processed/parquet/";
    const problems = ofCatalog((catalog, lake, stack) => {
      catalog.addTable("parquet", { columns });
      catalog.addTable("lines", { columns, format: "json", prefix: "errors/lines/" });
      delivered(stack, catalog.addTable("views", { columns }), {
        keepRaw: inside,
        errorPrefix: `${inside}x/!{firehose:error-output-type}/`,
      });
      const stream = Stream.fromArn(stack, "second", streamArn);
      new StreamDelivery(stack, "folder", { stream, to: { lake, prefix: "processed/" } });
    });
    const rule = "must not share a folder with table parquet, processed/parquet/, which does not read JSON";
    expect(problems).toEqual([
      `delivery: keepRaw is "processed/parquet/": must not share a folder with errorPrefix, processed/parquet/x/!{firehose:error-output-type}/`,
      `delivery: errorPrefix is "processed/parquet/x/!{firehose:error-output-type}/": ${rule}`,
      `delivery: keepRaw is "processed/parquet/": ${rule}`,
      `folder: to.prefix is "processed/": ${rule}`,
      `folder: to.prefix is "processed/": ${rule.replaceAll("parquet", "views")}`,
    ]);
  });

  test("takes partition keys that jq takes", () => {
    const prefix = "views/!{partitionKeyFromQuery:a-b}/!{partitionKeyFromQuery:c}/";
    expect(ofFolder(prefix, { dynamicPartitioning: { "a-b": ".x", c: " " } })).toEqual([
      'delivery: dynamicPartitioning.a-b is "a-b": must be named by letters, digits and _, and not begin with a digit',
      'delivery: dynamicPartitioning.c is " ": must be a jq expression, such as .country',
    ]);
  });
});

describe("results of queries", () => {
  test("lie in no table's folder, whichever catalog has that, and in one that keys can have", () => {
    const problems = ofCatalog((catalog, lake, stack) => {
      new Catalog(stack, "other", { lake }).addTable("views", { columns });
      new QueryLayer(stack, "among", { catalog, resultPrefix: "processed/views/results/" });
      new QueryLayer(stack, "above", { catalog, resultPrefix: "a/../b/" }).grantQuery("analysts", []);
    });
    expect(problems).toEqual([
      'among: resultPrefix is "processed/views/results/": must not share a folder with table views, processed/views/: the table would read the results',
      'above: resultPrefix is "a/../b/": must not have the folders . and ..',
    ]);
  });
});

describe("one mistake", () => {
  test("with a key is told once", () => {
    const rule = "must be a key or its ARN, such as arn:";
    const wrong = "alias/x";
    const ofLake = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake", { encryptionKey: wrong });
      new StreamingIngest(stack, "ingest", { handler: handlerEntry, to: { lake, prefix: "raw/" } });
    });
    expect(ofLake).toEqual([expect.stringContaining(`test/lake: encryptionKey is "alias/x": ${rule}`)]);
    const ofIngest = problemsOf((stack) => {
      const to = { lake: new DataLake(stack, "lake"), prefix: "raw/" };
      new StreamingIngest(stack, "ingest", { handler: handlerEntry, encryptionKey: wrong, to });
    });
    expect(ofIngest).toEqual([expect.stringContaining(`test/ingest: encryptionKey is "alias/x": ${rule}`)]);
  });

  test("with a name is told once", () => {
    const problems = problemsOf((stack) => {
      const to = { lake: new DataLake(stack, "lake"), prefix: "raw/" };
      new StreamingIngest(stack, "ingest", { name: "a b", handler: handlerEntry, to });
    });
    expect(problems).toEqual([
      'test/ingest: name is "a b": must be 1-54 letters, digits and _-, because the parts\' names are longer',
    ]);
  });

  test.each(["/views/", "views", "", "a//b/", "../"])("with a table's folder, %j, is told once", (prefix) => {
    const problems = ofCatalog((catalog, _, stack) => {
      const views = catalog.addTable("views", { columns, prefix, partitions: [daily("dt", 3)] });
      catalog.addRawTable(views);
      new QueryLayer(stack, "queries", { catalog }).grantQuery("analysts", [views]);
      delivered(stack, views);
    });
    expect(problems).toEqual([expect.stringMatching(/^catalog\/views: prefix is /)]);
  });

  test.each(["/a/", "", "a//b/", "raw/", "errors/x/", "x/!{timestamp:YYYY-MM-dd}/"])(
    "with a delivery's prefix, %j, is told once",
    (prefix) => {
      const ofTable = ofCatalog((catalog, _, stack) =>
        delivered(stack, catalog.addTable("views", { columns, partitions: [daily("dt", 3)] }), { prefix }),
      );
      expect(ofTable).toEqual([expect.stringMatching(/^delivery: prefix is /)]);
    },
  );

  test("with a table's name, a column or a partition is told once", () => {
    const problems = ofCatalog((catalog, _, stack) => {
      const wrong = catalog.addTable("Views", {
        columns: [{ name: "Page Url", type: "json" }],
        partitions: [{ name: "a b", type: "enum", values: ["x/y"] }, daily("dt", 0)],
      });
      catalog.addRawTable(wrong);
      catalog.addRawTable(catalog.addTable("empty", { columns: [] }));
      delivered(stack, wrong, { dynamicPartitioning: { "a b": ".x" } });
    });
    expect(problems.map((problem) => problem.replace(/: must be.*/, ""))).toEqual([
      'catalog/Views: name is "Views"',
      'catalog/Views: columns is "Page Url"',
      'catalog/Views: columns is "a b"',
      'catalog/Views: columns.Page Url.type is "json"',
      'catalog/Views: partitions.a b.values is "x/y"',
      "catalog/Views: partitions.dt.days is 0",
      "catalog/empty: columns is []: a table has at least one column",
      'delivery: dynamicPartitioning.a b is "a b"',
    ]);
  });

  test("with a table of another catalog is told once", () => {
    const problems = ofCatalog((catalog, lake, stack) => {
      const arn = "arn:aws:glue:us-east-1:123456789012:table/shop/orders";
      catalog.addRawTable(LakeTable.fromArn(stack, "orders", arn, { lake, prefix: "processed/orders/" }));
    });
    expect(problems).toEqual([
      'catalog/orders_raw: table is "orders": must be a table that this catalog has added',
    ]);
  });

  test("with a grantee is told once", () => {
    const problems = ofCatalog((catalog, _, stack) => {
      const views = catalog.addTable("views", { columns });
      new QueryLayer(stack, "queries", { catalog }).grantQuery("an analyst", [views]);
    });
    expect(problems).toEqual([expect.stringMatching(/^queries: grantee is "an analyst": must be a role/)]);
  });
});

describe("names", () => {
  test.each([
    [{ project: "Page Views!", environment: "dev" }, 'project is "Page Views!"'],
    [{ project: "views", environment: "" }, 'environment is ""'],
    [{ project: "-views", environment: "dev" }, 'project is "-views"'],
  ])("are not made of %j", (names, what) => {
    expect(problemsOf(() => {}, { names })).toEqual([
      `test: ${what}: must be lower-case letters, digits and hyphens, none of them at an end`,
    ]);
  });
});

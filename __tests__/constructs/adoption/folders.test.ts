import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { describe, expect, test } from "vitest";
import {
  Catalog,
  DataLake,
  type DeliveryProps,
  daily,
  QueryLayer,
  StreamDelivery,
} from "../../../constructs/index";
import { problemsOf } from "../../support/synthesize";

const streamArn = "arn:aws:kinesis:us-east-1:123456789012:stream/views";
const columns = [{ name: "page", type: "string" }];
const aFolder = 'must be a folder: end in "/" and not start with it';

describe("a prefix that is granted first", () => {
  test("is refused as a table's and as the results' folder", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      lake.grantRead("analysts", ["views", "results"]);
      const catalog = new Catalog(stack, "catalog", { lake });
      catalog.addTable("views", { columns, prefix: "views" });
      new QueryLayer(stack, "queries", { catalog, resultPrefix: "results" });
    });
    expect(problems).toEqual([
      `test/catalog/views: prefix is "views": ${aFolder}`,
      `test/queries: resultPrefix is "results": ${aFolder}`,
    ]);
  });

  test("is told of once where it is wrong as a prefix as well", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      lake.grantRead("analysts", ["a//b/"]);
      new Catalog(stack, "catalog", { lake }).addTable("views", { columns, prefix: "a//b/" });
    });
    expect(problems).toEqual(['test/lake: prefixes is "a//b/": must not have "//", a folder without a name']);
  });
});

test.each([
  ["te?m/*", "?"],
  ["*", "*"],
])("the prefix %j is not granted, because it would be a pattern", (prefix, wildcard) => {
  const problems = problemsOf((stack) => {
    const lake = new DataLake(stack, "lake");
    lake.grantRead("analysts", [prefix]);
    lake.grantWrite("writers", [prefix]);
  });
  const rule = `must not have ${JSON.stringify(wildcard)}, a wildcard in policies`;
  expect(problems).toEqual([`test/lake: prefixes is ${JSON.stringify(prefix)}: ${rule}`]);
});

describe("one bucket that is given as two lakes", () => {
  test("has the folders of its tables once", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake", { bucketName: "our-lake" });
      new Catalog(stack, "catalog", { lake }).addTable("views", { columns });
      const lakes = {
        object: DataLake.fromBucket(stack, "object-lake", lake.bucket),
        name: DataLake.fromBucketName(stack, "name-lake", "our-lake"),
        arn: DataLake.fromBucketArn(stack, "arn-lake", lake.bucketArn),
        other: DataLake.fromBucket(stack, "other-lake", new S3Bucket(stack, "other-bucket")),
      };
      for (const [id, theirs] of Object.entries(lakes))
        new Catalog(stack, id, { lake: theirs }).addTable(`lines_${id}`, {
          columns,
          format: "json",
          prefix: `processed/views/${id}/`,
        });
    });
    expect(problems).toEqual(
      ["object", "name", "arn"].map(
        (id) =>
          `test/${id}/lines_${id}: prefix is "processed/views/${id}/": must not share a folder with table views, processed/views/: one would read the other's objects`,
      ),
    );
  });
});

describe("two tables of one name", () => {
  const catalogs = (databases: readonly [string, string], keepRaw?: string) =>
    problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      for (const [index, database] of databases.entries()) {
        const catalog = new Catalog(stack, `catalog${index}`, { lake, database });
        const to = catalog.addTable("views", { columns, prefix: `processed/${index}/` });
        new StreamDelivery(stack, `delivery${index}`, {
          stream: streamArn,
          to,
          keepRaw: index === 1 ? keepRaw : undefined,
        });
      }
    });

  test("are not in one database", () => {
    expect(catalogs(["web", "web"], "raw/other/")).toEqual([
      'test/catalog1/views: name is "views": is the name of the Glue table of test/catalog0/views: give one of them another',
    ]);
  });

  test("keep their records as they were sent apart", () => {
    expect(catalogs(["web", "app"])).toEqual([
      'test/delivery1: keepRaw is "raw/views/dt=!{timestamp:yyyy-MM-dd}/": must not be where the delivery to table test/catalog0/views keeps its records: give a prefix of its own',
    ]);
    expect(catalogs(["web", "app"], "raw/other/")).toEqual([]);
  });
});

test("nothing is delivered to the zone of query results, which is emptied after days", () => {
  const problems = problemsOf((stack) => {
    const lake = new DataLake(stack, "lake");
    const to = { lake, prefix: "athena-results/views/" };
    new StreamDelivery(stack, "delivery", { stream: streamArn, to });
    const zones = { results: "answers/" };
    const theirs = DataLake.fromBucketName(stack, "theirs", "their-lake", { zones });
    new StreamDelivery(stack, "errors", {
      stream: streamArn,
      to: { lake: theirs, prefix: "athena-results/views/" },
      errorPrefix: "answers/!{firehose:error-output-type}/",
    });
  });
  expect(problems).toEqual([
    'test/delivery: to.prefix is "athena-results/views/": must not lie in the zone of query results, athena-results/, whose objects are deleted after days',
    'test/errors: errorPrefix is "answers/!{firehose:error-output-type}/": must not lie in the zone of query results, answers/, whose objects are deleted after days',
  ]);
});

describe("a table of the records as they were sent", () => {
  const rawTable = (props: DeliveryProps) =>
    problemsOf((stack) => {
      const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
      const to = catalog.addTable("views", { columns, partitions: [daily("dt", 3)] });
      catalog.addRawTable(to);
      new StreamDelivery(stack, "delivery", { stream: streamArn, to, ...props });
    });

  test.each([{}, { keepRaw: true }, { keepRaw: "raw/views/dt=!{timestamp:yyyy-MM-dd}/hours/" }])(
    "reads what the delivery with %j keeps",
    (props) => {
      expect(rawTable(props)).toEqual([]);
    },
  );

  test.each([{ keepRaw: false }, { keepRaw: "raw/elsewhere/" }, { keepRaw: "raw/views/" }])(
    "is refused beside a delivery with %j, of which it would read nothing",
    (props) => {
      expect(rawTable(props)).toEqual([
        'test/catalog/views_raw: prefix is "raw/views/": no delivery to table views keeps its records in raw/views/dt=!{timestamp:yyyy-MM-dd}/: leave `keepRaw` out there, or add a table of JSON over its prefix',
      ]);
    },
  );
});

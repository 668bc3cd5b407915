import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, test } from "vitest";
import {
  AccessLogBucket,
  BatchRollup,
  Catalog,
  CostBudget,
  CustomerManagedKey,
  DataLake,
  problemsOf as problemsBelow,
  QueryLayer,
  Stream,
  StreamDelivery,
  StreamingIngest,
  StreamProcessor,
  setNames,
} from "../../../constructs/index";
import { handlerEntry, problemsOf, synthesize } from "../../support/synthesize";

const columns = [{ name: "page", type: "string" }];
const streamArn = "arn:aws:kinesis:us-east-1:123456789012:stream/views";
const sql = "SELECT 1";

describe("a table", () => {
  test("of a name that its catalog has already is refused with what else is wrong", () => {
    const problems = problemsOf((stack) => {
      const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
      for (const name of ["views", "views", "views", "", ""]) catalog.addTable(name, { columns });
      new Stream(stack, "stream", { shardCount: 0 });
    });
    expect(problems.filter((problem) => problem.includes("is the name of"))).toEqual([
      expect.stringMatching(/^test\/catalog\/table-views: name is "views": is the name of the Glue table/),
      expect.stringMatching(/^test\/catalog\/table-views-2: name is "views": is the name of the Glue table/),
      expect.stringMatching(/^test\/catalog\/table--2: name is "": is the name of the Glue table/),
    ]);
    expect(problems).toContainEqual(expect.stringMatching(/^test\/stream: shardCount is 0/));
  });

  test("may have the name database", () => {
    const template = synthesize((stack) => {
      const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
      catalog.addTable("database", { columns });
    });
    expect(template.block("aws_glue_catalog_table").name).toBe("database");
  });
});

test("a query of a name that its layer has already is refused with what else is wrong", () => {
  const problems = problemsOf((stack) => {
    const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
    const twice = [
      { name: "top", sql },
      { name: "top", sql: "" },
    ];
    new QueryLayer(stack, "queries", { catalog, namedQueries: twice, preparedStatements: twice });
  });
  expect(problems).toEqual([
    'test/queries: namedQueries.1.name is "top": is the name of an earlier query too',
    'test/queries: preparedStatements.1.name is "top": is the name of an earlier query too',
    'test/queries: namedQueries.1.sql is "": must have 1 to 262144 bytes',
    'test/queries: preparedStatements.1.sql is "": must have 1 to 262144 bytes',
  ]);
});

describe("a name that something else of the app has already", () => {
  const make = (scope: Construct, name?: string) => {
    const lake = new DataLake(scope, "lake", { bucketName: name });
    new AccessLogBucket(scope, "logs", { bucketName: name && `${name}-logs` });
    new Stream(scope, "stream", { name });
    new CustomerManagedKey(scope, "key", { alias: name });
    new StreamDelivery(scope, "delivery", {
      stream: streamArn,
      to: { lake, prefix: "raw/" },
      name: name && `${name}-delivery`,
    });
    new StreamProcessor(scope, "processor", { stream: streamArn, function: { entry: handlerEntry, name } });
    const catalog = new Catalog(scope, "catalog", { lake, databaseName: name });
    const table = catalog.addTable("views", { columns });
    new QueryLayer(scope, "queries", { catalog, workgroupName: name });
    const rollup = { catalog, sources: [], table, sql: "INSERT INTO views SELECT 1" };
    new BatchRollup(scope, "rollup", { ...rollup, name: name && `${name}-rollup` });
    new CostBudget(scope, "budget", { monthlyDollars: 5, emails: ["a@b.example"], name });
  };

  test("is refused, where it follows from the id alone", () => {
    const problems = problemsOf((stack) => {
      for (const team of ["red", "blue"]) make(new Construct(stack, team));
    });
    const taken = (part: string, prop: string, kind: string, name = `test-${part}`) =>
      `test/blue/${part}: ${prop} is "${name}": is the name of the ${kind} of test/red/${part}: give one of them another`;
    expect(problems).toEqual([
      taken("lake", "bucketName", "S3 bucket"),
      taken("logs", "bucketName", "S3 bucket"),
      taken("stream", "name", "Kinesis stream"),
      taken("key", "alias", "KMS alias"),
      taken("delivery", "name", "Firehose stream"),
      taken("processor", "function.name", "Lambda function"),
      taken("catalog", "databaseName", "Glue database", "test_catalog"),
      taken("queries", "workgroupName", "Athena workgroup"),
      taken("rollup", "name", "schedule"),
      taken("budget", "name", "budget"),
    ]);
  });

  test("is no longer one once they are named", () => {
    const problems = problemsOf((stack) => {
      for (const team of ["red", "blue"]) make(new Construct(stack, team), team);
    });
    expect(problems).toEqual([]);
  });

  test("is told once for all parts that are named after it", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      const table = new Catalog(stack, "catalog", { lake }).addTable("views", { columns });
      const rollup = { catalog: new Catalog(stack, "other", { lake }), sources: [], table };
      for (const id of ["a", "b", "c"]) {
        new StreamingIngest(stack, `ingest-${id}`, {
          name: "views",
          handler: handlerEntry,
          to: table,
          keepRaw: false,
        });
        new BatchRollup(stack, `rollup-${id}`, {
          ...rollup,
          name: "hourly",
          sql: "INSERT INTO views SELECT 1",
        });
      }
    });
    const taken = (id: string, name: string, kind: string) =>
      `test/${id}: name is "${name}": is the name of the ${kind} of test/${id.replace(/.$/, "a")}: give one of them another`;
    expect(problems).toEqual([
      taken("ingest-b", "views", "Kinesis stream"),
      taken("rollup-b", "hourly", "schedule"),
      taken("ingest-c", "views", "Kinesis stream"),
      taken("rollup-c", "hourly", "schedule"),
    ]);
  });

  test("is refused where parts of other kinds have the same name", () => {
    const problems = problemsOf((stack) => {
      const to = { lake: new DataLake(stack, "lake"), prefix: "raw/" };
      new StreamDelivery(stack, "delivery", { stream: streamArn, to, name: "views" });
      const fn = { entry: handlerEntry, name: "views" };
      const onFailure = { name: "lost" };
      new StreamProcessor(stack, "processor", { stream: streamArn, function: fn, onFailure });
      new StreamProcessor(stack, "second", {
        stream: streamArn,
        function: { entry: handlerEntry },
        onFailure,
      });
      const ingest = { handler: handlerEntry, to: { ...to, prefix: "raw/other/" } };
      const monitoring = { alarmTopicProps: { name: "alarms" }, dashboardName: "all" };
      new StreamingIngest(stack, "first", { ...ingest, monitoring });
      new StreamingIngest(stack, "other", { ...ingest, monitoring });
    });
    const taken = (what: string, by: string) =>
      `test/${what}: is the name of the ${by}: give one of them another`;
    expect(problems).toEqual([
      taken('processor: function.name is "views"', "IAM role of test/delivery"),
      taken('second: onFailure.name is "lost"', "SQS queue of test/processor"),
      taken('other/monitoring: alarmTopicProps.name is "alarms"', "SNS topic of test/first/monitoring"),
      taken('other/monitoring/dashboard: name is "all"', "dashboard of test/first/monitoring/dashboard"),
    ]);
  });

  test.each([
    ["refused in another stack of the same account and region", "us-east-1", 1],
    ["taken in another region", "eu-west-1", 0],
  ])("is %s", (_, region, count) => {
    const app = new App({ outdir: "cdktf.out", stackTraces: false });
    setNames(app, { project: "shop", environment: "dev" });
    for (const [id, regionOf] of [
      ["a", "us-east-1"],
      ["b", region],
    ] as const) {
      const stack = new TerraformStack(app, id);
      new AwsProvider(stack, "aws", { region: regionOf });
      new Stream(stack, "stream");
    }
    expect(problemsBelow(app)).toHaveLength(count);
  });

  test("is refused in another region too where AWS has it once in all regions", () => {
    const app = new App({ outdir: "cdktf.out", stackTraces: false });
    setNames(app, { project: "shop", environment: "dev" });
    for (const region of ["us-east-1", "eu-west-1"]) {
      const stack = new TerraformStack(app, region);
      new AwsProvider(stack, "aws", { region });
      const to = { lake: new DataLake(stack, "lake"), prefix: "raw/" };
      new StreamingIngest(stack, "ingest", { handler: handlerEntry, to });
    }
    expect(problemsBelow(app)).toEqual([
      'eu-west-1/lake: bucketName is "shop-dev-lake": is the name of the S3 bucket of us-east-1/lake: give one of them another',
      'eu-west-1/ingest: name is "shop-dev-ingest": is the name of the IAM role of us-east-1/ingest: give one of them another',
    ]);
  });

  test("is free again once that is removed", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      const catalog = new Catalog(stack, "catalog", { lake });
      for (const _ of ["first", "second"]) {
        stack.node.tryRemoveChild("stream");
        new Stream(stack, "stream");
        catalog.node.tryRemoveChild("views");
        catalog.addTable("views", { columns });
      }
    });
    expect(problems).toEqual([]);
  });
});

describe("what is told once", () => {
  test("is told by the next construct when the first is removed", () => {
    const problems = problemsOf((stack) => {
      for (const id of ["first", "second"]) new DataLake(stack, id).grantRead("not a role", ["a//b/"]);
      stack.node.tryRemoveChild("first");
    });
    expect(problems).toEqual([
      expect.stringMatching(/^test\/second: prefixes is "a\/\/b\/"/),
      expect.stringMatching(/^test\/second: grantee is "not a role"/),
    ]);
  });

  test("is told of a role that is granted too much when the first to grant it something is removed", () => {
    const problems = problemsOf((stack) => {
      new DataLake(stack, "first").grantRead("analysts");
      const prefixes = Array.from({ length: 300 }, (_, index) => `a/long/folder/of/the/lake/${index}/`);
      new DataLake(stack, "second").grantRead("analysts", prefixes);
      stack.node.tryRemoveChild("first");
    });
    expect(problems).toEqual([
      expect.stringMatching(/^test\/second: grantee is "analysts": is granted so much/),
    ]);
  });

  test("is not a handler that another ingest lacks as well", () => {
    const problems = problemsOf((stack) => {
      const lake = new DataLake(stack, "lake");
      for (const id of ["first", "second"])
        new StreamingIngest(stack, id, { to: { lake, prefix: `raw/${id}/` } });
    });
    expect(problems).toEqual([
      expect.stringMatching(/^test\/first: handler is undefined/),
      expect.stringMatching(/^test\/second: handler is undefined/),
    ]);
  });
});

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { type TerraformStack, TerraformVariable } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  AccessLogBucket,
  type AccessLogBucketProps,
  type AlarmProps,
  BatchRollup,
  type BatchRollupProps,
  Catalog,
  type CatalogProps,
  CostBudget,
  type CostBudgetProps,
  CustomerManagedKey,
  type CustomerManagedKeyProps,
  Dashboard,
  type DashboardProps,
  DataLake,
  type DataLakeProps,
  daily,
  type ExistingLakeProps,
  type ExistingStreamProps,
  type ExistingTableProps,
  IngestMonitoring,
  type IngestMonitoringProps,
  LakeTable,
  QueryLayer,
  type QueryLayerProps,
  type RawTableProps,
  Stream,
  StreamDelivery,
  type StreamDeliveryProps,
  StreamingIngest,
  type StreamingIngestProps,
  StreamProcessor,
  type StreamProcessorProps,
  type StreamProps,
  setNames,
  type TableProps,
} from "../../../constructs/index";
import { shareOf } from "../../support/share";
import { handlerEntry, problemsOf } from "../../support/synthesize";

const arnOf = (service: string, rest: string) => `arn:aws:${service}:us-east-1:123456789012:${rest}`;
const streamArn = arnOf("kinesis", "stream/views");
const keyArn = arnOf("kms", "key/1234abcd");
const roleArn = "arn:aws:iam::123456789012:role/worker";
const columns = [{ name: "page", type: "string", comment: "A page" }];

/** What a stack has that the constructs under test are given. */
function partsOf(stack: TerraformStack) {
  const lake = new DataLake(stack, "given-lake");
  const catalog = new Catalog(stack, "given-catalog", { lake });
  const table = catalog.addTable("given", { columns });
  return { lake, catalog, table };
}

type Parts = ReturnType<typeof partsOf>;

interface Subject {
  /** Right values of all props, so far as they go together. */
  readonly props: (parts: Parts, stack: TerraformStack) => object;
  readonly make: (stack: TerraformStack, props: never, parts: Parts) => void;
  /** Values of another type that are right nevertheless, by prop. */
  readonly right?: Readonly<Record<string, readonly unknown[]>>;
}

function subject<P extends object>(
  props: (parts: Parts, stack: TerraformStack) => P,
  make: (stack: TerraformStack, props: P, parts: Parts) => void,
  right: Subject["right"] = {},
): Subject {
  return { props, make, right };
}

const metric = {
  namespace: "AWS/Kinesis",
  metricName: "IncomingRecords",
  dimensions: { StreamName: "views" },
  statistic: "Sum",
  periodSeconds: 60,
  label: "In",
};
const buffer = { seconds: 60, mebibytes: 64 };
const onFailure = { name: "lost", retentionDays: 3, encryptionKey: keyArn };
const mapping = {
  batchSize: 10,
  batchingWindowSeconds: 1,
  parallelizationFactor: 1,
  startingPosition: "AT_TIMESTAMP",
  startingPositionTimestamp: "2026-01-15T10:30:00Z",
  maximumRetryAttempts: 1,
  maximumRecordAgeSeconds: 60,
  bisectBatchOnFunctionError: true,
  tumblingWindowSeconds: 0,
  filters: [{}],
  enhancedFanOut: true,
} as const;
const ofFunction = {
  entry: handlerEntry,
  name: "count",
  role: roleArn,
  environment: { LEVEL: "x" },
  memoryMegabytes: 256,
  timeoutSeconds: 60,
  reservedConcurrency: 1,
  logRetentionDays: 14,
  tracing: true,
};
const alarmTopicProps = { name: "alarms", emails: ["a@b.example"], encryptionKey: keyArn };
const monitoring = {
  alarmTopicProps,
  dashboardName: "all",
  iteratorAgeSeconds: 60,
  dataFreshnessSeconds: 60,
};

const subjects: Readonly<Record<string, Subject>> = {
  DataLake: subject<DataLakeProps>(
    () => ({
      bucketName: "company-lake",
      encryptionKey: keyArn,
      accessLogs: { bucket: "company-logs", prefix: "lake/" },
      retentionDays: 365,
      errorRetentionDays: 90,
      resultRetentionDays: 7,
      noncurrentVersionRetentionDays: 7,
      forceDestroy: false,
    }),
    (stack, props) => new DataLake(stack, "subject", props),
  ),
  "a lake that exists": subject<ExistingLakeProps & { bucketName: string }>(
    () => ({
      bucketName: "company-lake",
      encryptionKey: keyArn,
      zones: { raw: "a/", processed: "b/", errors: "c/", results: "d/" },
    }),
    (stack, { bucketName, ...known }) => DataLake.fromBucketName(stack, "subject", bucketName, known),
  ),
  "a lake that exists, by ARN": subject<{ arn: string }>(
    () => ({ arn: "arn:aws:s3:::company-lake" }),
    (stack, { arn }) => DataLake.fromBucketArn(stack, "subject", arn),
  ),
  "a lake that exists, by its bucket": subject<{ bucket: { bucket: string; arn: string } }>(
    ({ lake }) => ({ bucket: lake.bucket }),
    (stack, { bucket }) => DataLake.fromBucket(stack, "subject", bucket),
  ),
  AccessLogBucket: subject<AccessLogBucketProps>(
    () => ({ bucketName: "company-logs", retentionDays: 90, forceDestroy: false }),
    (stack, props) => new AccessLogBucket(stack, "subject", props),
  ),
  CustomerManagedKey: subject<CustomerManagedKeyProps>(
    () => ({ alias: "views", deletionWindowDays: 7, allowDeletion: false, alarmTopics: true }),
    (stack, props) => new CustomerManagedKey(stack, "subject", props),
  ),
  Catalog: subject<CatalogProps>(
    ({ lake }) => ({ lake, databaseName: "web", databaseDescription: "Web" }),
    (stack, props) => new Catalog(stack, "subject", props),
  ),
  "a catalog's database": subject<CatalogProps>(
    ({ lake }) => ({ lake, database: "web" }),
    (stack, props) => new Catalog(stack, "subject", props),
  ),
  "a table": subject<TableProps & { name: string }>(
    () => ({
      name: "views",
      columns,
      partitions: [
        { ...daily("dt", 3), columnType: "string" },
        { name: "site", type: "enum", values: ["eu"] },
        { name: "shard", type: "integer", from: 1, to: 2 },
        { name: "customer", type: "injected" },
      ],
      format: "parquet",
      prefix: "processed/subject/",
      description: "Views",
    }),
    (_, { name, ...props }, { catalog }) => catalog.addTable(name, props),
  ),
  "a raw table": subject<RawTableProps & { table: LakeTable }>(
    ({ table }) => ({ table, name: "lines", description: "Lines" }),
    (_, { table, ...props }, { catalog }) => catalog.addRawTable(table, props),
  ),
  "a table that exists": subject<ExistingTableProps & { arn: string }>(
    ({ lake }) => ({
      arn: arnOf("glue", "table/shop/orders"),
      lake,
      prefix: "orders/",
      format: "json",
      partitions: [daily("dt", 3)],
    }),
    (stack, { arn, ...known }) => LakeTable.fromArn(stack, "subject", arn, known),
  ),
  Stream: subject<StreamProps>(
    () => ({
      name: "views",
      mode: "PROVISIONED",
      shardCount: 1,
      retentionHours: 24,
      encryptionKey: keyArn,
      shardLevelMetrics: ["IncomingBytes"],
    }),
    (stack, props) => new Stream(stack, "subject", props),
  ),
  "a stream that exists": subject<ExistingStreamProps & { arn: string }>(
    () => ({ arn: streamArn, retentionHours: 24, encryptionKey: keyArn }),
    (stack, { arn, ...known }) => Stream.fromArn(stack, "subject", arn, known),
  ),
  StreamDelivery: subject<StreamDeliveryProps>(
    ({ lake }) => ({
      stream: streamArn,
      to: { lake, prefix: "lines/!{partitionKeyFromQuery:site}/" },
      keepRaw: "lines-raw/",
      buffer,
      errorPrefix: "errors/lines/!{firehose:error-output-type}/",
      compression: "GZIP",
      appendDelimiter: true,
      timeZone: "UTC",
      dynamicPartitioning: { site: ".site" },
      name: "lines",
      role: roleArn,
      logRetentionDays: 14,
      encryptionKey: keyArn,
    }),
    (stack, props) => new StreamDelivery(stack, "subject", props),
  ),
  "a delivery to a table": subject<StreamDeliveryProps>(
    ({ table }) => ({
      stream: streamArn,
      to: table,
      keepRaw: true,
      prefix: "processed/given/",
      roleName: "lines",
    }),
    (stack, props) => new StreamDelivery(stack, "subject", props),
    { keepRaw: ["text"] },
  ),
  StreamProcessor: subject<StreamProcessorProps>(
    () => ({
      stream: streamArn,
      name: "views",
      function: ofFunction,
      mapping,
      onFailure,
      encryptionKey: keyArn,
    }),
    (stack, props) => new StreamProcessor(stack, "subject", props),
    { function: ["text"] },
  ),
  "a function with names": subject<StreamProcessorProps>(
    (_, stack) => ({
      stream: streamArn,
      function: { entry: handlerEntry, roleName: "count" },
      onFailure: { queue: new SqsQueue(stack, "queue").arn },
    }),
    (stack, props) => new StreamProcessor(stack, "subject", props),
    { function: ["text"] },
  ),
  StreamingIngest: subject<StreamingIngestProps>(
    ({ table }) => ({
      name: "views",
      stream: { shardCount: 1 },
      handler: handlerEntry,
      mapping,
      onFailure,
      to: table,
      keepRaw: true,
      delivery: { buffer },
      monitoring,
      encryptionKey: keyArn,
    }),
    (stack, props) => new StreamingIngest(stack, "subject", props),
    { stream: ["text"], keepRaw: ["text"] },
  ),
  "an ingest's function": subject<StreamingIngestProps>(
    ({ lake }) => ({ function: ofFunction, to: { lake, prefix: "lines/" }, monitoring: false }),
    (stack, props) => new StreamingIngest(stack, "subject", props),
    { function: ["text"], monitoring: [{}] },
  ),
  IngestMonitoring: subject<IngestMonitoringProps>(
    ({ lake }, stack) => {
      const to = { lake, prefix: "lines/" };
      const ingest = new StreamingIngest(stack, "ingest", { handler: handlerEntry, to, monitoring: false });
      return { ingest, ...monitoring };
    },
    (stack, props) => new IngestMonitoring(stack, "subject", props),
  ),
  "the alarm topic of a monitoring": subject<{ alarmTopic: string }>(
    () => ({ alarmTopic: arnOf("sns", "alarms") }),
    (stack, props, { lake: { bucketName: _, ...rest }, lake }) =>
      new StreamingIngest(stack, "subject", {
        handler: handlerEntry,
        to: { lake, prefix: "lines/" },
        monitoring: props,
      }) && rest,
  ),
  "an alarm": subject<AlarmProps & { id: string }>(
    () => ({
      id: "busy",
      description: "Busy",
      metric,
      threshold: 1,
      evaluationPeriods: 2,
      datapointsToAlarm: 1,
    }),
    (stack, { id, ...props }, { lake }) => {
      const to = { lake, prefix: "lines/" };
      const ingest = new StreamingIngest(stack, "ingest", { handler: handlerEntry, to });
      ingest.monitoring?.addAlarm(id, props);
    },
  ),
  Dashboard: subject<DashboardProps & { title: string; graphs: Record<string, (typeof metric)[]> }>(
    () => ({ name: "all", region: "us-east-1", title: "In", graphs: { In: [metric] } }),
    (stack, { title, graphs, ...props }) => new Dashboard(stack, "subject", props).addRow(title, graphs),
    { graphs: [{}] },
  ),
  CostBudget: subject<CostBudgetProps>(
    () => ({ name: "all", monthlyDollars: 5, emails: ["a@b.example"], tag: { key: "team", value: "web" } }),
    (stack, props) => new CostBudget(stack, "subject", props),
  ),
  QueryLayer: subject<QueryLayerProps>(
    ({ catalog, lake }) => ({
      catalog,
      workgroupName: "web",
      lake,
      resultPrefix: "answers/",
      scanCutoffMebibytes: 10,
      forceDestroy: true,
      namedQueries: [{ name: "top", description: "Top", sql: "SELECT 1" }],
      preparedStatements: [{ name: "top", description: "Top", sql: "SELECT ?" }],
    }),
    (stack, props) => new QueryLayer(stack, "subject", props),
  ),
  "the workgroup of queries": subject<QueryLayerProps>(
    ({ catalog }) => ({ catalog, workgroup: "web" }),
    (stack, props) => new QueryLayer(stack, "subject", props),
  ),
  BatchRollup: subject<BatchRollupProps>(
    ({ catalog, table }) => ({
      name: "hourly",
      catalog,
      sources: [table],
      table,
      sql: "INSERT INTO given SELECT 1",
      scanCutoffMebibytes: 10,
      scheduleExpression: "rate(1 hour)",
      maximumRetryAttempts: 1,
      maximumEventAgeSeconds: 60,
      onFailure,
      roleName: "hourly",
      encryptionKey: keyArn,
    }),
    (stack, props) => new BatchRollup(stack, "subject", props),
  ),
  "a grant of a lake": subject<{ grantee: string; prefixes: string[] }>(
    () => ({ grantee: "analysts", prefixes: ["raw/"] }),
    (_, { grantee, prefixes }, { lake }) => {
      lake.grantRead(grantee, prefixes);
      lake.grantWrite(grantee, prefixes);
    },
  ),
  "a grant of a table": subject<{ grantee: IamRole }>(
    (_, stack) => ({ grantee: new IamRole(stack, "role", { assumeRolePolicy: "{}" }) }),
    (_, { grantee }, { table }) => {
      table.grantRead(grantee);
      table.grantInsert(grantee);
    },
    { grantee: ["text"] },
  ),
  "a grant of a stream": subject<{ grantee: string }>(
    () => ({ grantee: "analysts" }),
    (stack, { grantee }) => {
      Stream.fromArn(stack, "stream", streamArn).grantRead(grantee);
    },
  ),
  "a grant of queries": subject<{ grantee: string; tables: LakeTable[] }>(
    ({ table }) => ({ grantee: "analysts", tables: [table] }),
    (stack, { grantee, tables }, { catalog }) => {
      new QueryLayer(stack, "queries", { catalog }).grantQuery(grantee, tables);
    },
  ),
};

/** A value of each type. */
const values: readonly unknown[] = [7, "text", true, null, {}, [], () => {}];

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
}

interface Case {
  readonly prop: string;
  readonly value: unknown;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !("node" in value);

/** Every prop, those within others included, with each value of another type than its own. */
function casesOf(props: unknown, right: Readonly<Record<string, readonly unknown[]>>, at = ""): Case[] {
  if (!isPlain(props)) return [];
  return Object.entries(props).flatMap(([name, own]) => {
    const prop = at === "" ? name : `${at}.${name}`;
    const other = values.filter((value) => typeOf(value) !== typeOf(own));
    const wrong = other.filter(
      (value) => !right[prop]?.some((one) => JSON.stringify(one) === JSON.stringify(value)),
    );
    return [...wrong.map((value) => ({ prop, value })), ...casesOf(own, right, prop)];
  });
}

function withValue(props: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(props))
    return props.map((one, index) => (String(index) === first ? withValue(one, rest, value) : one));
  const record = props as Record<string, unknown>;
  return { ...record, [first]: withValue(record[first], rest, value) };
}

/** What a user is told; a TypeError, or any error but the project's own line, fails the test. */
function told(make: (stack: TerraformStack) => void): readonly string[] {
  try {
    return problemsOf(make);
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    return error.message.split("\n");
  }
}

describe.each(Object.entries(subjects))("%s", (_, { props, make, right = {} }) => {
  const inStack = (change: (all: object) => unknown) => (stack: TerraformStack) => {
    const parts = partsOf(stack);
    make(stack, change(props(parts, stack)) as never, parts);
  };

  test("takes values of the right types", () => {
    expect(
      told(inStack((all) => all)).filter((problem) => /must be (text|a number|true or)/.test(problem)),
    ).toEqual([]);
  });

  test("tells each prop of a wrong type in one line", () => {
    let cases: readonly Case[] = [];
    told(
      inStack((all) => {
        cases = casesOf(all, right);
        return all;
      }),
    );
    expect(cases.length).toBeGreaterThan(0);
    // Five, so that each prop gets a value, of another type than the prop before it.
    for (const { prop, value } of shareOf(cases, 5)) {
      const lines = told(inStack((all) => withValue(all, prop.split("."), value)));
      const ofProp = lines.filter((line) =>
        new RegExp(`[:.] ?${prop.replace(/^.*\./, "")} is `).test(line.replace(/^\S+ /, ": ")),
      );
      expect(ofProp, `${prop} ${JSON.stringify(value)}: ${lines.join(" | ")}`).toHaveLength(1);
      expect(ofProp[0]).toMatch(/: must be /);
    }
  });
});

describe("a value that is none of those allowed", () => {
  const one = (make: (stack: TerraformStack, parts: Parts) => void) =>
    told((stack) => make(stack, partsOf(stack)));

  test.each<[string, string, (stack: TerraformStack, parts: Parts) => void]>([
    [
      "a mode",
      'test/stream: mode is "on_demand": must be "PROVISIONED" or "ON_DEMAND"',
      (stack) => new Stream(stack, "stream", { mode: "on_demand" as never }),
    ],
    [
      "a compression",
      'test/delivery: compression is "gzip": must be "UNCOMPRESSED" or "GZIP" or "ZIP" or "Snappy" or "HADOOP_SNAPPY"',
      (stack, { lake }) =>
        new StreamDelivery(stack, "delivery", {
          stream: streamArn,
          to: { lake, prefix: "x/" },
          compression: "gzip" as never,
        }),
    ],
    [
      "a type of partition",
      'test/given-catalog/views: partitions.0.type is "month": must be "date" or "enum" or "integer" or "injected"',
      (_, { catalog }) =>
        catalog.addTable("views", { columns, partitions: [{ name: "m", type: "month" as never } as never] }),
    ],
    [
      "a day's partition without days",
      "test/given-catalog/views: partitions.0.days is undefined: must be a whole number of days from 1 to 36500",
      (_, { catalog }) =>
        catalog.addTable("views", { columns, partitions: [daily("dt", undefined as unknown as number)] }),
    ],
    [
      "a misspelt prop",
      "test/lake: retentionDay is 3: there is no such prop; there are retentionDays, errorRetentionDays, resultRetentionDays, noncurrentVersionRetentionDays, bucketName, encryptionKey, accessLogs, forceDestroy",
      (stack) => new DataLake(stack, "lake", { retentionDay: 3 } as never),
    ],
    [
      "no props at all",
      "test/catalog: props is undefined: must be an object of lake, database, databaseName, databaseDescription",
      (stack) => new Catalog(stack, "catalog", undefined as never),
    ],
    [
      "a flag that only Terraform knows",
      "test/lake: forceDestroy is ",
      (stack) => {
        const flag = new TerraformVariable(stack, "flag", { type: "bool" });
        new DataLake(stack, "lake", { forceDestroy: flag.booleanValue as never });
      },
    ],
    [
      "names",
      "app: environment is undefined: must be text",
      (stack) => setNames(stack.node.root, { project: "shop" } as never),
    ],
  ])("%s is told with those", (_, problem, make) => {
    expect(one(make)).toEqual([expect.stringContaining(problem)]);
  });
});

test("what only Terraform knows may be any text or number", () => {
  const problems = problemsOf((stack) => {
    const variable = (name: string) => new TerraformVariable(stack, name, {}).value;
    new DataLake(stack, "lake", { bucketName: variable("bucket"), retentionDays: variable("days") });
    new Stream(stack, "stream", {
      name: variable("stream_name"),
      shardCount: variable("shards"),
      encryptionKey: new KmsKey(stack, "key"),
    });
  });
  expect(problems).toEqual([]);
});

test("what only Terraform knows may be granted, and be granted something", () => {
  const problems = problemsOf((stack) => {
    const variable = (name: string) => new TerraformVariable(stack, name, {}).value;
    const role = variable("role");
    const lake = new DataLake(stack, "lake");
    const catalog = new Catalog(stack, "catalog", { lake });
    const views = catalog.addTable("views", { columns: [{ name: "page", type: "string" }] });
    lake.grantRead(role, [variable("folder")]);
    lake.grantWrite(role, [variable("other_folder")]);
    views.grantRead(role);
    views.grantInsert(role);
    new Stream(stack, "stream").grantRead(role);
    new QueryLayer(stack, "queries", { catalog }).grantQuery(role, [views]);
  });
  expect(problems).toEqual([]);
});

test("a value that JSON does not have is told as JavaScript writes it", () => {
  const itself: { self?: unknown } = {};
  itself.self = itself;
  const values = [Number.NaN, 1n, { days: 1n }, itself];
  const problems = problemsOf((stack) => {
    for (const [index, value] of values.entries())
      new DataLake(stack, `lake-${index}`, { retentionDays: value } as never);
  });
  const rule = "must be a whole number of days from 2 to 36500";
  expect(problems).toEqual([
    `test/lake-0: retentionDays is NaN: ${rule}`,
    `test/lake-1: retentionDays is 1: ${rule}`,
    `test/lake-2: retentionDays is { days: 1n }: ${rule}`,
    `test/lake-3: retentionDays is <ref *1> { self: [Circular *1] }: ${rule}`,
  ]);
});

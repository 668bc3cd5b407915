/**
 * Every option of the constructs, on page views delivered twice: as Parquet by country, and as plain JSON to a
 * bucket that another team owns. Synthesize it with
 *
 *   npx cdktf synth --app "node --import tsx examples/complete.ts" --output examples.out
 */
import { join } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import {
  AccessLogBucket,
  BatchRollup,
  Catalog,
  CostBudget,
  CustomerManagedKey,
  DataLake,
  daily,
  QueryLayer,
  StreamDelivery,
  StreamingIngest,
  setNames,
} from "streaming-data-lake";
import { pageViewColumns } from "./page-views/columns";

const app = new App({ stackTraces: false, context: { allowDataDestruction: true } });
const stack = new TerraformStack(app, "page-views-complete");
setNames(stack, { project: "page-views", environment: "test" });
new AwsProvider(stack, "aws", { region: "eu-west-1" });

const key = new CustomerManagedKey(stack, "key", {
  alias: "page-views",
  deletionWindowDays: 7,
  allowDeletion: true,
  alarmTopics: true,
});

// Decided once: the lake's key is that of stream, queues, logs and results as well.
const lake = new DataLake(stack, "lake", {
  encryptionKey: key,
  accessLogs: {
    bucket: new AccessLogBucket(stack, "access-logs", { retentionDays: 30, forceDestroy: true }).bucket,
    prefix: "lake/",
  },
  retentionDays: 730,
  errorRetentionDays: 30,
  resultRetentionDays: 3,
  noncurrentVersionRetentionDays: 30,
  forceDestroy: true,
});

const catalog = new Catalog(stack, "catalog", {
  lake,
  databaseName: "page_views",
  databaseDescription: "What visitors look at",
});
const byDay = daily("dt", 730);
const views = catalog.addTable("views", {
  description: "Views by country and day",
  columns: pageViewColumns,
  partitions: [{ name: "country", type: "enum", values: ["de", "fr", "pt"] }, byDay],
});
catalog.addRawTable(views, { description: "Views as they were sent" });
const daysOfPages = catalog.addTable("views_daily", {
  description: "Views by page and day",
  columns: [
    { name: "page", type: "string" },
    { name: "views", type: "bigint" },
  ],
  partitions: [byDay],
});

const ingest = new StreamingIngest(stack, "ingest", {
  stream: {
    name: "page-views",
    mode: "ON_DEMAND",
    retentionHours: 168,
    shardLevelMetrics: ["IncomingBytes", "IteratorAgeMilliseconds", "WriteProvisionedThroughputExceeded"],
  },
  function: {
    entry: join(__dirname, "page-views/handler.ts"),
    name: "page-views-count",
    environment: { LOG_LEVEL: "WARN" },
    memoryMegabytes: 512,
    timeoutSeconds: 120,
    logRetentionDays: 30,
    tracing: true,
  },
  mapping: {
    batchSize: 1000,
    batchingWindowSeconds: 5,
    parallelizationFactor: 4,
    startingPosition: "LATEST",
    maximumRetryAttempts: 3,
    maximumRecordAgeSeconds: 3600,
    bisectBatchOnFunctionError: true,
    filters: [{ data: { page: [{ prefix: "/shop/" }] } }],
    enhancedFanOut: true,
  },
  onFailure: { name: "page-views-discarded", retentionDays: 7 },
  to: views,
  delivery: {
    dynamicPartitioning: { country: ".country" },
    buffer: { seconds: 300, mebibytes: 128 },
    logRetentionDays: 30,
  },
  monitoring: {
    alarmTopicProps: { emails: ["data@example.com"], encryptionKey: key },
    dashboardName: "page-views",
    iteratorAgeSeconds: 60,
    dataFreshnessSeconds: 900,
  },
});

const { accountId } = new DataAwsCallerIdentity(stack, "caller");
// In a bucket that another app has made.
const partner = DataLake.fromBucketName(stack, "partner", `page-views-partner-${accountId}`);
new StreamDelivery(stack, "partner-delivery", {
  stream: ingest.stream,
  to: {
    lake: partner,
    prefix: "views/!{timestamp:yyyy/MM/dd}/",
  },
  buffer: { seconds: 900, mebibytes: 5 },
  compression: "GZIP",
  appendDelimiter: true,
  timeZone: "Europe/Lisbon",
});

const queries = new QueryLayer(stack, "queries", {
  catalog,
  workgroupName: "page-views",
  scanCutoffMebibytes: 1024,
  namedQueries: [
    {
      name: "slowest-pages",
      description: "Pages by their 95th percentile of loading time",
      sql: "SELECT page, approx_percentile(milliseconds, 0.95) AS p95\nFROM views\nGROUP BY page\nORDER BY p95 DESC",
    },
  ],
  preparedStatements: [
    { name: "views_of_country", sql: "SELECT COUNT(*) AS views\nFROM views\nWHERE country = ?" },
  ],
});

// Yesterday's views, an hour after midnight.
new BatchRollup(stack, "rollup", {
  catalog,
  sources: [views],
  table: daysOfPages,
  scheduleExpression: "cron(0 1 * * ? *)",
  sql: `INSERT INTO views_daily
SELECT page, COUNT(*) AS views, dt
FROM views
WHERE dt = date_format(date_add('day', -1, from_iso8601_timestamp('<aws.scheduler.scheduled-time>')), '%Y-%m-%d')
GROUP BY page, dt`,
});

// A role of the account that asks questions, and nothing more.
const analyst = new IamRole(stack, "analyst", {
  name: "page-views-analyst",
  assumeRolePolicy: new DataAwsIamPolicyDocument(stack, "analyst-trust", {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "AWS", identifiers: [accountId] }],
        condition: [{ test: "Bool", variable: "aws:MultiFactorAuthPresent", values: ["true"] }],
      },
    ],
  }).json,
});
queries.grantQuery(analyst, [views, daysOfPages]);

new CostBudget(stack, "budget", { monthlyDollars: 50, emails: ["data@example.com"] });

app.synth();

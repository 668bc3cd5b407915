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
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { App, TerraformStack } from "cdktf";
import {
  AccessLogBucket,
  Catalog,
  CostBudget,
  CustomerManagedKey,
  DataLake,
  QueryLayer,
  StreamDelivery,
  StreamingIngest,
  setNames,
  zones,
} from "streaming-data-lake";
import { pageViewColumns } from "./page-views/columns";

const app = new App({ stackTraces: false, context: { allowDataDestruction: true } });
const stack = new TerraformStack(app, "page-views-complete");
setNames(stack, { project: "page-views", environment: "test" });
new AwsProvider(stack, "aws", { region: "eu-west-1" });

const { key } = new CustomerManagedKey(stack, "key", { alias: "page-views", deletionWindowDays: 7 });
const accessLogs = new AccessLogBucket(stack, "access-logs", { retentionDays: 30 });

const lake = new DataLake(stack, "lake", {
  encryptionKey: key,
  accessLogs: { bucket: accessLogs.bucket, prefix: "lake/" },
  retentionDays: 730,
  errorRetentionDays: 30,
  resultRetentionDays: 3,
  noncurrentVersionRetentionDays: 30,
  forceDestroy: true,
});

const catalog = new Catalog(stack, "catalog", {
  databaseName: "page_views",
  databaseDescription: "What visitors look at",
  bucket: lake.bucket,
  tables: {
    views: {
      description: "Views by country and day",
      columns: pageViewColumns,
      prefix: `${zones.processed}views/`,
      format: "parquet",
      partitions: [
        { name: "country", type: "enum", values: ["de", "fr", "pt"] },
        { name: "dt", type: "date", days: 730 },
      ],
    },
  },
});
catalog.addTable("views_raw", {
  description: "Views as they were sent",
  columns: pageViewColumns,
  prefix: `${zones.raw}views/`,
  format: "json",
  partitions: [{ name: "dt", type: "date", days: 730 }],
});

const ingest = new StreamingIngest(stack, "ingest", {
  encryptionKey: key,
  streamProps: {
    name: "page-views",
    mode: "ON_DEMAND",
    retentionHours: 168,
    shardLevelMetrics: ["IncomingBytes", "IteratorAgeMilliseconds", "WriteProvisionedThroughputExceeded"],
  },
  processor: {
    entry: join(__dirname, "page-views/handler.ts"),
    functionName: "page-views-count",
    environment: { LOG_LEVEL: "WARN" },
    memoryMegabytes: 512,
    timeoutSeconds: 120,
    reservedConcurrency: 20,
    logRetentionDays: 30,
    batchSize: 1000,
    batchingWindowSeconds: 5,
    parallelizationFactor: 4,
    startingPosition: "LATEST",
    maximumRetryAttempts: 3,
    maximumRecordAgeSeconds: 3600,
    bisectBatchOnFunctionError: true,
    filters: [{ data: { page: [{ prefix: "/shop/" }] } }],
    enhancedFanOut: true,
    deadLetterQueueProps: { name: "page-views-given-up", retentionDays: 7 },
  },
  delivery: {
    bucket: lake.bucket,
    bucketKey: key,
    table: catalog.table("views"),
    prefix: `${zones.processed}views/country=!{partitionKeyFromQuery:country}/dt=!{timestamp:yyyy-MM-dd}/`,
    errorPrefix: `${zones.errors}!{firehose:error-output-type}/`,
    backupPrefix: `${zones.raw}views/dt=!{timestamp:yyyy-MM-dd}/`,
    dynamicPartitioning: { country: ".country" },
    bufferSeconds: 300,
    bufferMebibytes: 128,
    logRetentionDays: 30,
  },
  monitoring: {
    alarmTopicProps: { emails: ["data@example.com"] },
    dashboardName: "page-views",
    iteratorAgeSeconds: 60,
    dataFreshnessSeconds: 900,
  },
});

const partner = new S3Bucket(stack, "partner", { bucket: "page-views-partner-inbox" });
new StreamDelivery(
  stack,
  "partner-delivery",
  { stream: ingest.stream, retentionHours: 168, encryptionKey: key },
  {
    bucket: partner,
    prefix: "views/!{timestamp:yyyy/MM/dd}/",
    errorPrefix: "errors/!{firehose:error-output-type}/",
    bufferSeconds: 900,
    bufferMebibytes: 5,
    compression: "GZIP",
    appendDelimiter: true,
    timeZone: "Europe/Lisbon",
    encryptionKey: key,
  },
);

const queries = new QueryLayer(stack, "queries", {
  workgroupName: "page-views",
  bucket: lake.bucket,
  catalog,
  encryptionKey: key,
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
  forceDestroy: true,
});

// A role of the account that asks questions, and nothing more.
const analyst = new IamRole(stack, "analyst", {
  name: "page-views-analyst",
  assumeRolePolicy: new DataAwsIamPolicyDocument(stack, "analyst-trust", {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "AWS", identifiers: [new DataAwsCallerIdentity(stack, "caller").accountId] }],
        condition: [{ test: "Bool", variable: "aws:MultiFactorAuthPresent", values: ["true"] }],
      },
    ],
  }).json,
});
queries.grantRunQueries(analyst);
catalog.grantRead(analyst, [catalog.table("views")]);
lake.grantRead(analyst, [`${zones.processed}views/`]);

new CostBudget(stack, "budget", { monthlyDollars: 50, emails: ["data@example.com"] });

app.synth();

import { sensorColumns } from "@streaming-data-lake/dataset";
import { namedQueries, preparedStatements } from "@streaming-data-lake/dataset/queries";
import { hourlyColumns, rollUpStatement } from "@streaming-data-lake/dataset/roll-up";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Catalog, type TableProps } from "../constructs/catalog/catalog";
import { accountId } from "../constructs/core/account";
import { CustomerManagedKey } from "../constructs/core/customer-managed-key";
import { namePrefix, setNames, underscored } from "../constructs/core/names";
import { StreamingIngest } from "../constructs/ingest/streaming-ingest";
import { DataLake, zones } from "../constructs/lake/data-lake";
import { dataDestructionAllowed } from "../constructs/lake/data-lake-rules";
import { CostBudget } from "../constructs/monitoring/cost-budget";
import { BatchRollup } from "../constructs/query/batch-rollup";
import { QueryLayer } from "../constructs/query/query-layer";
import { watchReadings } from "./reading-metrics";
import type { PipelineSettings } from "./settings";
import { addOutputs, configureTerraform } from "./stack-terraform";

export interface PipelineStackProps {
  readonly settings: PipelineSettings;
  /** Path of the file that exports the Lambda handler. */
  readonly handlerEntry: string;
}

const tableName = "sensor_data";
const hourlyTableName = "sensor_hourly";
const day = "dt=!{timestamp:yyyy-MM-dd}/";

/** The sensor pipeline: readings go from the stream to a function and to the lake, and SQL is asked of the lake. */
export class PipelineStack extends TerraformStack {
  readonly lake: DataLake;
  readonly catalog: Catalog;
  readonly ingest: StreamingIngest;
  readonly queries: QueryLayer;
  readonly rollup: BatchRollup;

  private readonly prefix: string;

  constructor(scope: Construct, id: string, { settings, handlerEntry }: PipelineStackProps) {
    super(scope, id);
    setNames(this, settings);
    configureTerraform(this, settings);
    this.prefix = namePrefix(this);
    const forceDestroy =
      settings.forceDestroy ?? (settings.environment === "dev" && dataDestructionAllowed(this));
    const encryptionKey = settings.customerManagedKey ? new CustomerManagedKey(this, "key").key : undefined;

    this.lake = new DataLake(this, "lake", {
      bucketName: `${this.prefix}-${accountId(this)}-${settings.region}`,
      retentionDays: settings.retentionDays,
      errorRetentionDays: settings.errorRetentionDays,
      resultRetentionDays: settings.resultRetentionDays,
      encryptionKey,
      forceDestroy,
    });
    this.catalog = new Catalog(this, "catalog", {
      databaseName: underscored(this.prefix),
      bucket: this.lake.bucket,
      tables: {
        [tableName]: readingTable("Readings as Parquet", zones.processed, "parquet", settings),
        [`${tableName}_raw`]: readingTable("Readings as they were sent", zones.raw, "json", settings),
        [hourlyTableName]: {
          description: "Readings by sensor, location and hour",
          columns: hourlyColumns,
          prefix: `${zones.processed}${hourlyTableName}/`,
          format: "parquet",
          partitions: byDay(settings),
        },
      },
    });
    this.ingest = this.createIngest(settings, handlerEntry);
    this.queries = new QueryLayer(this, "queries", {
      workgroupName: this.prefix,
      bucket: this.lake.bucket,
      resultPrefix: zones.results,
      encryptionKey,
      catalog: this.catalog,
      namedQueries,
      preparedStatements,
      scanCutoffMebibytes: settings.scanCutoffMebibytes,
      forceDestroy,
    });
    this.rollup = this.createRollup(settings);
    watchReadings(this.ingest.monitoring, this.prefix, settings);
    if (settings.monthlyBudgetDollars !== undefined)
      new CostBudget(this, "budget", {
        name: this.prefix,
        monthlyDollars: settings.monthlyBudgetDollars,
        emails: settings.alarmEmails,
      });
    addOutputs(this, {
      stream_name: ["Kinesis stream that takes the readings", this.ingest.stream.name],
      lake_bucket: ["S3 bucket of the lake", this.lake.bucket.bucket],
      database_name: ["Glue database of the tables", this.catalog.database.name],
      workgroup_name: ["Athena workgroup that queries them", this.queries.workgroup.name],
      delivery_stream_name: ["Firehose stream to the lake", this.ingest.delivery.deliveryStream.name],
      function_name: ["Lambda function of each reading", this.ingest.processor.function.functionName],
    });
  }

  private createRollup({ alertThresholdCelsius, region }: PipelineSettings): BatchRollup {
    const name = `${this.prefix}-sensor-hourly`;
    const rollup = new BatchRollup(this, "rollup", {
      name,
      roleName: `${name}-${region}`,
      lake: this.lake,
      catalog: this.catalog,
      queries: this.queries,
      sources: [tableName],
      table: hourlyTableName,
      sql: rollUpStatement({ alertThresholdCelsius }),
      encryptionKey: this.lake.encryptionKey,
    });
    this.ingest.monitoring?.addAlarm("roll-up-dead-letters", {
      description: "An hour's roll-up could not be started. The queue holds the request and Athena's answer.",
      metric: rollup.metricDeadLetters(),
      threshold: 1,
    });
    return rollup;
  }

  private createIngest(settings: PipelineSettings, handlerEntry: string): StreamingIngest {
    const functionName = `${this.prefix}-process-readings`;
    const { encryptionKey } = this.lake;
    return new StreamingIngest(this, "ingest", {
      name: this.prefix,
      encryptionKey,
      streamProps: {
        name: `${this.prefix}-readings`,
        mode: settings.streamMode,
        shardCount: settings.shardCount,
        retentionHours: settings.streamRetentionHours,
      },
      processor: {
        entry: handlerEntry,
        functionName,
        // Role names are the account's, not the region's.
        roleName: `${functionName}-${settings.region}`,
        environment: {
          ALERT_THRESHOLD_CELSIUS: String(settings.alertThresholdCelsius),
          // The metrics have no dimension that tells deployments apart, so that the namespace does.
          METRICS_NAMESPACE: this.prefix,
          SERVICE_NAME: functionName,
        },
        memoryMegabytes: settings.functionMemoryMegabytes,
        timeoutSeconds: settings.functionTimeoutSeconds,
        logRetentionDays: settings.logRetentionDays,
        batchSize: settings.batchSize,
        batchingWindowSeconds: settings.batchingWindowSeconds,
        parallelizationFactor: settings.parallelizationFactor,
        maximumRetryAttempts: settings.maximumRetryAttempts,
        enhancedFanOut: settings.enhancedFanOut,
      },
      delivery: {
        bucket: this.lake.bucket,
        bucketKey: encryptionKey,
        table: this.catalog.table(tableName),
        name: `${this.prefix}-delivery`,
        roleName: `${this.prefix}-delivery-${settings.region}`,
        prefix: `${zones.processed}${tableName}/${day}`,
        errorPrefix: `${zones.errors}!{firehose:error-output-type}/${day}`,
        backupPrefix: `${zones.raw}${tableName}/${day}`,
        bufferSeconds: settings.bufferSeconds,
        bufferMebibytes: settings.bufferMebibytes,
        logRetentionDays: settings.logRetentionDays,
      },
      monitoring: { alarmTopicProps: { emails: settings.alarmEmails } },
    });
  }
}

function readingTable(
  description: string,
  zone: string,
  format: TableProps["format"],
  settings: PipelineSettings,
): TableProps {
  return {
    description,
    columns: sensorColumns,
    prefix: `${zone}${tableName}/`,
    format,
    partitions: byDay(settings),
  };
}

const byDay = ({ retentionDays }: PipelineSettings): TableProps["partitions"] => [
  { name: "dt", type: "date", days: retentionDays },
];

import { sensorColumns } from "@streaming-data-lake/dataset";
import { namedQueries, preparedStatements } from "@streaming-data-lake/dataset/queries";
import { hourlyColumns, rollupStatement } from "@streaming-data-lake/dataset/rollup";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Catalog } from "../constructs/catalog/catalog";
import type { LakeTable } from "../constructs/catalog/lake-table";
import { daily } from "../constructs/catalog/partition";
import { accountId } from "../constructs/core/account";
import { CustomerManagedKey } from "../constructs/core/customer-managed-key";
import { dataDestructionAllowed } from "../constructs/core/data-destruction";
import { namePrefix, setNames, underscored } from "../constructs/core/names";
import { StreamingIngest } from "../constructs/ingest/streaming-ingest";
import { DataLake } from "../constructs/lake/data-lake";
import { CostBudget } from "../constructs/monitoring/cost-budget";
import { nothingOf } from "../constructs/monitoring/metric";
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

/**
 * The minute at which the roll-up runs: 15, or later if Firehose can still hold the hour's last readings at that time.
 */
function rollupMinute({ bufferSeconds }: PipelineSettings): number {
  const deliveryMinutes = 5;
  return Math.max(15, Math.ceil(bufferSeconds / 60) + deliveryMinutes);
}

/** The sensor pipeline. Readings go from the stream to a function and to the lake, which is queried with SQL. */
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

    this.lake = new DataLake(this, "lake", {
      bucketName: `${this.prefix}-${accountId(this)}-${settings.region}`,
      retentionDays: settings.retentionDays,
      errorRetentionDays: settings.errorRetentionDays,
      resultRetentionDays: settings.resultRetentionDays,
      encryptionKey: settings.customerManagedKey
        ? new CustomerManagedKey(this, "key", { allowDeletion: forceDestroy })
        : undefined,
      forceDestroy,
    });
    this.catalog = new Catalog(this, "catalog", {
      lake: this.lake,
      databaseName: underscored(this.prefix),
    });
    const byDay = [daily("dt", settings.retentionDays)];
    const readings = this.catalog.addTable("sensor_data", {
      description: "Readings as Parquet",
      columns: sensorColumns,
      partitions: byDay,
    });
    this.catalog.addRawTable(readings, { description: "Readings as they were sent" });
    const hourly = this.catalog.addTable("sensor_hourly", {
      description: "Readings by sensor, location and hour",
      columns: hourlyColumns,
      partitions: byDay,
    });
    this.ingest = this.createIngest(settings, handlerEntry, readings);
    this.queries = new QueryLayer(this, "queries", {
      catalog: this.catalog,
      workgroupName: this.prefix,
      namedQueries,
      preparedStatements,
      scanCutoffMebibytes: settings.scanCutoffMebibytes,
    });
    this.rollup = this.createRollup(settings, readings, hourly);
    watchReadings(this.ingest.monitoring, this.prefix, settings);
    if (settings.monthlyBudgetDollars !== undefined)
      new CostBudget(this, "budget", {
        // Budget names are unique in an account, not only in a region.
        name: `${this.prefix}-${settings.region}`,
        monthlyDollars: settings.monthlyBudgetDollars,
        emails: settings.alarmEmails,
      });
    addOutputs(this, {
      stream_name: ["Kinesis stream that takes the readings", this.ingest.stream.name],
      lake_bucket: ["S3 bucket of the lake", this.lake.bucketName],
      database_name: ["Glue database of the tables", this.catalog.database],
      workgroup_name: ["Athena workgroup that queries them", this.queries.workgroup.name],
      delivery_stream_name: ["Firehose stream to the lake", this.ingest.delivery.deliveryStream.name],
      function_name: ["Lambda function of each reading", this.ingest.processor.function.functionName],
    });
  }

  private createRollup(settings: PipelineSettings, readings: LakeTable, hourly: LakeTable): BatchRollup {
    const name = `${this.prefix}-sensor-hourly`;
    const rollup = new BatchRollup(this, "rollup", {
      name,
      roleName: `${name}-${settings.region}`,
      catalog: this.catalog,
      sources: [readings],
      table: hourly,
      scanCutoffMebibytes: settings.scanCutoffMebibytes,
      scheduleExpression: `cron(${rollupMinute(settings)} * * * ? *)`,
      sql: rollupStatement(settings),
    });
    const { monitoring, stream } = this.ingest;
    monitoring?.addAlarm("roll-up-dead-letters", {
      description: "An hour's roll-up could not be started. The queue holds the request and Athena's answer.",
      metric: rollup.metricDeadLetters(),
      threshold: 1,
    });
    monitoring?.addAlarm("roll-up-failed", {
      description:
        "An hour's roll-up failed or was cancelled. The history of its workgroup names the reason.",
      metric: rollup.metricFailures(),
      threshold: 1,
    });
    monitoring?.addAlarm("roll-up-missing", {
      description: "Readings arrive and no roll-up has succeeded for three hours. Look at its schedule.",
      metric: nothingOf(
        stream.metricIncomingRecords(),
        rollup.metricSuccesses(),
        3600,
        "Readings in and no roll-up",
      ),
      threshold: 1,
      evaluationPeriods: 3,
    });
    return rollup;
  }

  private createIngest(
    settings: PipelineSettings,
    handlerEntry: string,
    readings: LakeTable,
  ): StreamingIngest {
    const functionName = `${this.prefix}-process-readings`;
    return new StreamingIngest(this, "ingest", {
      name: this.prefix,
      stream: {
        name: `${this.prefix}-readings`,
        mode: settings.streamMode,
        shardCount: settings.shardCount,
        retentionHours: settings.streamRetentionHours,
      },
      function: {
        entry: handlerEntry,
        name: functionName,
        // Role names are unique in an account, not only in a region.
        roleName: `${functionName}-${settings.region}`,
        environment: {
          ALERT_THRESHOLD_CELSIUS: String(settings.alertThresholdCelsius),
          // The metrics have no dimension that distinguishes deployments, so each deployment has its own namespace.
          METRICS_NAMESPACE: this.prefix,
          SERVICE_NAME: functionName,
        },
        memoryMegabytes: settings.functionMemoryMegabytes,
        timeoutSeconds: settings.functionTimeoutSeconds,
        logRetentionDays: settings.logRetentionDays,
        tracing: settings.tracing,
      },
      mapping: {
        batchSize: settings.batchSize,
        batchingWindowSeconds: settings.batchingWindowSeconds,
        parallelizationFactor: settings.parallelizationFactor,
        maximumRetryAttempts: settings.maximumRetryAttempts,
        enhancedFanOut: settings.enhancedFanOut,
        startingPositionTimestamp: settings.readFrom,
      },
      to: readings,
      delivery: {
        roleName: `${this.prefix}-delivery-${settings.region}`,
        buffer: { seconds: settings.bufferSeconds, mebibytes: settings.bufferMebibytes },
        logRetentionDays: settings.logRetentionDays,
      },
      monitoring: {
        // Dashboard names are unique in an account, not only in a region.
        dashboardName: `${this.prefix}-${settings.region}`,
        alarmTopicProps: { emails: settings.alarmEmails },
      },
    });
  }
}

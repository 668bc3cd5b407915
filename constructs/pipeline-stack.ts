import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { sensorColumns } from "@streaming-data-lake/dataset";
import { namedQueries } from "@streaming-data-lake/dataset/queries";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { accountId } from "./account";
import { Catalog, type TableProps } from "./catalog";
import { DataLake, zones } from "./data-lake";
import { dataDestructionAllowed } from "./data-lake-rules";
import { namePrefix, setNames, underscored } from "./names";
import { QueryLayer } from "./query-layer";
import type { PipelineSettings } from "./settings";
import { StreamingIngest } from "./streaming-ingest";

export interface PipelineStackProps {
  readonly settings: PipelineSettings;
  /** Path of the file that exports the Lambda handler. */
  readonly handlerEntry: string;
}

const tableName = "sensor_data";
const day = "dt=!{timestamp:yyyy-MM-dd}/";

/** The sensor pipeline: readings go from the stream to a function and to the lake, and SQL is asked of the lake. */
export class PipelineStack extends TerraformStack {
  readonly lake: DataLake;
  readonly catalog: Catalog;
  readonly ingest: StreamingIngest;
  readonly queries: QueryLayer;

  constructor(scope: Construct, id: string, { settings, handlerEntry }: PipelineStackProps) {
    super(scope, id);
    setNames(this, settings);
    this.configureTerraform(settings);
    const prefix = namePrefix(this);
    const forceDestroy =
      settings.forceDestroy ?? (settings.environment === "dev" && dataDestructionAllowed(this));

    this.lake = new DataLake(this, "lake", {
      bucketName: `${prefix}-${accountId(this)}-${settings.region}`,
      retentionDays: settings.retentionDays,
      forceDestroy,
    });
    this.catalog = new Catalog(this, "catalog", {
      databaseName: underscored(prefix),
      bucket: this.lake.bucket,
      tables: {
        [tableName]: sensorTable("Readings as Parquet", zones.processed, "parquet", settings),
        [`${tableName}_raw`]: sensorTable("Readings as they were sent", zones.raw, "json", settings),
      },
    });
    this.ingest = new StreamingIngest(this, "ingest", {
      streamProps: {
        name: `${prefix}-readings`,
        shardCount: settings.shardCount,
        retentionHours: settings.streamRetentionHours,
      },
      processor: {
        entry: handlerEntry,
        functionName: `${prefix}-process-readings`,
        roleName: `${prefix}-process-readings-${settings.region}`,
        environment: {
          ALERT_THRESHOLD_CELSIUS: String(settings.alertThresholdCelsius),
          // The metrics have no dimension that tells deployments apart, so the namespace does.
          METRICS_NAMESPACE: prefix,
          SERVICE_NAME: `${prefix}-process-readings`,
        },
        batchSize: settings.batchSize,
        batchingWindowSeconds: settings.batchingWindowSeconds,
        parallelizationFactor: settings.parallelizationFactor,
      },
      delivery: {
        bucket: this.lake.bucket,
        table: this.catalog.table(tableName),
        name: `${prefix}-delivery`,
        roleName: `${prefix}-delivery-${settings.region}`,
        prefix: `${zones.processed}${tableName}/${day}`,
        errorPrefix: `${zones.errors}!{firehose:error-output-type}/${day}`,
        backupPrefix: `${zones.raw}${tableName}/${day}`,
        bufferSeconds: settings.bufferSeconds,
        bufferMebibytes: settings.bufferMebibytes,
      },
    });
    this.queries = new QueryLayer(this, "queries", {
      workgroupName: prefix,
      bucket: this.lake.bucket,
      resultPrefix: zones.results,
      database: this.catalog.database,
      namedQueries,
      scanCutoffMebibytes: settings.scanCutoffMebibytes,
      forceDestroy,
    });
    this.addOutputs();
  }

  private configureTerraform(settings: PipelineSettings): void {
    new AwsProvider(this, "aws", {
      region: settings.region,
      defaultTags: [
        {
          tags: {
            project: settings.project,
            environment: settings.environment,
            repository: "streaming-data-lake",
          },
        },
      ],
    });
    // The bare "aws" that the bindings declare is another provider for OpenTofu than for Terraform.
    this.addOverride("terraform.required_providers.aws", {
      source: "hashicorp/aws",
      version: ">= 5.100.0, < 7.0.0",
    });
    // Relative to the stack's folder, so that the synthesized file is the same on every machine: beside cdktf.json.
    new LocalBackend(this, { path: `../../../terraform.${this.node.id}.tfstate` });
  }

  private addOutputs(): void {
    const outputs = {
      stream_name: [this.ingest.stream.name, "Kinesis stream that takes the readings"],
      lake_bucket: [this.lake.bucket.bucket, "S3 bucket of the lake"],
      database_name: [this.catalog.database.name, "Glue database of the tables"],
      workgroup_name: [this.queries.workgroup.name, "Athena workgroup that asks them"],
      delivery_stream_name: [this.ingest.delivery.deliveryStream.name, "Firehose stream that fills the lake"],
      function_name: [
        this.ingest.processor.function.functionName,
        "Lambda function that is given each reading",
      ],
    };
    for (const [name, [value, description]] of Object.entries(outputs)) {
      const output = new TerraformOutput(this, name, { value, description });
      output.overrideLogicalId(name);
    }
  }
}

function sensorTable(
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
    partitions: [{ name: "dt", type: "date", days: settings.retentionDays }],
  };
}

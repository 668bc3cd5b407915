import { gzipSync } from "node:zlib";
import { readingMetrics } from "@streaming-data-lake/dataset/metrics";
import { type Decoded, decodeReading } from "../../../functions/process-readings/decode";
import type { AwsClients } from "./aws";
import { names } from "./deployment";
import type { Moto } from "./moto";

/**
 * Does what AWS's services would do of a stack that is deployed to moto, which only keeps what it is told: takes the
 * records from the stream, counts them as the function does, writes what Firehose would write, and lets the alarms be in
 * the states that follow.
 */
export class PlayedPipeline {
  private taken = 0;

  constructor(
    private readonly moto: Moto,
    private readonly aws: AwsClients,
  ) {}

  /** The alarms as they are when all is quiet, and a bucket that takes plain HTTP, which the server speaks. */
  async open(): Promise<void> {
    await this.aws.s3.deleteBucketPolicy({ Bucket: names.bucket });
    for (const name of await this.alarms()) await this.set(name, "OK");
  }

  /** What Athena answers to each query from now on, in one row: moto runs no SQL. */
  async answerQueries(row: Readonly<Record<string, number>>): Promise<void> {
    while (await this.hasAnswer());
    const columns = Object.keys(row);
    const text = (values: readonly string[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });
    const result = {
      rows: [text(columns), text(Object.values(row).map(String))],
      column_info: columns.map((Name) => ({ CatalogName: "hive", Name, Type: "bigint" })),
    };
    await fetch(`${this.moto.endpoint}/moto-api/static/athena/query-results`, {
      method: "POST",
      body: JSON.stringify({ results: Array(40).fill(result), region: "us-east-1" }),
    });
  }

  /** Asks a query, which takes one of the answers that moto holds ready. */
  private async hasAnswer(): Promise<boolean> {
    const { QueryExecutionId } = await this.aws.athena.startQueryExecution({
      QueryString: "SELECT 1",
      WorkGroup: names.workgroup,
    });
    const { ResultSet } = await this.aws.athena.getQueryResults({ QueryExecutionId });
    return (ResultSet?.Rows?.length ?? 0) > 0;
  }

  /** Takes so many records when they are there, and does with them what the services would. @param lost Records to lose. */
  async process(count: number, lost = 0): Promise<void> {
    const records = (await this.records(count)).slice(0, count - lost);
    const outcomes = records.map((data) => decodeReading(data));
    const isProcessed = (outcome: Decoded) => "reading" in outcome;
    const day = new Date().toISOString().slice(0, 10);
    await this.measure("AWS/Kinesis", "IncomingRecords", { StreamName: names.stream }, count);
    await this.measure(names.workgroup, readingMetrics.processed, {}, outcomes.filter(isProcessed).length);
    for (const reason of ["not-json", "not-a-reading", "out-of-range"])
      await this.measure(
        names.workgroup,
        readingMetrics.rejected,
        { reason },
        outcomes.filter((outcome) => "reason" in outcome && outcome.reason === reason).length,
      );
    await this.put(`raw/sensor_data/dt=${day}/played.gz`, gzipSync(Buffer.concat(records)));
    const failed = records
      .filter((data) => !fits(data))
      .map((data) => ({ rawData: data.toString("base64") }));
    await this.put(
      `errors/format-conversion-failed/dt=${day}/played`,
      failed.map((line) => JSON.stringify(line)).join("\n"),
    );
    await this.set("sensor-lake-dev-failed-conversions", "ALARM");
  }

  private async records(count: number): Promise<readonly Buffer[]> {
    const { kinesis } = this.aws;
    const StreamName = names.stream;
    for (;;) {
      const { Shards = [] } = await kinesis.listShards({ StreamName });
      const read = await Promise.all(
        Shards.map(async ({ ShardId }) => {
          const { ShardIterator } = await kinesis.getShardIterator({
            StreamName,
            ShardId,
            ShardIteratorType: "TRIM_HORIZON",
          });
          const { Records = [] } = await kinesis.getRecords({ ShardIterator });
          return Records.map(({ Data }) => Buffer.from(Data ?? []));
        }),
      );
      const fresh = read.flat().slice(this.taken);
      if (fresh.length >= count) {
        this.taken += count;
        return fresh.slice(0, count);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private async measure(
    Namespace: string,
    MetricName: string,
    dimensions: Readonly<Record<string, string>>,
    Value: number,
  ): Promise<void> {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    await this.aws.cloudwatch.putMetricData({
      Namespace,
      MetricData: [{ MetricName, Dimensions, Value, Unit: "Count" }],
    });
  }

  private async put(Key: string, Body: Buffer | string): Promise<void> {
    await this.aws.s3.putObject({ Bucket: names.bucket, Key, Body });
  }

  private async alarms(): Promise<readonly string[]> {
    const { MetricAlarms = [] } = await this.aws.cloudwatch.describeAlarms({});
    return MetricAlarms.map(({ AlarmName = "" }) => AlarmName);
  }

  private async set(AlarmName: string, StateValue: "OK" | "ALARM"): Promise<void> {
    await this.aws.cloudwatch.setAlarmState({ AlarmName, StateValue, StateReason: "played by a test" });
  }
}

/** Whether Firehose converts a record by the table of readings. */
function fits(data: Buffer): boolean {
  try {
    const { temperature } = JSON.parse(data.toString()) as { readonly temperature?: unknown };
    return temperature === undefined || typeof temperature === "number";
  } catch {
    return false;
  }
}

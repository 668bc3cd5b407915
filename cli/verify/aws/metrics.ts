import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type Dimension,
  GetMetricDataCommand,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { readingMetrics, rejectionReasons } from "@streaming-data-lake/dataset/metrics";
import type { AlarmState } from "@streaming-data-lake/runner/cloudwatch/alarm-state";
import type { Counts } from "../observed";
import type { VerifiedPipeline } from "../pipeline";

const minute = 60_000;

/** What CloudWatch has counted since a time, rounded down to the minute: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export async function countsSince(
  client: CloudWatchClient,
  { stream, namespace }: VerifiedPipeline,
  since: Date,
): Promise<Counts> {
  const sum = (
    Id: string,
    Namespace: string,
    MetricName: string,
    Dimensions: Dimension[],
  ): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: "Sum" },
  });
  const queries = [
    sum("incoming", "AWS/Kinesis", "IncomingRecords", [{ Name: "StreamName", Value: stream.name }]),
    sum("processed", namespace, readingMetrics.processed, []),
    ...rejectionReasons.map((Value, at) =>
      sum(`rejected${at}`, namespace, readingMetrics.rejected, [{ Name: "reason", Value }]),
    ),
  ];
  const counts = { incoming: 0, processed: 0, rejected: 0 };
  let token: string | undefined;
  do {
    const { MetricDataResults = [], NextToken } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: new Date(Math.floor(since.getTime() / minute) * minute),
        EndTime: new Date(Date.now() + minute),
        NextToken: token,
      }),
    );
    for (const { Id = "", Values = [] } of MetricDataResults) {
      const name = Id.replace(/\d+$/, "") as keyof typeof counts;
      counts[name] += Values.reduce((total, value) => total + value, 0);
    }
    token = NextToken;
  } while (token);
  return counts;
}

/** Most alarm names in one call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const alarmsACall = 100;

export async function alarmStates(
  client: CloudWatchClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, AlarmState | undefined>> {
  const states = new Map<string, AlarmState | undefined>();
  for (let start = 0; start < names.length; start += alarmsACall) {
    const { MetricAlarms = [] } = await client.send(
      new DescribeAlarmsCommand({
        AlarmNames: names.slice(start, start + alarmsACall),
        MaxRecords: alarmsACall,
      }),
    );
    for (const { AlarmName = "", StateValue } of MetricAlarms) states.set(AlarmName, StateValue);
  }
  return states;
}

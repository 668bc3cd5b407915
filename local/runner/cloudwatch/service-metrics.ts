import type { Metric } from "@streaming-data-lake/terraform/types";
import type { Counters, DeliveryCounters, MappingCounters, StreamCounters } from "../counters";
import { deliveryStreamOf } from "../stream/direct-put-name";
import type { MetricStore } from "./metric-store";

/** A scheduled query that has ended. */
export interface EndedQuery {
  readonly workgroup: string;
  readonly state: "SUCCEEDED" | "FAILED";
  readonly milliseconds: number;
}

/** An invocation of a function by an event source mapping. */
export interface Invocation {
  readonly functionName: string;
  readonly milliseconds: number;
  /** From the arrival of the batch's last record to the end of the invocation, in milliseconds. */
  readonly iteratorAgeMilliseconds: number;
}

/**
 * The metrics that AWS's services would publish of what the runner does, as far as it can tell them.
 *
 * - https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 * - https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html ("binary indicators of the outcome")
 * - https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html
 * - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 *
 * What is counted is taken from the runner's counters: a metric is what a counter grew by since the sample before.
 */
export class ServiceMetrics {
  private readonly before = new Map<string, number>();

  constructor(private readonly store: MetricStore) {}

  invoked({ functionName, milliseconds, iteratorAgeMilliseconds }: Invocation, time: number): void {
    const dimensions = { FunctionName: functionName };
    this.store.put({ namespace: "AWS/Lambda", name: "Duration", dimensions }, milliseconds, time);
    this.store.put(
      { namespace: "AWS/Lambda", name: "IteratorAge", dimensions },
      iteratorAgeMilliseconds,
      time,
    );
  }

  queried({ workgroup, state, milliseconds }: EndedQuery, time: number): void {
    const dimensions = { QueryState: state, QueryType: "DML", WorkGroup: workgroup };
    this.store.put({ namespace: "AWS/Athena", name: "TotalExecutionTime", dimensions }, milliseconds, time);
  }

  /** Takes what has come since the sample before. @param time Milliseconds since 1970. */
  sample({ streams, mappings, deliveries, queues }: Counters, time: number): void {
    for (const stream of streams) this.sampleStream(stream, time);
    for (const mapping of mappings) this.sampleMapping(mapping, time);
    for (const delivery of deliveries) this.sampleDelivery(delivery, time);
    for (const { name, messages } of queues)
      this.store.put(
        { namespace: "AWS/SQS", name: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: name } },
        messages,
        time,
      );
  }

  private sampleStream(stream: StreamCounters, time: number): void {
    const { name, acknowledged, bytes, throttled, throttledReads } = stream;
    const deliveryStream = deliveryStreamOf(name);
    if (deliveryStream !== undefined) {
      const metric = metricsOf("AWS/Firehose", { DeliveryStreamName: deliveryStream });
      this.grow(metric("IncomingRecords"), acknowledged ?? 0, time);
      this.grow(metric("IncomingBytes"), bytes, time);
      return;
    }
    const metric = metricsOf("AWS/Kinesis", { StreamName: name });
    const hasTaken = this.grow(metric("IncomingRecords"), acknowledged ?? 0, time);
    this.grow(metric("IncomingBytes"), bytes, time);
    // A put or a read that is not refused is a 0.
    this.grow(metric("WriteProvisionedThroughputExceeded"), throttled, time, { zero: hasTaken });
    this.grow(metric("ReadProvisionedThroughputExceeded"), throttledReads, time, { zero: hasTaken });
  }

  private sampleMapping(mapping: MappingCounters, time: number): void {
    const { address: source } = mapping;
    const metric = metricsOf("AWS/Lambda", { FunctionName: mapping.functionName });
    // Each invocation is a 1, and a 0 of what did not happen to it, so that the average of errors is their rate.
    const invoked = this.growth(metric("Invocations"), mapping.invocations, source);
    this.tell(metric("Invocations"), invoked, 0, time);
    const failed = this.growth(metric("Errors"), mapping.failedInvocations, source);
    this.tell(metric("Errors"), failed, invoked - failed, time);
    const throttled = this.growth(metric("Throttles"), mapping.throttles, source);
    this.tell(metric("Throttles"), throttled, invoked, time);
    this.grow(metric("DestinationDeliveryFailures"), mapping.lostDeadLetters, time, { source });
  }

  private sampleDelivery(delivery: DeliveryCounters, time: number): void {
    const { name, delivered, rejected, backedUp, userRecords, buffers } = delivery;
    const behind = delivery.behindMilliseconds;
    const metric = metricsOf("AWS/Firehose", { DeliveryStreamName: name });
    const hasRead =
      deliveryStreamOf(delivery.streamName) === undefined &&
      this.grow(metric("DataReadFromKinesisStream.Records"), userRecords, time);
    if (hasRead && behind !== undefined) this.store.put(metric("KinesisMillisBehindLatest"), behind, time);
    if (this.growth(metric("PartitionCountExceeded"), delivery.partitionsExceeded) > 0)
      this.store.put(metric("PartitionCountExceeded"), 1, time);
    this.grow(metric("DeliveryToS3.Records"), delivered, time);
    this.grow(metric("FailedConversion.Records"), rejected, time);
    this.grow(metric("BackupToS3.Records"), backedUp, time);
    for (const { kind, undeliveredSince: since } of buffers) {
      const side = kind === "backup" ? "BackupToS3" : "DeliveryToS3";
      if (since !== undefined) this.store.put(metric(`${side}.DataFreshness`), (time - since) / 1_000, time);
    }
  }

  /** A metric has a datapoint when its counter grows, or its service publishes a 0; a minute without one has none, as on AWS. */
  private grow(
    metric: Metric,
    counted: number,
    time: number,
    { source = "", zero = false }: { readonly source?: string; readonly zero?: boolean } = {},
  ): boolean {
    const grown = this.growth(metric, counted, source);
    if (grown > 0 || zero) this.store.put(metric, grown, time);
    return grown > 0;
  }

  /** Values of a metric that is 1 or 0 each time. */
  private tell(metric: Metric, ones: number, zeros: number, time: number): void {
    const values = [[1, ones] as const, [0, zeros] as const].filter(([, count]) => count > 0);
    if (values.length > 0) this.store.putAll(metric, values, time);
  }

  /** What a counter grew by since it was last looked at. */
  private growth(metric: Metric, counted: number, source = ""): number {
    const key = `${source} ${metric.namespace} ${metric.name} ${Object.values(metric.dimensions).join()}`;
    const grown = counted - (this.before.get(key) ?? 0);
    if (grown > 0) this.before.set(key, counted);
    return grown;
  }
}

const metricsOf =
  (namespace: string, dimensions: Readonly<Record<string, string>>) =>
  (name: string): Metric => ({ namespace, name, dimensions });

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
  /** Time from the arrival of the batch's last record to the end of the invocation. Milliseconds. */
  readonly iteratorAgeMilliseconds: number;
}

/**
 * The metrics that AWS's services would publish about the runner's work, as far as they can be determined.
 *
 * - https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 * - https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html ("binary indicators of the outcome")
 * - https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html
 * - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 *
 * Counts are taken from the runner's counters: the value of a metric is the growth of a counter since the last sample.
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

  /** Records the growth of all counters since the last sample. @param time Milliseconds since 1970. */
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
    // Kinesis publishes a 0 for each put or read that is not throttled.
    this.grow(metric("WriteProvisionedThroughputExceeded"), throttled, time, { zero: hasTaken });
    this.grow(metric("ReadProvisionedThroughputExceeded"), throttledReads, time, { zero: hasTaken });
  }

  private sampleMapping(mapping: MappingCounters, time: number): void {
    const { address: source } = mapping;
    const metric = metricsOf("AWS/Lambda", { FunctionName: mapping.functionName });
    // Each invocation is a 1 for what happened to it and a 0 for what did not, so that the average of `Errors` is the
    // error rate.
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

  /**
   * Adds a datapoint when a counter has grown or the service publishes zeros. A minute without either has no datapoint,
   * as on AWS.
   */
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

  /** Adds values of a metric that is either 0 or 1 for each event. */
  private tell(metric: Metric, ones: number, zeros: number, time: number): void {
    const values = [[1, ones] as const, [0, zeros] as const].filter(([, count]) => count > 0);
    if (values.length > 0) this.store.putAll(metric, values, time);
  }

  /** The growth of a counter since the last sample. */
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

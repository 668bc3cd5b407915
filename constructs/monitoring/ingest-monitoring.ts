import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { regionOf } from "../core/account";
import { atLeast, plus, roundUp, times } from "../core/arithmetic";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { having, number, optional, type Shapes, shaped, text } from "../core/shape";
import { claimName, nameParts } from "../core/unique-names";
import { type AlarmProps, createAlarm } from "./alarm";
import {
  type AlarmTopicProps,
  alarmTopicShape,
  checkAlarmTopic,
  checkAlarmTopicProps,
  createAlarmTopic,
  type TopicReference,
} from "./alarm-topic";
import { checkDashboardName, Dashboard } from "./dashboard";
import { type Metric, nothingOf } from "./metric";

/** The ingest to monitor: a stream, the function that processes its records, and their delivery to the lake. */
export interface MonitoredIngest {
  /** First part of the alarms' names. */
  readonly name: string;
  readonly stream: {
    readonly arn: string;
    metricIncomingRecords(): Metric;
    metricIncomingBytes(): Metric;
    metricWriteThrottles(): Metric;
    metricReadThrottles(): Metric;
  };
  readonly processor: {
    /** The function's timeout in seconds. If it is not known, there is no alarm on the function's duration. */
    readonly timeoutSeconds?: number;
    /** Whether a filter skips some records, so that incoming records do not always lead to an invocation. */
    readonly filters: boolean;
    metricIteratorAge(): Metric;
    metricInvocations(): Metric;
    metricErrors(): Metric;
    metricThrottles(): Metric;
    metricLostDeadLetters(): Metric;
    metricDuration(): Metric;
    metricDeadLetters(): Metric;
  };
  readonly delivery: {
    /** Whether records are converted to a table's columns. */
    readonly converts: boolean;
    readonly keepsRaw: boolean;
    readonly partitions: boolean;
    readonly bufferSeconds: number;
    metricBehindStream(): Metric;
    metricRawFreshness(): Metric;
    metricPartitionsExceeded(): Metric;
    metricDeliveredRecords(): Metric;
    metricDataFreshness(): Metric;
    metricFailedConversions(): Metric;
  };
}

export interface IngestMonitoringProps {
  readonly ingest: MonitoredIngest;
  /** An existing topic for the alarms. Can't be given together with `alarmTopicProps`. @default - a new topic */
  readonly alarmTopic?: TopicReference;
  /** Properties of a new topic. @default - no subscriptions */
  readonly alarmTopicProps?: AlarmTopicProps;
  /** Name of the dashboard: 1-255 letters, digits and `_-`. @default - the ingest's name */
  readonly dashboardName?: string;
  /** Seconds that the function can be behind the stream before an alarm, 1 or more. @default 300 */
  readonly iteratorAgeSeconds?: number;
  /**
   * Seconds that a record can wait for its delivery before an alarm, 1 or more.
   *
   * @default - twice the buffer's interval, and five minutes
   */
  readonly dataFreshnessSeconds?: number;
}

const freshnessSlackSeconds = 300;
/** Seconds within which records must come out of a stage after records came in. */
const idleSeconds = 300;
/** The range of how long a record can wait before an alarm. The maximum is a week. */
const waitSeconds = { minimum: 1, maximum: 604_800, unit: "seconds" };

export const ingestMonitoringShapes: Shapes<IngestMonitoringProps> = {
  ingest: having("an ingest, such as a StreamingIngest", "name"),
  alarmTopic: optional(references.arnReference("a topic")),
  alarmTopicProps: optional(alarmTopicShape),
  dashboardName: optional(text),
  iteratorAgeSeconds: optional(number(waitSeconds)),
  dataFreshnessSeconds: optional(number(waitSeconds)),
};

function checkIngestMonitoring(scope: Construct, problems: Problems, props: IngestMonitoringProps): void {
  const { alarmTopic } = props;
  problems.exclusive("alarmTopic", alarmTopic, "alarmTopicProps", props.alarmTopicProps);
  checkAlarmTopicProps(scope, problems.at("alarmTopicProps"), props.alarmTopicProps ?? {});
  if (alarmTopic !== undefined) checkAlarmTopic(scope, problems, alarmTopic);
  problems.integer("iteratorAgeSeconds", props.iteratorAgeSeconds, waitSeconds);
  problems.integer("dataFreshnessSeconds", props.dataFreshnessSeconds, waitSeconds);
}

/** Alarms on every stage of an ingest, the topic that they notify, and a dashboard in the order of the stages. */
export class IngestMonitoring extends Construct {
  readonly topic: TopicReference;
  readonly dashboard: Dashboard;

  private readonly name: string;

  constructor(scope: Construct, id: string, props: IngestMonitoringProps) {
    super(scope, id);
    props = shaped(this, props, ingestMonitoringShapes);
    const { ingest } = props;
    Problems.check(this, (problems) => checkIngestMonitoring(this, problems, props));
    if (props.dashboardName !== undefined) checkDashboardName(this, "dashboardName", props.dashboardName);
    this.name = ingest.name;
    nameParts(this, "ingest.name", this.name);
    this.topic =
      props.alarmTopic ?? createAlarmTopic(this, "topic", `${this.name}-alarms`, props.alarmTopicProps ?? {});
    this.dashboard = new Dashboard(this, "dashboard", {
      name: props.dashboardName ?? this.name,
      region: regionOf(ingest.stream.arn),
    });
    this.watchStream(ingest);
    this.watchProcessor(ingest, props.iteratorAgeSeconds ?? 300);
    this.watchDelivery(ingest, props.dataFreshnessSeconds);
  }

  /** An alarm named after the ingest and `id`. */
  addAlarm(id: string, props: AlarmProps): CloudwatchMetricAlarm {
    id = shaped(this, { id }, { id: text }).id;
    const topicArn = typeof this.topic === "string" ? this.topic : this.topic.arn;
    claimName(this, "alarm", "ingest.name", `${this.name}-${id}`);
    return createAlarm(this, id, `${this.name}-${id}`, topicArn, props);
  }

  private watchStream({ stream }: MonitoredIngest): void {
    const sustained = { threshold: 1, evaluationPeriods: 5, datapointsToAlarm: 3 };
    this.addAlarm("write-throttles", {
      description: "A shard of the stream is full: producers are refused. Add shards or spread the keys.",
      metric: stream.metricWriteThrottles(),
      ...sustained,
    });
    this.addAlarm("read-throttles", {
      description: "The stream's readers ask too often. Give one of them enhanced fan-out.",
      metric: stream.metricReadThrottles(),
      ...sustained,
    });
    this.dashboard.addRow("Stream", {
      "Records in": [stream.metricIncomingRecords()],
      "Bytes in": [stream.metricIncomingBytes()],
      Throttles: [stream.metricWriteThrottles(), stream.metricReadThrottles()],
    });
  }

  private watchProcessor({ stream, processor }: MonitoredIngest, iteratorAgeSeconds: number): void {
    this.addAlarm("iterator-age", {
      description:
        "The function falls behind the stream. Look at its errors and duration, then at its shards.",
      metric: processor.metricIteratorAge(),
      threshold: times(iteratorAgeSeconds, 1000),
      evaluationPeriods: 5,
    });
    this.addAlarm("function-errors", {
      description: "Invocations of the function fail. Its batches are retried; look at its log.",
      metric: processor.metricErrors(),
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    });
    this.addAlarm("function-throttles", {
      description:
        "The function is not invoked because too many functions run. Ask for more concurrency, or reserve some.",
      metric: processor.metricThrottles(),
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    });
    if (!processor.filters)
      this.addAlarm("nothing-processed", {
        description:
          "Records arrive and the function is not invoked at all. Look at the event source mapping, its role and key.",
        metric: nothingOf(
          stream.metricIncomingRecords(),
          processor.metricInvocations(),
          idleSeconds,
          "Records in and no invocation",
        ),
        threshold: 1,
        evaluationPeriods: 3,
      });
    this.addAlarm("lost-dead-letters", {
      description:
        "Batches were discarded and did not reach the queue. Look at the queue, its key and the function's role.",
      metric: processor.metricLostDeadLetters(),
      threshold: 1,
    });
    if (processor.timeoutSeconds !== undefined)
      this.addAlarm("function-duration", {
        description:
          "The function takes nine tenths of its timeout. Give it memory, time or smaller batches.",
        metric: processor.metricDuration(),
        threshold: times(processor.timeoutSeconds, 900),
      });
    this.addAlarm("dead-letters", {
      description:
        "Batches were discarded. The queue's messages name the records, which are still on the stream.",
      metric: processor.metricDeadLetters(),
      threshold: 1,
    });
    this.dashboard.addRow("Function", {
      "Behind the stream (ms)": [processor.metricIteratorAge()],
      "Invocations and errors": [processor.metricInvocations(), processor.metricErrors()],
      "Duration (ms)": [processor.metricDuration()],
      "Dead letters": [processor.metricDeadLetters()],
    });
  }

  private watchDelivery(
    { stream, delivery }: MonitoredIngest,
    dataFreshnessSeconds: number | undefined,
  ): void {
    const late = dataFreshnessSeconds ?? plus(times(delivery.bufferSeconds, 2), freshnessSlackSeconds);
    const conversions = delivery.converts ? [delivery.metricFailedConversions()] : [];
    this.addAlarm("data-freshness", {
      description: "Records wait for their delivery to the lake. Look at the delivery stream's error log.",
      metric: delivery.metricDataFreshness(),
      threshold: late,
      evaluationPeriods: 5,
    });
    this.addAlarm("delivery-behind", {
      description:
        "Firehose falls behind the stream. Look at the read throttles, or give the function enhanced fan-out.",
      metric: delivery.metricBehindStream(),
      threshold: times(late, 1000),
      evaluationPeriods: 5,
    });
    this.addAlarm("nothing-delivered", {
      description:
        "Records arrive and none reaches the lake. Look at the delivery stream's error log, its role and the keys.",
      metric: nothingOf(
        stream.metricIncomingRecords(),
        delivery.metricDeliveredRecords(),
        // The period is twice the buffer's interval, in whole minutes, so that each period contains a delivery.
        atLeast(roundUp(times(delivery.bufferSeconds, 2), 60), idleSeconds),
        "Records in and none delivered",
      ),
      threshold: 1,
      evaluationPeriods: 3,
    });
    if (delivery.keepsRaw)
      this.addAlarm("raw-freshness", {
        description: "Records wait to be kept as they were sent. Look at the delivery stream's error log.",
        metric: delivery.metricRawFreshness(),
        threshold: late,
        evaluationPeriods: 5,
      });
    if (delivery.partitions)
      this.addAlarm("partitions-exceeded", {
        description:
          "Records went to the errors zone because they have more partition keys at a time than the quota allows.",
        metric: delivery.metricPartitionsExceeded(),
        threshold: 1,
      });
    for (const metric of conversions)
      this.addAlarm("failed-conversions", {
        description: "Records do not fit the table and went to the errors zone, where each names its reason.",
        metric,
        threshold: 1,
      });
    this.dashboard.addRow("Delivery", {
      "Records delivered": [delivery.metricDeliveredRecords()],
      "Freshness (s)": [delivery.metricDataFreshness()],
      ...(delivery.converts ? { "Failed conversions": conversions } : {}),
    });
  }
}

import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Token } from "cdktf";
import { beforeEach, describe, expect, test } from "vitest";
import {
  CostBudget,
  type CostBudgetProps,
  CustomerManagedKey,
  type CustomerManagedKeyProps,
  DataLake,
  IngestMonitoring,
  type Metric,
  StreamingIngest,
} from "../../constructs/index";
import { pageViewIngest } from "../support/page-views";
import { handlerEntry, problemsOf, synthesize } from "../support/synthesize";
import type { Template } from "../support/template";

const account = "${data.aws_caller_identity.streaming-data-lake-account.account_id}";
const alarm = (template: Template, name: string) =>
  template.block("aws_cloudwatch_metric_alarm", `monitoring_${name}_`);

describe("the monitoring of an ingest", () => {
  let template: Template;
  beforeEach(() => {
    template = synthesize((stack) => void pageViewIngest(stack));
  });

  const stream = { StreamName: expect.stringMatching(/^\$\{aws_kinesis_stream\.ingest_stream_\w+\.name\}$/) };
  const fn = {
    FunctionName: expect.stringMatching(
      /^\$\{aws_lambda_function\.ingest_processor_function_\w+\.function_name\}$/,
    ),
  };
  const queue = {
    QueueName: expect.stringMatching(/^\$\{aws_sqs_queue\.ingest_processor_dead-letters_\w+\.name\}$/),
  };
  const delivery = {
    DeliveryStreamName: expect.stringMatching(
      /^\$\{aws_kinesis_firehose_delivery_stream\.ingest_delivery_delivery-stream_\w+\.name\}$/,
    ),
  };

  test.each([
    ["write-throttles", "AWS/Kinesis", "WriteProvisionedThroughputExceeded", "Sum", 1, 5, 3, stream],
    ["read-throttles", "AWS/Kinesis", "ReadProvisionedThroughputExceeded", "Sum", 1, 5, 3, stream],
    ["iterator-age", "AWS/Lambda", "IteratorAge", "Maximum", 300_000, 5, 5, fn],
    ["function-errors", "AWS/Lambda", "Errors", "Sum", 1, 5, 3, fn],
    ["function-throttles", "AWS/Lambda", "Throttles", "Sum", 1, 5, 3, fn],
    ["lost-dead-letters", "AWS/Lambda", "DestinationDeliveryFailures", "Sum", 1, 1, 1, fn],
    ["delivery-behind", "AWS/Firehose", "KinesisMillisBehindLatest", "Maximum", 420_000, 5, 5, delivery],
    ["raw-freshness", "AWS/Firehose", "BackupToS3.DataFreshness", "Maximum", 420, 5, 5, delivery],
    ["function-duration", "AWS/Lambda", "Duration", "Maximum", 54_000, 1, 1, fn],
    ["dead-letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 1, 1, 1, queue],
    ["data-freshness", "AWS/Firehose", "DeliveryToS3.DataFreshness", "Maximum", 420, 5, 5, delivery],
    ["failed-conversions", "AWS/Firehose", "FailedConversion.Records", "Sum", 1, 1, 1, delivery],
  ])("rings on %s", (name, namespace, metric, statistic, threshold, periods, datapoints, dimensions) => {
    const topic = expect.stringMatching(/^\$\{aws_sns_topic\.ingest_monitoring_topic_\w+\.arn\}$/);
    expect(alarm(template, name)).toEqual({
      alarm_name: `test-ingest-${name}`,
      alarm_description: expect.stringMatching(/^[A-Z].{40,}\.$/),
      namespace,
      metric_name: metric,
      dimensions,
      statistic,
      period: 60,
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold,
      evaluation_periods: periods,
      datapoints_to_alarm: datapoints,
      treat_missing_data: "notBreaching",
      actions_enabled: true,
      alarm_actions: [topic],
      ok_actions: [topic],
    });
  });

  test.each([
    ["nothing-processed", "AWS/Lambda", "Invocations", fn],
    ["nothing-delivered", "AWS/Firehose", "DeliveryToS3.Records", delivery],
  ])("rings on %s, when records come in and nothing comes out", (name, namespace, metricName, dimensions) => {
    const measured = (namespaceOf: string, metricName: string, itsDimensions: object, id: string) => ({
      id,
      return_data: false,
      metric: {
        namespace: namespaceOf,
        metric_name: metricName,
        dimensions: itsDimensions,
        stat: "Sum",
        period: 300,
      },
    });
    expect(alarm(template, name)).toMatchObject({
      metric_query: [
        {
          id: "result",
          expression: "IF(FILL(incoming, 0) > 0 AND FILL(outgoing, 0) == 0, 1, 0)",
          label: expect.stringMatching(/^Records in and /),
          return_data: true,
        },
        measured("AWS/Kinesis", "IncomingRecords", stream, "incoming"),
        measured(namespace, metricName, dimensions, "outgoing"),
      ],
      threshold: 1,
      evaluation_periods: 3,
      datapoints_to_alarm: 3,
      treat_missing_data: "notBreaching",
    });
    expect(alarm(template, name)).not.toHaveProperty("metric_name");
  });

  test("does not ring for want of invocations where a filter may skip every record", () => {
    const filtered = synthesize(
      (stack) => void pageViewIngest(stack, { mapping: { filters: [{ data: { page: ["/shop"] } }] } }),
    );
    const names = filtered.all("aws_cloudwatch_metric_alarm").map(({ block }) => block.alarm_name);
    expect(names).not.toContain("test-ingest-nothing-processed");
    expect(names).toHaveLength(13);
  });

  test("has these alarms and no others", () => {
    expect(template.all("aws_cloudwatch_metric_alarm")).toHaveLength(14);
  });

  test("watches the quota of partitions where records have partitions of their own", () => {
    const partitioned = synthesize((stack) => {
      pageViewIngest(stack, {
        delivery: {
          prefix: "processed/page_views/dt=!{timestamp:yyyy-MM-dd}/!{partitionKeyFromQuery:page}/",
          dynamicPartitioning: { page: ".page" },
        },
      });
    });
    expect(alarm(partitioned, "partitions-exceeded")).toMatchObject({
      metric_name: "PartitionCountExceeded",
      statistic: "Maximum",
      threshold: 1,
      dimensions: delivery,
    });
  });

  test("gives a slow delivery two buffers' time to deliver something", () => {
    const slow = synthesize(
      (stack) => void pageViewIngest(stack, { delivery: { buffer: { seconds: 900 } } }),
    );
    const [, incoming] = alarm(slow, "nothing-delivered").metric_query as { metric: { period: number } }[];
    expect(incoming?.metric.period).toBe(1800);
  });

  test("tells a topic that only alarms of this account publish to, over TLS", () => {
    expect(template.block("aws_sns_topic")).toEqual({ name: "test-ingest-alarms" });
    const arn = expect.stringMatching(/^\$\{aws_sns_topic\.ingest_monitoring_topic_\w+\.arn\}$/);
    expect(template.block("aws_sns_topic_policy")).toEqual({
      arn,
      policy: expect.stringMatching(/topic-policy-document_\w+\.json\}$/),
    });
    expect(template.statements("topic-policy-document")).toEqual([
      {
        sid: "Alarms",
        actions: ["sns:Publish"],
        resources: [arn],
        principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
      },
      {
        sid: "DenyInsecureTransport",
        effect: "Deny",
        actions: ["sns:Publish"],
        resources: [arn],
        principals: [{ type: "*", identifiers: ["*"] }],
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ]);
    expect(template.all("aws_sns_topic_subscription")).toEqual([]);
  });

  test("draws a record's way on one dashboard", () => {
    const { dashboard_name, dashboard_body } = template.block("aws_cloudwatch_dashboard");
    expect(dashboard_name).toBe("test-ingest");
    expect(widgetsOf(dashboard_body).map(({ type, properties }) => [type, ...shown(properties)])).toEqual([
      ["text", "## Stream"],
      ["metric", "Records in", "AWS/Kinesis IncomingRecords"],
      ["metric", "Bytes in", "AWS/Kinesis IncomingBytes"],
      [
        "metric",
        "Throttles",
        "AWS/Kinesis WriteProvisionedThroughputExceeded",
        "AWS/Kinesis ReadProvisionedThroughputExceeded",
      ],
      ["text", "## Function"],
      ["metric", "Behind the stream (ms)", "AWS/Lambda IteratorAge"],
      ["metric", "Invocations and errors", "AWS/Lambda Invocations", "AWS/Lambda Errors"],
      ["metric", "Duration (ms)", "AWS/Lambda Duration"],
      ["metric", "Dead letters", "AWS/SQS ApproximateNumberOfMessagesVisible"],
      ["text", "## Delivery"],
      ["metric", "Records delivered", "AWS/Firehose DeliveryToS3.Records"],
      ["metric", "Freshness (s)", "AWS/Firehose DeliveryToS3.DataFreshness"],
      ["metric", "Failed conversions", "AWS/Firehose FailedConversion.Records"],
    ]);
    const body = String(dashboard_body);
    expect(body.replace(/aws_(\w+)\.[\w-]+/g, "$1")).toContain(
      '{"type" = "metric", "x" = 0, "y" = 1, "width" = 8, "height" = 6, "properties" = {"title" = "Records in", ' +
        '"region" = element(split(":", kinesis_stream.arn), 3), "view" = "timeSeries", ' +
        '"metrics" = [["AWS/Kinesis", "IncomingRecords", "StreamName", kinesis_stream.name, ' +
        '{"stat" = "Sum", "period" = 60, "label" = "IncomingRecords"}]]}}',
    );
  });

  test("takes thresholds, names and addresses", () => {
    const changed = synthesize((stack) => {
      pageViewIngest(stack, {
        function: { entry: handlerEntry, timeoutSeconds: 100 },
        monitoring: {
          dashboardName: "views",
          iteratorAgeSeconds: 10,
          dataFreshnessSeconds: 1000,
          alarmTopicProps: { name: "bells", emails: ["a@example.com", "b@example.com"] },
        },
      });
    });
    expect(alarm(changed, "iterator-age").threshold).toBe(10_000);
    expect(alarm(changed, "data-freshness").threshold).toBe(1000);
    expect(alarm(changed, "function-duration").threshold).toBe(90_000);
    expect(changed.block("aws_cloudwatch_dashboard").dashboard_name).toBe("views");
    expect(changed.block("aws_sns_topic").name).toBe("bells");
    expect(changed.all("aws_sns_topic_subscription").map(({ block }) => block)).toEqual(
      ["a@example.com", "b@example.com"].map((endpoint) => ({
        topic_arn: expect.stringMatching(/^\$\{aws_sns_topic\.ingest_monitoring_topic_\w+\.arn\}$/),
        protocol: "email",
        endpoint,
      })),
    );
  });

  test("keeps an address's subscription whatever becomes of the addresses beside it", () => {
    const addressOf = (emails: string[]) => {
      const subscribed = synthesize(
        (stack) => void pageViewIngest(stack, { monitoring: { alarmTopicProps: { emails } } }),
      ).all("aws_sns_topic_subscription");
      return subscribed.find(({ block }) => block.endpoint === "b@example.com")?.address;
    };
    expect(addressOf(["a@example.com", "b@example.com"])).toBe(addressOf(["b@example.com", "b@example.com"]));
  });

  test("waits for the buffer before it calls a delivery late", () => {
    const slow = synthesize(
      (stack) => void pageViewIngest(stack, { delivery: { buffer: { seconds: 900 } } }),
    );
    expect(alarm(slow, "data-freshness").threshold).toBe(2100);
  });

  test("has no conversions to watch where nothing is converted", () => {
    const plain = synthesize((stack) => {
      const lake = DataLake.fromBucketName(stack, "theirs", "theirs");
      pageViewIngest(stack, { to: { lake, prefix: "views/" } });
    });
    expect(plain.all("aws_cloudwatch_metric_alarm")).toHaveLength(12);
    expect(String(plain.block("aws_cloudwatch_dashboard").dashboard_body)).not.toContain("conversion");
  });

  test("may tell an existing topic", () => {
    const shared = synthesize((stack) => {
      pageViewIngest(stack, { monitoring: { alarmTopic: new SnsTopic(stack, "theirs") } });
    });
    expect(shared.all("aws_sns_topic")).toHaveLength(1);
    expect(alarm(shared, "dead-letters").alarm_actions).toEqual(["${aws_sns_topic.theirs.arn}"]);
  });

  test("can be made of the metrics that the parts offer, each by the names of its resource", () => {
    const offered: Metric[] = [];
    synthesize((stack) => {
      const { ingest } = pageViewIngest(stack);
      const { stream, processor, delivery } = ingest;
      offered.push(
        stream.metricIncomingRecords(),
        stream.metricIncomingBytes(),
        stream.metricWriteThrottles(),
        stream.metricReadThrottles(),
        processor.metricInvocations(),
        processor.metricErrors(),
        processor.metricDuration(),
        processor.metricIteratorAge(),
        processor.metricDeadLetters(),
        delivery.metricDeliveredRecords(),
        delivery.metricDataFreshness(),
        delivery.metricFailedConversions(),
      );
    });
    // A resource's name is known to Terraform.
    for (const { dimensions } of offered)
      for (const [name, value] of Object.entries(dimensions))
        expect(Token.isUnresolved(value), name).toBe(true);
    expect(
      offered.map(({ namespace, metricName, statistic, dimensions }) => [
        `${namespace} ${metricName} ${statistic}`,
        ...Object.keys(dimensions),
      ]),
    ).toEqual([
      ["AWS/Kinesis IncomingRecords Sum", "StreamName"],
      ["AWS/Kinesis IncomingBytes Sum", "StreamName"],
      ["AWS/Kinesis WriteProvisionedThroughputExceeded Sum", "StreamName"],
      ["AWS/Kinesis ReadProvisionedThroughputExceeded Sum", "StreamName"],
      ["AWS/Lambda Invocations Sum", "FunctionName"],
      ["AWS/Lambda Errors Sum", "FunctionName"],
      ["AWS/Lambda Duration Maximum", "FunctionName"],
      ["AWS/Lambda IteratorAge Maximum", "FunctionName"],
      ["AWS/SQS ApproximateNumberOfMessagesVisible Maximum", "QueueName"],
      ["AWS/Firehose DeliveryToS3.Records Sum", "DeliveryStreamName"],
      ["AWS/Firehose DeliveryToS3.DataFreshness Maximum", "DeliveryStreamName"],
      ["AWS/Firehose FailedConversion.Records Sum", "DeliveryStreamName"],
    ]);
  });

  test("can be switched off", () => {
    const silent = synthesize((stack) => {
      expect(pageViewIngest(stack, { monitoring: false }).ingest.monitoring).toBeUndefined();
    });
    for (const type of ["aws_cloudwatch_metric_alarm", "aws_sns_topic", "aws_cloudwatch_dashboard"])
      expect(silent.all(type)).toEqual([]);
  });

  test.each([
    ["p99.9", { extended_statistic: "p99.9" }],
    ["tm90", { extended_statistic: "tm90" }],
    ["SampleCount", { statistic: "SampleCount" }],
    ["Minimum", { statistic: "Minimum" }],
    ["Average", { statistic: "Average" }],
  ])("takes alarms of one's own on %s", (statistic, expected) => {
    const own = synthesize((stack) => {
      const { monitoring, processor } = pageViewIngest(stack).ingest;
      monitoring?.addAlarm("slow", {
        description: "Slow",
        metric: { ...processor.metric("Duration", statistic), periodSeconds: 300 },
        threshold: 5,
        evaluationPeriods: 2,
      });
    });
    const { statistic: simple, extended_statistic, ...others } = alarm(own, "slow");
    expect({ statistic: simple, extended_statistic }).toEqual(expected);
    expect(others).toMatchObject({
      alarm_name: "test-ingest-slow",
      period: 300,
      threshold: 5,
      evaluation_periods: 2,
      datapoints_to_alarm: 2,
    });
  });

  test("refuses what would never ring", () => {
    const problems = problemsOf((stack) => {
      pageViewIngest(stack, {
        monitoring: {
          alarmTopic: new SnsTopic(stack, "theirs", { kmsMasterKeyId: "alias/aws/sns" }),
          alarmTopicProps: { name: "a b", emails: ["a@example.com", "nobody"] },
          dashboardName: "a b",
          dataFreshnessSeconds: 0,
        },
      });
    });
    expect(problems).toEqual([
      "test/ingest/monitoring: alarmTopic and alarmTopicProps are both given: give one of them",
      'test/ingest/monitoring: alarmTopicProps.name is "a b": must be 1-256 letters, digits and _-',
      'test/ingest/monitoring: alarmTopicProps.emails.1 is "nobody": must be an e-mail address',
      "test/ingest/monitoring: alarmTopic is test/theirs: is encrypted with alias/aws/sns, under which alarms can't publish: take a customer-managed key or none",
      "test/ingest/monitoring: dataFreshnessSeconds is 0: must be a whole number of seconds from 1 to 604800",
      'test/ingest/monitoring: dashboardName is "a b": must be 1-255 letters, digits and _-',
    ]);
  });

  test.each(["two words@example.com", "a@example.com b", "a@example", "@example.com", "a@.com@x"])(
    "refuses the address %s",
    (email) => {
      const problems = problemsOf(
        (stack) => void pageViewIngest(stack, { monitoring: { alarmTopicProps: { emails: [email] } } }),
      );
      expect(problems).toEqual([
        `test/ingest/monitoring: alarmTopicProps.emails.0 is "${email}": must be an e-mail address`,
      ]);
    },
  );

  test("takes an address of more than one letter", () => {
    const emails = ["data.team@mail.example.com"];
    expect(
      problemsOf((stack) => void pageViewIngest(stack, { monitoring: { alarmTopicProps: { emails } } })),
    ).toEqual([]);
  });

  test("used on its own checks its props too", () => {
    const problems = problemsOf((stack) => {
      const { ingest } = pageViewIngest(stack, { monitoring: false });
      new IngestMonitoring(stack, "watch", { ingest, iteratorAgeSeconds: 0 });
    });
    expect(problems).toEqual([
      "test/watch: iteratorAgeSeconds is 0: must be a whole number of seconds from 1 to 604800",
    ]);
  });

  test("encrypts its topic with a key that is given to the topic", () => {
    const encrypted = synthesize((stack) => {
      const encryptionKey = new KmsKey(stack, "key");
      pageViewIngest(stack, { monitoring: { alarmTopicProps: { encryptionKey } } });
    });
    expect(encrypted.block("aws_sns_topic").kms_master_key_id).toBe("${aws_kms_key.key.arn}");
  });
});

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly markdown?: string;
    readonly title?: string;
    readonly metrics?: readonly (readonly string[])[];
  };
}

/** The widgets of a dashboard's body, which is an expression of Terraform, with its references as texts. */
function widgetsOf(body: unknown): readonly Widget[] {
  const json = String(body)
    .replace(/^\$\{jsonencode\(/, "")
    .replace(/\)\}$/, "")
    .replace(/element\(split\(":", ([\w.-]+)\), 3\)/g, '"$1"')
    .replace(/(?<= )aws_[\w.-]+/g, '"$&"')
    .replaceAll('" = ', '": ');
  return JSON.parse(json).widgets;
}

/** What a reader of the dashboard sees of a widget. */
function shown({ markdown, title, metrics = [] }: Widget["properties"]): readonly (string | undefined)[] {
  return [markdown ?? title, ...metrics.map(([namespace, name]) => `${namespace} ${name}`)];
}

describe("a budget", () => {
  const budget = (props: Partial<CostBudgetProps> = {}) =>
    synthesize(
      (stack) =>
        void new CostBudget(stack, "costs", { monthlyDollars: 20, emails: ["a@example.com"], ...props }),
    );

  test("writes when costs are near it and when they are about to exceed it", () => {
    const common = {
      comparison_operator: "GREATER_THAN",
      threshold_type: "PERCENTAGE",
      subscriber_email_addresses: ["a@example.com"],
    };
    expect(budget().block("aws_budgets_budget")).toEqual({
      name: "test-costs",
      budget_type: "COST",
      limit_amount: "20",
      limit_unit: "USD",
      time_unit: "MONTHLY",
      notification: [
        { ...common, notification_type: "ACTUAL", threshold: 80 },
        { ...common, notification_type: "FORECASTED", threshold: 100 },
      ],
    });
  });

  test("looks at one tag's costs", () => {
    const template = budget({ name: "shop", tag: { key: "project", value: "shop" } });
    expect(template.block("aws_budgets_budget")).toMatchObject({
      name: "shop",
      cost_filter: [{ name: "TagKeyValue", values: ["user:project$shop"] }],
    });
  });

  test("refuses what AWS would", () => {
    const problems = problemsOf((stack) => {
      new CostBudget(stack, "costs", { name: "a:b", monthlyDollars: 0, emails: ["nobody"] });
    });
    expect(problems).toEqual([
      'test/costs: name is "a:b": must be 1-100 characters other than : and \\',
      "test/costs: monthlyDollars is 0: must be a whole number of US dollars from 1 to 1000000",
      'test/costs: emails.0 is "nobody": must be an e-mail address',
    ]);
    for (const emails of [[], Array<string>(11).fill("a@example.com")])
      expect(
        problemsOf((stack) => void new CostBudget(stack, "costs", { monthlyDollars: 1, emails })),
      ).toEqual([`test/costs: emails is ${JSON.stringify(emails)}: must be one to ten addresses`]);
    expect(
      budget({ emails: Array<string>(10).fill("a@example.com") }).all("aws_budgets_budget"),
    ).toHaveLength(1);
  });
});

describe("a customer-managed key", () => {
  const key = (props?: CustomerManagedKeyProps) =>
    synthesize((stack) => void new CustomerManagedKey(stack, "key", props));

  test("rotates, and is deleted after a month only", () => {
    const template = key();
    expect(template.block("aws_kms_key")).toEqual({
      description: "Encrypts test-key",
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      policy: expect.stringMatching(/key_policy_\w+\.json\}$/),
    });
    expect(template.block("aws_kms_alias")).toEqual({
      name: "alias/test-key",
      target_key_id: expect.stringMatching(/^\$\{aws_kms_key\.key_\w+\.key_id\}$/),
    });
  });

  test("lets the account's policies decide, and the logs and alarms of the account use it", () => {
    expect(key().statements("key_policy")).toEqual([
      {
        sid: "Account",
        actions: ["kms:*"],
        resources: ["*"],
        principals: [{ type: "AWS", identifiers: [account] }],
      },
      {
        sid: "Logs",
        actions: [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
        ],
        resources: ["*"],
        principals: [
          {
            type: "Service",
            identifiers: ["logs.${data.aws_region.streaming-data-lake-region.id}.amazonaws.com"],
          },
        ],
        condition: [
          {
            test: "ArnLike",
            variable: "kms:EncryptionContext:aws:logs:arn",
            values: [`arn:*:logs:*:${account}:log-group:*`],
          },
        ],
      },
      expect.objectContaining({ effect: "Deny", actions: ["kms:ScheduleKeyDeletion"] }),
    ]);
  });

  test("lets alarms of this account use it for their topics when asked to", () => {
    const template = synthesize((stack) => void new CustomerManagedKey(stack, "key", { alarmTopics: true }));
    expect(template.statements("key_policy")).toContainEqual({
      sid: "Alarms",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["*"],
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
      condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
    });
  });

  test("can be deleted with both keys only", () => {
    const deletable = (props: CustomerManagedKeyProps, context = {}) =>
      synthesize((stack) => void new CustomerManagedKey(stack, "key", props), { context })
        .statements("key_policy")
        .every(({ effect }) => effect !== "Deny");
    const context = { allowDataDestruction: true };
    expect(deletable({})).toBe(false);
    expect(deletable({}, context)).toBe(false);
    expect(deletable({ allowDeletion: true }, context)).toBe(true);
    expect(problemsOf((stack) => void new CustomerManagedKey(stack, "key", { allowDeletion: true }))).toEqual(
      [
        'test/key: allowDeletion is true: deleting data takes a second key: set "allowDataDestruction": true in the context of cdktf.json',
      ],
    );
  });

  test("takes its properties", () => {
    const template = key({ alias: "views/data", deletionWindowDays: 7 });
    expect(template.block("aws_kms_alias").name).toBe("alias/views/data");
    expect(template.block("aws_kms_key").deletion_window_in_days).toBe(7);
  });

  test("refuses what AWS would", () => {
    const alias = '1-250 letters, digits and /_-, not starting with "aws/"';
    const keyProblems = (props: CustomerManagedKeyProps) =>
      problemsOf((stack) => void new CustomerManagedKey(stack, "key", props));
    expect(keyProblems({ alias: "aws/s3" })).toEqual([`test/key: alias is "aws/s3": must be ${alias}`]);
    expect(keyProblems({ alias: "a b", deletionWindowDays: 6 })).toEqual([
      `test/key: alias is "a b": must be ${alias}`,
      "test/key: deletionWindowDays is 6: must be a whole number of days from 7 to 30",
    ]);
    expect(keyProblems({ deletionWindowDays: 31 })).toHaveLength(1);
  });
});

test("an alarm is refused by a statistic, a period or a number of periods that CloudWatch does not have", () => {
  const problems = problemsOf((stack) => {
    const to = { lake: new DataLake(stack, "lake"), prefix: "x/" };
    const { stream, monitoring } = new StreamingIngest(stack, "ingest", { handler: handlerEntry, to });
    const metric = { ...stream.metric("IncomingBytes", "summ"), periodSeconds: 45 };
    monitoring?.addAlarm("wrong", { description: "d", metric, threshold: 1, evaluationPeriods: 0 });
    monitoring?.addAlarm("right", {
      description: "d",
      metric: stream.metric("IncomingBytes", "p99.9"),
      threshold: 1,
    });
  });
  expect(problems).toEqual([
    "test/ingest/monitoring: wrong.evaluationPeriods is 0: must be a whole number of periods from 1 to 1440",
    'test/ingest/monitoring: wrong.metric.statistic is "summ": must be Average, Maximum, Minimum, SampleCount, Sum, or one such as p99',
    "test/ingest/monitoring: wrong.metric.periodSeconds is 45: must be 10, 20, 30 or whole minutes",
  ]);
});

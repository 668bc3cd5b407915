import { DataAwsKinesisStream } from "@cdktf/provider-aws/lib/data-aws-kinesis-stream";
import { TerraformVariable } from "cdktf";
import { expect, test } from "vitest";
import {
  Catalog,
  DataLake,
  QueryLayer,
  Stream,
  StreamingIngest,
  StreamProcessor,
} from "../../../constructs/index";
import { handlerEntry, synthesize } from "../../support/synthesize";

/** A number that only Terraform knows is a token here, with which nothing can be computed. */
test("numbers that only Terraform knows are computed by Terraform", () => {
  const template = synthesize((stack) => {
    const variable = (name: string) => new TerraformVariable(stack, name, { type: "number" }).numberValue;
    const lake = new DataLake(stack, "lake");
    const catalog = new Catalog(stack, "catalog", { lake });
    const theirs = new DataAwsKinesisStream(stack, "theirs", { name: "views" });
    const stream = Stream.fromArn(stack, "stream", theirs.arn, { retentionHours: theirs.retentionPeriod });
    const to = catalog.addTable("views", {
      columns: [{ name: "page", type: "string" }],
      partitions: [
        { name: "dt", type: "date", days: variable("days") },
        { name: "shard", type: "integer", from: 0, to: variable("last") },
      ],
    });
    new StreamingIngest(stack, "ingest", {
      stream,
      function: { entry: handlerEntry, timeoutSeconds: variable("timeout") },
      onFailure: { retentionDays: variable("queue_days") },
      to,
      delivery: { buffer: { seconds: variable("buffer") }, dynamicPartitioning: { shard: ".shard" } },
      monitoring: { iteratorAgeSeconds: variable("age") },
    });
    new QueryLayer(stack, "queries", { catalog, scanCutoffMebibytes: variable("scan") });
  });
  const alarm = (id: string) => template.block("aws_cloudwatch_metric_alarm", `monitoring_${id}`);
  expect(template.block("aws_lambda_event_source_mapping").maximum_record_age_in_seconds).toBe(
    "${min((data.aws_kinesis_stream.theirs.retention_period * 1800), 604800)}",
  );
  expect(template.block("aws_glue_catalog_table").parameters).toMatchObject({
    "projection.dt.range": "NOW-${var.days}DAYS,NOW",
    "projection.shard.range": "0,${var.last}",
  });
  expect(template.block("aws_sqs_queue").message_retention_seconds).toBe("${(var.queue_days * 86400)}");
  expect(alarm("iterator-age").threshold).toBe("${(var.age * 1000)}");
  expect(alarm("function-duration").threshold).toBe("${(var.timeout * 900)}");
  expect(alarm("data-freshness").threshold).toBe("${((var.buffer * 2) + 300)}");
  expect(JSON.stringify(alarm("nothing-delivered").metric_query)).toContain("max((ceil(");
  expect(template.block("aws_athena_workgroup").configuration).toMatchObject({
    bytes_scanned_cutoff_per_query: "${(var.scan * 1048576)}",
  });
  expect(JSON.stringify(template.document)).not.toMatch(/e\+\d{3}/);
});

test("days of retention that only Terraform knows move objects into those tiers in which they stay long enough", () => {
  const template = synthesize((stack) => {
    const days = new TerraformVariable(stack, "days", { type: "number" });
    new DataLake(stack, "lake", { retentionDays: days.numberValue });
  });
  const rules = template.block("aws_s3_bucket_lifecycle_configuration").rule as Record<string, unknown>[];
  const tiersOf = (id: string) => rules.find((rule) => rule.id === id)?.dynamic;
  const content = { days: "${transition.value.days}", storage_class: "${transition.value.storageClass}" };
  expect(tiersOf("raw")).toEqual({
    transition: {
      for_each: expect.stringMatching(
        /^\$\{slice\(.*, 0, \(var\.days >= 180\) \? 2 : \(var\.days >= 60\) \? 1 : 0\)\}$/,
      ),
      content,
    },
  });
  expect(tiersOf("processed")).toEqual({
    transition: {
      for_each: expect.stringMatching(/^\$\{slice\(.*, 0, \(var\.days >= 120\) \? 1 : 0\)\}$/),
      content,
    },
  });
  expect(tiersOf("errors")).toBeUndefined();
});

test("text that only Terraform knows stays a reference, in JSON and in SQL, beside templates that are no one's", () => {
  const template = synthesize((stack) => {
    const text = (name: string) => new TerraformVariable(stack, name, {}).stringValue;
    const catalog = new Catalog(stack, "catalog", { lake: new DataLake(stack, "lake") });
    const sql = `SELECT '\${x}', '${text("value")}'`;
    new QueryLayer(stack, "queries", { catalog, namedQueries: [{ name: "top", sql }] });
    new StreamProcessor(stack, "processor", {
      stream: text("stream_arn"),
      function: { entry: handlerEntry },
      mapping: { filters: [{ data: { tenant: [text("tenant")] } }, { data: { tenant: ["${x}"] } }] },
    });
  });
  expect(template.block("aws_athena_named_query").query).toBe("SELECT '$${x}', '${var.value}'");
  expect(template.block("aws_lambda_event_source_mapping").filter_criteria).toEqual({
    filter: [
      { pattern: '${jsonencode({"data" = {"tenant" = [var.tenant]}})}' },
      { pattern: '{"data":{"tenant":["$${x}"]}}' },
    ],
  });
});

test("what has a name that only Terraform knows is at an address which does not hang on the order of things", () => {
  const addresses = (before: number) => {
    const template = synthesize((stack) => {
      const text = (name: string) => new TerraformVariable(stack, name, {}).stringValue;
      for (let index = 0; index < before; index++) text(`other${index}`);
      const lake = new DataLake(stack, "lake");
      const catalog = new Catalog(stack, "catalog", { lake });
      catalog.addTable(text("table"), { columns: [{ name: "page", type: "string" }] });
      new QueryLayer(stack, "queries", { catalog, namedQueries: [{ name: text("query"), sql: "SELECT 1" }] });
      const monitoring = { alarmTopicProps: { emails: [text("email")] } };
      new StreamingIngest(stack, "ingest", { handler: handlerEntry, to: { lake, prefix: "x/" }, monitoring });
    });
    return ["aws_glue_catalog_table", "aws_athena_named_query", "aws_sns_topic_subscription"].flatMap(
      (type) => template.all(type).map(({ address }) => address),
    );
  };
  expect(addresses(0)).toHaveLength(3);
  expect(addresses(5)).toEqual(addresses(0));
});

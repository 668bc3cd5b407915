import type { TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import { BatchRollup, type BatchRollupProps, CustomerManagedKey, DataLake } from "../../constructs/index";
import { pageViewCatalog, pageViews } from "../support/page-views";
import { beforeTests, problemsOf, synthesize } from "../support/synthesize";
import type { Template } from "../support/template";

const sql = "INSERT INTO hourly_views SELECT '${x}', '<aws.scheduler.scheduled-time>' FROM page_views";

const rollup =
  (change: Partial<BatchRollupProps> = {}, encrypted = false) =>
  (stack: TerraformStack) => {
    const encryptionKey = encrypted ? new CustomerManagedKey(stack, "key") : undefined;
    const { catalog, views } = pageViewCatalog(stack, new DataLake(stack, "lake", { encryptionKey }));
    const hourly = catalog.addTable("hourly_views", pageViews);
    new BatchRollup(stack, "rollup", { catalog, sources: [views], table: hourly, sql, ...change });
  };

describe("a roll-up with defaults", () => {
  let template: Template;
  beforeTests(() => {
    template = synthesize(rollup());
  });
  const target = () => template.block("aws_scheduler_schedule").target as Record<string, unknown>;
  const statements = (part: string) => template.statements(part);

  test("starts an Athena query a quarter past each hour, UTC", () => {
    expect(template.block("aws_scheduler_schedule")).toMatchObject({
      name: "test-rollup",
      schedule_expression: "cron(15 * * * ? *)",
      description: "Fills hourly_views from page_views",
      schedule_expression_timezone: "UTC",
      flexible_time_window: { mode: "OFF" },
    });
    expect(target().arn).toBe("arn:aws:scheduler:::aws-sdk:athena:startQueryExecution");
  });

  test("gives Athena the statement, with what is Terraform's escaped, in workgroup and database", () => {
    expect(JSON.parse(String(target().input))).toEqual({
      QueryString:
        "INSERT INTO hourly_views SELECT '$${x}', '<aws.scheduler.scheduled-time>' FROM page_views",
      QueryExecutionContext: {
        Catalog: "AwsDataCatalog",
        Database: expect.stringMatching(/^\$\{aws_glue_catalog_table\..+\.database_name\}$/),
      },
      WorkGroup: expect.stringMatching(/^\$\{aws_athena_workgroup\..+\.name\}$/),
      ClientRequestToken: "scheduled-query-test-rollup-<aws.scheduler.scheduled-time>",
    });
  });

  test("asks with a token that is the same for each attempt and has the length that Athena takes", () => {
    const { ClientRequestToken } = JSON.parse(String(target().input));
    const token = ClientRequestToken.replace("<aws.scheduler.scheduled-time>", "2022-03-22T18:59:43Z");
    expect(token.length).toBeGreaterThanOrEqual(32);
    expect(token.length).toBeLessThanOrEqual(128);
  });

  test("tries again for an hour, then sends the start to a queue", () => {
    expect(target().retry_policy).toEqual({ maximum_retry_attempts: 5, maximum_event_age_in_seconds: 3600 });
    expect(target().dead_letter_config).toEqual({
      arn: expect.stringMatching(/^\$\{aws_sqs_queue\.rollup_dead-letters_\w+\.arn\}$/),
    });
    expect(template.block("aws_sqs_queue", "dead-letters")).toMatchObject({
      name: "test-rollup-dead-letters",
      sqs_managed_sse_enabled: true,
    });
  });

  test("may send to that queue, and nothing else there", () => {
    expect(statements("send-dead-letters")).toEqual([
      {
        actions: ["sqs:SendMessage"],
        resources: [expect.stringMatching(/^\$\{aws_sqs_queue\.rollup_dead-letters_\w+\.arn\}$/)],
      },
    ]);
  });

  test("is there only when its role can do all it needs", () => {
    expect(template.block("aws_scheduler_schedule").depends_on).toHaveLength(4);
  });

  test("has a role that only this account's schedules take on", () => {
    expect(statements("rollup_role-trust")).toMatchObject([
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount" }],
      },
    ]);
  });

  test("reads the tables' prefixes and the results, and writes the filled table and the results alone", () => {
    const resources = (action: string) =>
      statements("lake_grants").find(({ actions }) => actions.includes(action))?.resources;
    const below = (prefix: string) => expect.stringMatching(new RegExp(`arn\\}/${prefix}\\*$`));
    expect(resources("s3:GetObject")).toEqual([
      below("athena-results/"),
      below("processed/page_views/"),
      below("processed/hourly_views/"),
    ]);
    expect(resources("s3:PutObject")).toEqual([below("athena-results/"), below("processed/hourly_views/")]);
    expect(resources("s3:DeleteObject")).toBeUndefined();
  });

  test("reads the definitions of its tables and adds partitions to the filled one alone", () => {
    const [read, add] = statements("catalog_grants");
    expect(read?.actions).toContain("glue:GetTable");
    for (const name of ["page_views", "hourly_views"])
      expect(read?.resources).toContainEqual(
        expect.stringMatching(new RegExp(`^\\$\\{aws_glue_catalog_table\\.catalog_${name}_\\w+\\.arn\\}$`)),
      );
    expect(add).toEqual({
      actions: ["glue:BatchCreatePartition", "glue:CreatePartition", "glue:UpdatePartition"],
      resources: [
        expect.stringContaining(":catalog"),
        expect.stringContaining(":database/"),
        expect.stringMatching(/^\$\{aws_glue_catalog_table\.catalog_hourly_views_\w+\.arn\}$/),
      ],
    });
  });

  test("has a workgroup of its own, by which the ends of its runs are told from those of other queries", () => {
    expect(template.block("aws_athena_workgroup")).toMatchObject({ name: "test-rollup" });
    synthesize((stack) => {
      const { catalog, views } = pageViewCatalog(stack);
      const table = catalog.addTable("hourly_views", pageViews);
      const made = new BatchRollup(stack, "rollup", { catalog, sources: [views], table, sql });
      expect(made.metricSuccesses()).toMatchObject({
        namespace: "AWS/Athena",
        metricName: "TotalExecutionTime",
        dimensions: { QueryState: "SUCCEEDED", QueryType: "DML", WorkGroup: expect.any(String) },
        statistic: "SampleCount",
      });
      const { expression, metrics } = made.metricFailures();
      expect(expression).toBe("FILL(failed, 0) + FILL(canceled, 0) + FILL(cancelled, 0)");
      expect(Object.values(metrics).map(({ dimensions }) => dimensions.QueryState)).toEqual([
        "FAILED",
        "CANCELED",
        "CANCELLED",
      ]);
    });
  });

  test("runs queries in its workgroup alone", () => {
    const [run] = statements("queries_grants");
    expect(run?.actions).toEqual(["athena:StartQueryExecution"]);
    expect(run?.resources).toEqual([expect.stringMatching(/^\$\{aws_athena_workgroup\..+\.arn\}$/)]);
  });
});

describe("a roll-up", () => {
  test("may use the key of the queue when that has one", () => {
    const template = synthesize(rollup({}, true));
    expect(template.block("aws_sqs_queue").kms_master_key_id).toMatch(/^\$\{aws_kms_key\..+\.arn\}$/);
    const [, key] = template.statements("send-dead-letters");
    expect(key?.actions).toEqual(["kms:Decrypt", "kms:GenerateDataKey"]);
  });

  test("takes another time, name and number of attempts", () => {
    const template = synthesize(
      rollup({
        name: "views",
        roleName: "views-role",
        scheduleExpression: "rate(1 day)",
        maximumRetryAttempts: 0,
        maximumEventAgeSeconds: 60,
        onFailure: { name: "lost", retentionDays: 1 },
      }),
    );
    expect(template.block("aws_scheduler_schedule")).toMatchObject({
      name: "views",
      schedule_expression: "rate(1 day)",
      target: { retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 } },
    });
    expect(template.block("aws_iam_role").name).toBe("views-role");
    expect(template.block("aws_sqs_queue")).toMatchObject({
      name: "lost",
      message_retention_seconds: 86_400,
    });
  });

  const insert = "INSERT INTO hourly_views SELECT 1";
  test.each<[string, Partial<BatchRollupProps>]>([
    ["a statement below comments and blank lines", { sql: `\n  -- what for\n\n  -- and why\n  ${insert}` }],
    ["a statement with more space than it takes", { sql: "insert  into hourly_views SELECT 1" }],
  ])("takes %s", (_, props) => {
    expect(problemsOf(rollup(props))).toEqual([]);
  });

  test.each<[string, Partial<BatchRollupProps>, RegExp]>([
    ["a second statement", { sql: `SELECT 1; ${insert}` }, /sql is .*: must be an INSERT INTO$/],
    ["a statement behind a word", { sql: `EXPLAIN-${insert}` }, /sql is .*: must be an INSERT INTO$/],
    ["a statement behind a comment's end", { sql: `-- what for\nX${insert}` }, /must be an INSERT INTO$/],
    ["a word before the rate", { scheduleExpression: "every rate(1 day)" }, /must be cron\(…\) or rate\(…\)/],
    ["a word behind the rate", { scheduleExpression: "rate(1 day) UTC" }, /must be cron\(…\) or rate\(…\)/],
  ])("refuses %s", (_, props, problem) => {
    expect(problemsOf(rollup(props))).toEqual([expect.stringMatching(problem)]);
  });

  test("is refused with every problem at once", () => {
    const change = {
      name: "a name",
      roleName: "role!",
      sql: "SELECT 1",
      scheduleExpression: "hourly",
      maximumRetryAttempts: 186,
      maximumEventAgeSeconds: 59,
      onFailure: { retentionDays: 15 },
    };
    const problems = problemsOf(rollup(change));
    for (const problem of [
      'test/rollup: name is "a name": must be 1-64 letters, digits and _.-',
      'test/rollup: roleName is "role!": must be 1-64 letters, digits and +=,.@_-',
      'test/rollup: sql is "SELECT 1": must be an INSERT INTO',
      'test/rollup: scheduleExpression is "hourly": must be cron(…) or rate(…), such as cron(15 * * * ? *)',
      "test/rollup: maximumRetryAttempts is 186: must be a whole number of attempts from 0 to 185",
      "test/rollup: maximumEventAgeSeconds is 59: must be a whole number of seconds from 60 to 86400",
      "test/rollup: onFailure.retentionDays is 15: must be a whole number of days from 1 to 14",
    ])
      expect(problems).toContain(problem);
  });
});

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Fn, type TerraformStack } from "cdktf";
import { describe, expect, test } from "vitest";
import {
  type FunctionProps,
  type StreamMappingProps,
  StreamProcessor,
  type StreamProcessorProps,
} from "../../constructs/index";
import { pageViewIngest } from "../support/page-views";
import { problemOf, propsWith } from "../support/refused";
import { beforeTests, handlerEntry, problemsOf, synthesize } from "../support/synthesize";
import type { Template } from "../support/template";

type Bags = Omit<Partial<StreamProcessorProps>, "stream" | "function"> & {
  readonly function?: Partial<FunctionProps>;
};

/** A processor of page views with these properties beside its handler. */
function withProcessor(bags: Bags | ((stack: TerraformStack) => Bags)) {
  return (stack: TerraformStack) => {
    const { function: handler, ...others } = typeof bags === "function" ? bags(stack) : bags;
    pageViewIngest(stack, {
      monitoring: false,
      function: { entry: handlerEntry, ...handler },
      ...others,
    });
  };
}

const address = (type: string, part: string, attribute: string) =>
  expect.stringMatching(new RegExp(`^\\$\\{${type}\\.[\\w-]*${part}_\\w+\\.${attribute}\\}$`));

describe("a processor with defaults", () => {
  let template: Template;
  beforeTests(() => {
    template = synthesize((stack) => void pageViewIngest(stack));
  });

  test("reads in order with bounded retries, bisection, partial responses and a queue for what it discards", () => {
    expect(template.block("aws_lambda_event_source_mapping")).toEqual({
      event_source_arn: address("aws_kinesis_stream", "stream", "arn"),
      function_name: address("aws_lambda_function", "function", "arn"),
      starting_position: "TRIM_HORIZON",
      batch_size: 100,
      maximum_batching_window_in_seconds: 1,
      parallelization_factor: 1,
      maximum_retry_attempts: 10,
      maximum_record_age_in_seconds: 43_200,
      bisect_batch_on_function_error: true,
      function_response_types: ["ReportBatchItemFailures"],
      destination_config: {
        on_failure: { destination_arn: address("aws_sqs_queue", "dead-letters", "arn") },
      },
      depends_on: [
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_read-stream_/),
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_send-dead-letters_/),
      ],
    });
  });

  test("runs a Node.js function with a log group of its own", () => {
    expect(template.block("aws_lambda_function")).toEqual({
      function_name: "test-ingest-processor",
      role: address("aws_iam_role", "processor_role", "arn"),
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      filename: expect.stringMatching(/^assets\/.+\/function\.zip$/),
      source_code_hash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      memory_size: 256,
      timeout: 60,
      environment: { variables: { NODE_OPTIONS: "--enable-source-maps" } },
      tracing_config: { mode: "PassThrough" },
      logging_config: { log_format: "Text", log_group: address("aws_cloudwatch_log_group", "logs", "name") },
      depends_on: [
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_read-stream_/),
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_send-dead-letters_/),
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_function_write-logs_/),
      ],
    });
    expect(template.block("aws_cloudwatch_log_group", "processor")).toEqual({
      name: "/aws/lambda/test-ingest-processor",
      retention_in_days: 14,
    });
  });

  test("keeps what it discards for two weeks, encrypted", () => {
    expect(template.block("aws_sqs_queue")).toEqual({
      name: "test-ingest-processor-dead-letters",
      message_retention_seconds: 1_209_600,
      sqs_managed_sse_enabled: true,
    });
  });

  test("has a role that Lambda takes on for this account", () => {
    expect(template.block("aws_iam_role", "processor")).toEqual({
      name: "test-ingest-processor",
      description: "Execution role of test-ingest-processor",
      assume_role_policy: expect.stringMatching(/processor_role-trust_\w+\.json\}$/),
    });
    expect(template.statements("processor_role-trust")).toEqual([
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }],
        condition: [
          {
            test: "StringEquals",
            variable: "aws:SourceAccount",
            values: ["${data.aws_caller_identity.streaming-data-lake-account.account_id}"],
          },
        ],
      },
    ]);
  });

  test("may read the stream, send to the queue and log", () => {
    expect(template.statements("processor_read-stream")).toEqual([
      {
        actions: [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ],
        resources: [address("aws_kinesis_stream", "stream", "arn")],
      },
    ]);
    expect(template.statements("processor_send-dead-letters")).toEqual([
      { actions: ["sqs:SendMessage"], resources: [address("aws_sqs_queue", "dead-letters", "arn")] },
    ]);
    expect(template.statements("function_write-logs")).toEqual([
      {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [
          expect.stringMatching(
            /^\$\{aws_cloudwatch_log_group\.ingest_processor_function_logs_\w+\.arn\}:\*$/,
          ),
        ],
      },
    ]);
    expect(
      template.all("aws_iam_role_policy").filter(({ address }) => address.includes("processor")),
    ).toHaveLength(3);
    expect(template.block("aws_iam_role_policy", "processor_read-stream")).toEqual({
      name: "read-stream",
      role: address("aws_iam_role", "processor_role", "name"),
      policy: expect.stringMatching(
        /^\$\{data\.aws_iam_policy_document\.ingest_processor_read-stream-policy_\w+\.json\}$/,
      ),
    });
  });
});

describe("a processor", () => {
  test("takes its properties, each to its place", () => {
    const template = synthesize(
      withProcessor({
        function: {
          name: "count",
          roleName: "count-role",
          environment: { LOG_LEVEL: "WARN" },
          memoryMegabytes: 512,
          timeoutSeconds: 120,
          reservedConcurrency: 7,
          logRetentionDays: 30,
        },
        mapping: {
          batchSize: 11,
          batchingWindowSeconds: 12,
          parallelizationFactor: 3,
          startingPosition: "LATEST",
          maximumRetryAttempts: 4,
          maximumRecordAgeSeconds: 600,
          bisectBatchOnFunctionError: false,
          filters: [{ data: { page: ["/"] } }],
        },
        onFailure: { name: "discarded", retentionDays: 3 },
      }),
    );
    expect(template.block("aws_lambda_function")).toMatchObject({
      function_name: "count",
      environment: { variables: { NODE_OPTIONS: "--enable-source-maps", LOG_LEVEL: "WARN" } },
      memory_size: 512,
      timeout: 120,
      reserved_concurrent_executions: 7,
    });
    expect(template.block("aws_iam_role", "processor").name).toBe("count-role");
    expect(template.block("aws_cloudwatch_log_group", "processor")).toEqual({
      name: "/aws/lambda/count",
      retention_in_days: 30,
    });
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      batch_size: 11,
      maximum_batching_window_in_seconds: 12,
      parallelization_factor: 3,
      starting_position: "LATEST",
      maximum_retry_attempts: 4,
      maximum_record_age_in_seconds: 600,
      bisect_batch_on_function_error: false,
      filter_criteria: { filter: [{ pattern: '{"data":{"page":["/"]}}' }] },
    });
    expect(template.block("aws_sqs_queue")).toMatchObject({
      name: "discarded",
      message_retention_seconds: 259_200,
    });
  });

  test("is traced when told to", () => {
    const template = synthesize(withProcessor({ function: { tracing: true } }));
    expect(template.block("aws_lambda_function").tracing_config).toEqual({ mode: "Active" });
    expect(template.statements("function_trace")).toEqual([
      { actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] },
    ]);
  });

  test("reads from a point in time", () => {
    const template = synthesize(
      withProcessor({ mapping: { startingPositionTimestamp: "2026-01-15T10:30:00Z" } }),
    );
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      starting_position: "AT_TIMESTAMP",
      starting_position_timestamp: "2026-01-15T10:30:00Z",
    });
  });

  test("refuses a point in time that is none, and one that its starting position does not take", () => {
    const mappingProblems = (mapping: StreamMappingProps) => problemsOf(withProcessor({ mapping }));
    expect(mappingProblems({ startingPositionTimestamp: "yesterday" })).toEqual([
      'test/ingest/processor: mapping.startingPositionTimestamp is "yesterday": must be a time such as 2026-01-15T10:30:00Z',
    ]);
    const rule = "must be AT_TIMESTAMP when startingPositionTimestamp is given, and only then";
    expect(
      mappingProblems({ startingPosition: "LATEST", startingPositionTimestamp: "2026-01-15T10:30:00Z" }),
    ).toEqual([`test/ingest/processor: mapping.startingPosition is "LATEST": ${rule}`]);
    expect(mappingProblems({ startingPosition: "AT_TIMESTAMP" })).toEqual([
      `test/ingest/processor: mapping.startingPosition is "AT_TIMESTAMP": ${rule}`,
    ]);
  });

  test("keeps a window's state", () => {
    const template = synthesize(withProcessor({ mapping: { tumblingWindowSeconds: 300 } }));
    expect(template.block("aws_lambda_event_source_mapping").tumbling_window_in_seconds).toBe(300);
  });

  test("reads for a week at most, however long the stream keeps its records", () => {
    const template = synthesize((stack) => void pageViewIngest(stack, { stream: { retentionHours: 8760 } }));
    expect(template.block("aws_lambda_event_source_mapping").maximum_record_age_in_seconds).toBe(604_800);
  });

  test("retries without end when told so", () => {
    const template = synthesize(
      withProcessor({ mapping: { maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 } }),
    );
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      maximum_retry_attempts: -1,
      maximum_record_age_in_seconds: -1,
    });
  });

  test("reads through a consumer of its own with enhanced fan-out", () => {
    const template = synthesize(withProcessor({ mapping: { enhancedFanOut: true } }));
    expect(template.block("aws_kinesis_stream_consumer")).toEqual({
      name: "test-ingest-processor",
      stream_arn: address("aws_kinesis_stream", "stream", "arn"),
    });
    const consumer = address("aws_kinesis_stream_consumer", "consumer", "arn");
    expect(template.block("aws_lambda_event_source_mapping").event_source_arn).toEqual(consumer);
    expect(template.statements("processor_read-stream")).toContainEqual({
      actions: ["kinesis:SubscribeToShard"],
      resources: [consumer],
    });
  });

  test("keeps a filter's template characters from Terraform", () => {
    const template = synthesize(withProcessor({ mapping: { filters: [{ data: { page: ["${x} %{y}"] } }] } }));
    expect(template.block("aws_lambda_event_source_mapping").filter_criteria).toEqual({
      filter: [{ pattern: '{"data":{"page":["$${x} %%{y}"]}}' }],
    });
  });

  test("may have an existing function, whose role is granted the stream, and an existing queue", () => {
    const template = synthesize((stack) => {
      const role = new IamRole(stack, "their-role", { assumeRolePolicy: "{}" });
      const theirs = new LambdaFunction(stack, "theirs", {
        functionName: "theirs",
        role: role.arn,
        timeout: 30,
      });
      const queue = new SqsQueue(stack, "their-queue", { name: "theirs" });
      pageViewIngest(stack, { monitoring: false, function: theirs, onFailure: { queue } });
    });
    expect(template.all("aws_lambda_function")).toHaveLength(1);
    expect(template.all("aws_sqs_queue")).toHaveLength(1);
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      function_name: "${aws_lambda_function.theirs.arn}",
      destination_config: { on_failure: { destination_arn: "${aws_sqs_queue.their-queue.arn}" } },
    });
    expect(template.block("aws_iam_role_policy", "processor_grants").role).toBe(
      '${element(reverse(split("/", aws_lambda_function.theirs.role)), 0)}',
    );
    const [read, send] = template.statements("processor_grants");
    expect(read?.actions).toContain("kinesis:GetRecords");
    expect(send).toEqual({
      actions: ["sqs:SendMessage"],
      resources: ["${aws_sqs_queue.their-queue.arn}"],
    });
  });

  test("may have a function and a queue that other apps made, by their ARNs", () => {
    const queue = "arn:aws:sqs:us-east-1:123456789012:lost";
    const template = synthesize((stack) => {
      const { processor } = pageViewIngest(stack, {
        monitoring: false,
        function: {
          arn: "arn:aws:lambda:us-east-1:123456789012:function:theirs",
          functionName: "theirs",
          role: "arn:aws:iam::123456789012:role/service/theirs",
        },
        mapping: { batchingWindowSeconds: 3 },
        onFailure: { queue },
      }).ingest;
      expect(processor.metricDeadLetters().dimensions).toEqual({ QueueName: "lost" });
    });
    expect(template.block("aws_iam_role_policy", "processor_grants").role).toBe("theirs");
  });

  test("grants the key of an existing queue, which must be said with the queue", () => {
    const problems = problemsOf((stack) => {
      const queue = new SqsQueue(stack, "their-queue", { kmsMasterKeyId: new KmsKey(stack, "key").arn });
      pageViewIngest(stack, { monitoring: false, onFailure: { queue } });
    });
    expect(problems).toEqual([
      "test/ingest/processor: onFailure.encryptionKey is undefined: the queue has a customer-managed key, which its senders must be granted",
    ]);
    const template = synthesize((stack) => {
      const key = new KmsKey(stack, "key");
      const queue = new SqsQueue(stack, "their-queue", { kmsMasterKeyId: key.arn });
      pageViewIngest(stack, { monitoring: false, onFailure: { queue, encryptionKey: key } });
    });
    expect(template.statements("send-dead-letters")).toContainEqual({
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["${aws_kms_key.key.arn}"],
    });
  });

  test("may use the key of the queue alone", () => {
    const template = synthesize(
      withProcessor((stack) => ({ onFailure: { encryptionKey: new KmsKey(stack, "key") } })),
    );
    expect(template.block("aws_sqs_queue").kms_master_key_id).toBe("${aws_kms_key.key.arn}");
    expect(template.statements("send-dead-letters")).toContainEqual({
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["${aws_kms_key.key.arn}"],
    });
  });

  const age = "must be a whole number of seconds (or be -1, without end) from 60 to 604800";
  const reason = "the records that a dead letter names are read from there";
  const reserved = "the runtime reserves the name";
  const variable = "a name is a letter, then one or more letters, digits and underscores";

  test.each<[string, unknown, string]>([
    ["function.name", "a b", "must be 1-64 letters, digits and _-"],
    ["function.name", "f".repeat(65), "must be 1-64 letters, digits and _-"],
    ["function.roleName", "a b", "must be 1-64 letters, digits and +=,.@_-"],
    ["function.memoryMegabytes", 127, "must be a whole number of megabytes from 128 to 10240"],
    ["function.memoryMegabytes", 10_241, "must be a whole number of megabytes from 128 to 10240"],
    ["function.timeoutSeconds", 901, "must be a whole number of seconds from 1 to 900"],
    ["function.timeoutSeconds", 1.5, "must be a whole number of seconds from 1 to 900"],
    ["function.reservedConcurrency", 0, "must be a whole number of executions from 1 to 100000"],
    ["function.environment.AWS_REGION", "x", reserved],
    ["function.environment.AWS_LAMBDA_FUNCTION_NAME", "x", reserved],
    ["function.environment.1x", "y", variable],
    ["function.environment.A-B", "y", variable],
    ["function.environment.AB-", "y", variable],
    ["mapping.batchSize", 10_001, "must be a whole number of records from 1 to 10000"],
    ["mapping.batchingWindowSeconds", -1, "must be a whole number of seconds from 0 to 300"],
    ["mapping.parallelizationFactor", 0, "must be a whole number of batches from 1 to 10"],
    ["mapping.parallelizationFactor", 11, "must be a whole number of batches from 1 to 10"],
    ["mapping.maximumRetryAttempts", -2, "must be a whole number of retries from -1 to 10000"],
    ["mapping.maximumRetryAttempts", 10_001, "must be a whole number of retries from -1 to 10000"],
    ["mapping.tumblingWindowSeconds", 901, "must be a whole number of seconds from 0 to 900"],
    ["mapping.maximumRecordAgeSeconds", 59, age],
    [
      "mapping.maximumRecordAgeSeconds",
      86_400,
      `must be below the stream's retention of 24 hours: ${reason}`,
    ],
    ["mapping.filters", [], "must be one to five patterns"],
    ["mapping.filters", [{}, {}, {}, {}, {}, {}], "must be one to five patterns"],
    ["onFailure.retentionDays", 15, "must be a whole number of days from 1 to 14"],
    ["onFailure.retentionDays", 0, "must be a whole number of days from 1 to 14"],
    ["onFailure.name", "a.b", "must be 1-80 letters, digits and _-"],
  ])("refuses %s of %j", (path, value, rule) => {
    expect(problemsOf(withProcessor(propsWith(path, value)))).toEqual([
      `test/ingest/processor: ${problemOf(path, value, rule)}`,
    ]);
  });

  test.each<[Bags, string]>([
    [
      { function: { timeoutSeconds: 900 }, mapping: { batchingWindowSeconds: 301 } },
      "mapping.batchingWindowSeconds is 301: must be a whole number of seconds from 0 to 300",
    ],
    [
      { mapping: { tumblingWindowSeconds: 60, parallelizationFactor: 2 } },
      "mapping.parallelizationFactor is 2: must be 1 with a tumbling window, whose state goes from batch to batch",
    ],
    [
      { function: { timeoutSeconds: 10 }, mapping: { batchingWindowSeconds: 11 } },
      "mapping.batchingWindowSeconds is 11: must not exceed the function's timeout of 10 seconds, or records wait longer than they may be worked on",
    ],
    [
      { function: { environment: { LONG: "x".repeat(4096) } } },
      'function.environment is "4145 bytes": all variables take 4096 bytes at most',
    ],
  ])("refuses what does not go together %#", (props, problem) => {
    expect(problemsOf(withProcessor(props))).toEqual([`test/ingest/processor: ${problem}`]);
  });

  test.each<Bags>([
    { function: { timeoutSeconds: 10 }, mapping: { batchingWindowSeconds: 10 } },
    { mapping: { maximumRecordAgeSeconds: 86_399 } },
    { mapping: { maximumRecordAgeSeconds: -1 } },
    { mapping: { filters: [{}, {}, {}, {}, {}] } },
    { mapping: { filters: [{}] } },
    { function: { environment: { MY_AWS_REGION: "x", AWS_REGION_NAME: "x" } } },
    { function: { environment: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrapper" } } },
    { function: { environment: { LONG: "x".repeat(4047) } } },
  ])("takes the last value before the limit %#", (props) => {
    expect(problemsOf(withProcessor(props))).toEqual([]);
  });

  test("measures the batching window by the timeout of an existing function, 3 seconds unless it says", () => {
    const existing = (timeout?: number) =>
      problemsOf((stack) => {
        pageViewIngest(stack, {
          monitoring: false,
          function: new LambdaFunction(stack, "theirs", { functionName: "theirs", role: "arn", timeout }),
          mapping: { batchingWindowSeconds: 5 },
        });
      });
    expect(existing(5)).toEqual([]);
    expect(existing()).toEqual([
      "test/ingest/processor: mapping.batchingWindowSeconds is 5: must not exceed the function's timeout of 3 seconds, or records wait longer than they may be worked on",
    ]);
  });

  test("refuses a log retention that CloudWatch does not know", () => {
    expect(problemsOf(withProcessor({ function: { logRetentionDays: 10 } }))).toEqual([
      expect.stringMatching(
        /^test\/ingest\/processor: function\.logRetentionDays is 10: must be one of CloudWatch's 1, 3, .* days$/,
      ),
    ]);
  });

  test("refuses a file that is not there, and one that can't be bundled", () => {
    expect(problemsOf(withProcessor({ function: { entry: "nowhere.ts" } }))).toEqual([
      'test/ingest/processor/function/archive: entry is "nowhere.ts": there is no such file',
    ]);
    const entry = "docs/architecture.svg";
    expect(problemsOf(withProcessor({ function: { entry } }))).toEqual([
      `test/ingest/processor/function/archive: entry is "${entry}": can't be bundled: No loader is configured for ".svg" files: ${entry}`,
    ]);
  });

  test("refuses a queue with the properties of a new one, and what is not a queue", () => {
    const problems = problemsOf(withProcessor({ onFailure: { queue: "lost", retentionDays: 2 } }));
    expect(problems).toEqual([
      "test/ingest/processor: onFailure.queue and retentionDays are both given: give one of them",
      'test/ingest/processor: onFailure.queue is "lost": must be a queue or its ARN, such as arn:aws:sqs:us-east-1:123456789012:lost-orders',
    ]);
  });

  test("refuses a role and a name for a new one", () => {
    const problems = problemsOf(
      withProcessor((stack) => ({
        function: { role: new IamRole(stack, "their-role", { assumeRolePolicy: "{}" }), roleName: "mine" },
      })),
    );
    expect(problems).toEqual([
      "test/ingest/processor: function.role and roleName are both given: give one of them",
    ]);
  });

  test("does not judge values that only Terraform knows", () => {
    const template = synthesize(
      withProcessor({
        function: { name: Fn.lower("COUNT"), timeoutSeconds: Fn.tonumber("1000") },
        mapping: { batchSize: Fn.tonumber("20000"), maximumRecordAgeSeconds: Fn.tonumber("1") },
      }),
    );
    expect(template.block("aws_lambda_event_source_mapping").batch_size).toBe('${tonumber("20000")}');
  });

  test("does not measure a record's age by a retention that only Terraform knows", () => {
    const problems = problemsOf((stack) => {
      pageViewIngest(stack, {
        monitoring: false,
        stream: { retentionHours: Fn.tonumber("24") },
        mapping: { maximumRecordAgeSeconds: 604_800 },
      });
    });
    expect(problems).toEqual([]);
  });

  test("used on its own checks its props too", () => {
    const problems = problemsOf((stack) => {
      const { stream } = pageViewIngest(stack).ingest;
      new StreamProcessor(stack, "second", {
        stream,
        function: { entry: handlerEntry },
        mapping: { batchSize: 0 },
      });
    });
    expect(problems).toEqual([
      "test/second: mapping.batchSize is 0: must be a whole number of records from 1 to 10000",
    ]);
  });
});

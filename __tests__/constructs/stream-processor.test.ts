import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Fn, type TerraformStack } from "cdktf";
import { beforeEach, describe, expect, test } from "vitest";
import { StreamProcessor, type StreamProcessorProps } from "../../constructs/index";
import { pageViewIngest } from "../support/page-views";
import { handlerEntry, problemsOf, synthesize } from "../support/synthesize";
import type { Template } from "../support/template";

function withProcessor(
  processor: Partial<StreamProcessorProps> | ((stack: TerraformStack) => Partial<StreamProcessorProps>),
) {
  return (stack: TerraformStack) =>
    void pageViewIngest(stack, {
      monitoring: false,
      processor: typeof processor === "function" ? processor(stack) : processor,
    });
}

const address = (type: string, part: string, attribute: string) =>
  expect.stringMatching(new RegExp(`^\\$\\{${type}\\.[\\w-]*${part}_\\w+\\.${attribute}\\}$`));

describe("a processor with defaults", () => {
  let template: Template;
  beforeEach(() => {
    template = synthesize((stack) => void pageViewIngest(stack));
  });

  test("reads in order with bounded retries, bisection, partial responses and a queue for what it gives up", () => {
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

  test("runs a traced Node.js function with a log group of its own", () => {
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
      tracing_config: { mode: "Active" },
      logging_config: { log_format: "Text", log_group: address("aws_cloudwatch_log_group", "logs", "name") },
      depends_on: [
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_read-stream_/),
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_send-dead-letters_/),
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_function_write-logs_/),
        expect.stringMatching(/^aws_iam_role_policy\.ingest_processor_function_trace_/),
      ],
    });
    expect(template.block("aws_cloudwatch_log_group", "processor")).toEqual({
      name: "/aws/lambda/test-ingest-processor",
      retention_in_days: 14,
    });
  });

  test("keeps what it gives up for two weeks, encrypted", () => {
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
            values: ["${data.aws_caller_identity.account.account_id}"],
          },
        ],
      },
    ]);
  });

  test("may read the stream, send to the queue, log and trace", () => {
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
    expect(template.statements("function_trace")).toEqual([
      { actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] },
    ]);
    expect(
      template.all("aws_iam_role_policy").filter(({ address }) => address.includes("processor")),
    ).toHaveLength(4);
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
        functionName: "count",
        roleName: "count-role",
        environment: { LOG_LEVEL: "WARN" },
        memoryMegabytes: 512,
        timeoutSeconds: 120,
        reservedConcurrency: 7,
        logRetentionDays: 30,
        batchSize: 11,
        batchingWindowSeconds: 12,
        parallelizationFactor: 3,
        startingPosition: "LATEST",
        maximumRetryAttempts: 4,
        maximumRecordAgeSeconds: 600,
        bisectBatchOnFunctionError: false,
        filters: [{ data: { page: ["/"] } }],
        deadLetterQueueProps: { name: "given-up", retentionDays: 3 },
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
      name: "given-up",
      message_retention_seconds: 259_200,
    });
  });

  test("keeps a window's state", () => {
    const template = synthesize(withProcessor({ tumblingWindowSeconds: 300 }));
    expect(template.block("aws_lambda_event_source_mapping").tumbling_window_in_seconds).toBe(300);
  });

  test("reads for a week at most, however long the stream keeps its records", () => {
    const template = synthesize(
      (stack) => void pageViewIngest(stack, { streamProps: { retentionHours: 8760 } }),
    );
    expect(template.block("aws_lambda_event_source_mapping").maximum_record_age_in_seconds).toBe(604_800);
  });

  test("retries without end when told so", () => {
    const template = synthesize(withProcessor({ maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 }));
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      maximum_retry_attempts: -1,
      maximum_record_age_in_seconds: -1,
    });
  });

  test("reads through a consumer of its own with enhanced fan-out", () => {
    const template = synthesize(withProcessor({ enhancedFanOut: true }));
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
    const template = synthesize(withProcessor({ filters: [{ data: { page: ["${x} %{y}"] } }] }));
    expect(template.block("aws_lambda_event_source_mapping").filter_criteria).toEqual({
      filter: [{ pattern: '{"data":{"page":["$${x} %%{y}"]}}' }],
    });
  });

  test("may have an existing function, whose role is granted the stream, and an existing queue", () => {
    const template = synthesize(
      withProcessor((stack) => {
        const role = new IamRole(stack, "their-role", { assumeRolePolicy: "{}" });
        return {
          entry: undefined,
          role,
          function: new LambdaFunction(stack, "theirs", {
            functionName: "theirs",
            role: role.arn,
            timeout: 30,
          }),
          deadLetterQueue: new SqsQueue(stack, "their-queue", { name: "theirs" }),
        };
      }),
    );
    expect(template.all("aws_lambda_function")).toHaveLength(1);
    expect(template.all("aws_sqs_queue")).toHaveLength(1);
    expect(template.block("aws_lambda_event_source_mapping")).toMatchObject({
      function_name: "${aws_lambda_function.theirs.arn}",
      destination_config: { on_failure: { destination_arn: "${aws_sqs_queue.their-queue.arn}" } },
    });
    expect(template.block("aws_iam_role_policy", "processor_read-stream").role).toBe(
      "${aws_iam_role.their-role.name}",
    );
    expect(template.statements("send-dead-letters")[0]?.resources).toEqual([
      "${aws_sqs_queue.their-queue.arn}",
    ]);
  });

  test("may use the key of the queue alone", () => {
    const template = synthesize(
      withProcessor((stack) => ({ deadLetterQueueProps: { encryptionKey: new KmsKey(stack, "key") } })),
    );
    expect(template.block("aws_sqs_queue").kms_master_key_id).toBe("${aws_kms_key.key.arn}");
    expect(template.statements("processor_use-keys")).toEqual([
      { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: ["${aws_kms_key.key.arn}"] },
    ]);
  });

  test.each<[Partial<StreamProcessorProps>, string]>([
    [
      { functionName: "a b", deadLetterQueueProps: { name: "q" } },
      'functionName is "a b": must be 1-64 letters, digits and _-',
    ],
    [
      { functionName: "f".repeat(65) },
      `functionName is "${"f".repeat(65)}": must be 1-64 letters, digits and _-`,
    ],
    [{ roleName: "a b" }, 'roleName is "a b": must be 1-64 letters, digits and +=,.@_-'],
    [
      { memoryMegabytes: 127 },
      "memoryMegabytes is 127: must be a whole number of megabytes from 128 to 10240",
    ],
    [
      { memoryMegabytes: 10_241 },
      "memoryMegabytes is 10241: must be a whole number of megabytes from 128 to 10240",
    ],
    [{ timeoutSeconds: 901 }, "timeoutSeconds is 901: must be a whole number of seconds from 1 to 900"],
    [{ timeoutSeconds: 1.5 }, "timeoutSeconds is 1.5: must be a whole number of seconds from 1 to 900"],
    [
      { reservedConcurrency: 0 },
      "reservedConcurrency is 0: must be a whole number of executions from 1 to 100000",
    ],
    [{ batchSize: 10_001 }, "batchSize is 10001: must be a whole number of records from 1 to 10000"],
    [
      { batchingWindowSeconds: -1 },
      "batchingWindowSeconds is -1: must be a whole number of seconds from 0 to 300",
    ],
    [
      { batchingWindowSeconds: 301, timeoutSeconds: 900 },
      "batchingWindowSeconds is 301: must be a whole number of seconds from 0 to 300",
    ],
    [
      { parallelizationFactor: 0 },
      "parallelizationFactor is 0: must be a whole number of batches from 1 to 10",
    ],
    [
      { parallelizationFactor: 11 },
      "parallelizationFactor is 11: must be a whole number of batches from 1 to 10",
    ],
    [
      { maximumRetryAttempts: -2 },
      "maximumRetryAttempts is -2: must be a whole number of retries from -1 to 10000",
    ],
    [
      { maximumRetryAttempts: 10_001 },
      "maximumRetryAttempts is 10001: must be a whole number of retries from -1 to 10000",
    ],
    [
      { tumblingWindowSeconds: 901 },
      "tumblingWindowSeconds is 901: must be a whole number of seconds from 0 to 900",
    ],
    [
      { maximumRecordAgeSeconds: 59 },
      "maximumRecordAgeSeconds is 59: must be a whole number of seconds (or be -1, without end) from 60 to 604800",
    ],
    [
      { maximumRecordAgeSeconds: 86_400 },
      "maximumRecordAgeSeconds is 86400: must be below the stream's retention of 24 hours: the records that a dead letter names are read from there",
    ],
    [
      { tumblingWindowSeconds: 60, parallelizationFactor: 2 },
      "parallelizationFactor is 2: must be 1 with a tumbling window, whose state goes from batch to batch",
    ],
    [
      { batchingWindowSeconds: 11, timeoutSeconds: 10 },
      "batchingWindowSeconds is 11: must not exceed the function's timeout of 10 seconds, or records wait longer than they may be worked on",
    ],
    [{ filters: [] }, "filters is []: must be one to five patterns"],
    [{ filters: [{}, {}, {}, {}, {}, {}] }, "filters is [{},{},{},{},{},{}]: must be one to five patterns"],
    [
      { deadLetterQueueProps: { retentionDays: 15 } },
      "deadLetterQueueProps.retentionDays is 15: must be a whole number of days from 1 to 14",
    ],
    [
      { deadLetterQueueProps: { retentionDays: 0 } },
      "deadLetterQueueProps.retentionDays is 0: must be a whole number of days from 1 to 14",
    ],
    [
      { deadLetterQueueProps: { name: "a.b" } },
      'deadLetterQueueProps.name is "a.b": must be 1-80 letters, digits and _-',
    ],
    [{ environment: { AWS_REGION: "x" } }, 'environment.AWS_REGION is "x": the runtime reserves the name'],
    [
      { environment: { "1x": "y" } },
      'environment.1x is "y": a name is a letter, then one or more letters, digits and underscores',
    ],
    [
      { environment: { AWS_LAMBDA_FUNCTION_NAME: "x" } },
      'environment.AWS_LAMBDA_FUNCTION_NAME is "x": the runtime reserves the name',
    ],
    [
      { environment: { "A-B": "y" } },
      'environment.A-B is "y": a name is a letter, then one or more letters, digits and underscores',
    ],
    [
      { environment: { "AB-": "y" } },
      'environment.AB- is "y": a name is a letter, then one or more letters, digits and underscores',
    ],
    [
      { environment: { LONG: "x".repeat(4096) } },
      'environment is "4107 bytes": all variables take 4096 bytes at most',
    ],
    [{ entry: undefined }, "entry is undefined: give the handler's file, or an existing function"],
  ])("refuses the wrong value %#", (props, problem) => {
    expect(problemsOf(withProcessor(props))).toEqual([`test/ingest: processor.${problem}`]);
  });

  test.each<Partial<StreamProcessorProps>>([
    { batchingWindowSeconds: 10, timeoutSeconds: 10 },
    { maximumRecordAgeSeconds: 86_399 },
    { maximumRecordAgeSeconds: -1 },
    { filters: [{}, {}, {}, {}, {}] },
    { filters: [{}] },
    // What holds a reserved name within it is not reserved; 4096 bytes as JSON.
    { environment: { MY_AWS_REGION: "x", AWS_REGION_NAME: "x" } },
    { environment: { LONG: "x".repeat(4085) } },
  ])("takes the last value before the limit %#", (props) => {
    expect(problemsOf(withProcessor(props))).toEqual([]);
  });

  test("measures the batching window by the timeout of an existing function, 3 seconds unless it says", () => {
    const existing = (timeout?: number) =>
      problemsOf(
        withProcessor((stack) => ({
          entry: undefined,
          function: new LambdaFunction(stack, "theirs", { functionName: "theirs", role: "arn", timeout }),
          role: new IamRole(stack, "their-role", { assumeRolePolicy: "{}" }),
          batchingWindowSeconds: 5,
        })),
      );
    expect(existing(5)).toEqual([]);
    expect(existing()).toEqual([
      "test/ingest: processor.batchingWindowSeconds is 5: must not exceed the function's timeout of 3 seconds, or records wait longer than they may be worked on",
    ]);
  });

  test("refuses a log retention that CloudWatch does not know", () => {
    expect(problemsOf(withProcessor({ logRetentionDays: 10 }))).toEqual([
      expect.stringMatching(
        /^test\/ingest: processor\.logRetentionDays is 10: must be one of CloudWatch's 1, 3, .* days$/,
      ),
    ]);
  });

  test("refuses parts that exclude each other, and a function without its role", () => {
    const problems = problemsOf(
      withProcessor((stack) => ({
        function: new LambdaFunction(stack, "theirs", { functionName: "theirs", role: "arn" }),
        deadLetterQueue: new SqsQueue(stack, "their-queue", { name: "theirs" }),
        deadLetterQueueProps: { retentionDays: 2 },
      })),
    );
    expect(problems).toEqual([
      "test/ingest: processor.entry and function are both given: give one of them",
      "test/ingest: processor.role is undefined: an existing function comes with its role, which is granted the stream",
      "test/ingest: processor.deadLetterQueue and deadLetterQueueProps are both given: give one of them",
    ]);
  });

  test("refuses a role and a name for a new one", () => {
    const problems = problemsOf(
      withProcessor((stack) => ({
        role: new IamRole(stack, "their-role", { assumeRolePolicy: "{}" }),
        roleName: "mine",
      })),
    );
    expect(problems).toEqual(["test/ingest: processor.role and roleName are both given: give one of them"]);
  });

  test("does not judge values that only Terraform knows", () => {
    const template = synthesize(
      withProcessor({
        functionName: Fn.lower("COUNT"),
        timeoutSeconds: Fn.tonumber("1000"),
        batchSize: Fn.tonumber("20000"),
        maximumRecordAgeSeconds: Fn.tonumber("1"),
      }),
    );
    expect(template.block("aws_lambda_event_source_mapping").batch_size).toBe('${tonumber("20000")}');
  });

  test("does not measure a record's age by a retention that only Terraform knows", () => {
    const problems = problemsOf((stack) => {
      pageViewIngest(stack, {
        monitoring: false,
        streamProps: { retentionHours: Fn.tonumber("24") },
        processor: { maximumRecordAgeSeconds: 604_800 },
      });
    });
    expect(problems).toEqual([]);
  });

  test("used on its own checks its props too", () => {
    const problems = problemsOf((stack) => {
      const { ingest } = pageViewIngest(stack);
      new StreamProcessor(
        stack,
        "second",
        { stream: ingest.stream, retentionHours: 24 },
        { entry: handlerEntry, batchSize: 0 },
      );
    });
    expect(problems).toEqual([
      "test/second: batchSize is 0: must be a whole number of records from 1 to 10000",
    ]);
  });
});

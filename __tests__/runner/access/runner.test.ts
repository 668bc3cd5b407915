import { describe, expect, test, vi } from "vitest";
import { AccessControl } from "../../../local/runner/access/control";
import { readUsage } from "../../../local/runner/access/usage-file";
import { loadStack } from "../../../terraform/index";
import { temporaryFolder } from "../../support/folders";
import { reading, recordingHandler, TestRun } from "../fixtures/harness";
import { type StackOptions, writeStack } from "../fixtures/stack";

type Json = Readonly<Record<string, unknown>>;

const account = "${data.aws_caller_identity.me.account_id}";
const stream = "${aws_kinesis_stream.readings.arn}";
const queue = "${aws_sqs_queue.failures.arn}";
const bucket = "${aws_s3_bucket.lake.arn}";

const readStream = {
  Action: [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
  ],
  Resource: stream,
};
const writeLogs = { Action: ["logs:*"], Resource: "*" };
const send = { Action: ["sqs:SendMessage"], Resource: queue };
const writeBucket = { Action: ["s3:*"], Resource: [bucket, `${bucket}/*`] };

const policyText = (statements: readonly Json[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
  });

const trust = (service: string) =>
  policyText([
    {
      Action: "sts:AssumeRole",
      Principal: { Service: service },
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);

/** The hand-written stack with a role of the function and one of the delivery. */
function withRoles(
  { fn = [readStream, writeLogs, send], delivery = [writeBucket], service = "lambda.amazonaws.com" } = {},
  options: StackOptions = {},
): StackOptions {
  return {
    ...options,
    fn: { role: "${aws_iam_role.fn.arn}", ...options.fn },
    s3: { role_arn: "${aws_iam_role.delivery.arn}", ...options.s3 },
    more: {
      ...options.more,
      aws_iam_role: {
        fn: { name: "fn", assume_role_policy: trust(service) },
        delivery: { name: "delivery", assume_role_policy: trust("firehose.amazonaws.com") },
      },
      aws_iam_role_policy: {
        fn: { name: "fn", role: "fn", policy: policyText(fn) },
        delivery: { name: "delivery", role: "delivery", policy: policyText(delivery) },
      },
    },
  };
}

const throwing = { handler: 'exports.handler = async () => { throw new Error("no"); };' };

/** Gives up waiting when something has come about. */
function once(condition: () => boolean): AbortSignal {
  const met = new AbortController();
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 30_000 }).finally(() => met.abort());
  return met.signal;
}
const onceTold = (run: TestRun) => once(() => run.troubles.length > 0);

describe("with policies that suffice", () => {
  test("a run has the same results as without policies, and its calls are recorded", async () => {
    const run = await TestRun.start(withRoles({}, { handler: recordingHandler() }));
    await run.put([reading(1), reading(2)]);
    await run.finish();
    expect(run.troubles).toEqual([]);
    expect(run.mapping.succeeded).toBe(2);
    expect(run.delivery.delivered).toBe(2);
    await run.runner.close();
    const used = readUsage(run.runner.dir).map(({ call }) => call.action);
    expect(used).toEqual(
      expect.arrayContaining(["sts:AssumeRole", "kinesis:GetRecords", "logs:PutLogEvents", "s3:PutObject"]),
    );
    expect(used).not.toContain("sqs:SendMessage");
  });
});

describe("a function whose role", () => {
  test("Lambda may not assume reads nothing, and its mapping says why", async () => {
    const run = await TestRun.start(withRoles({ service: "ec2.amazonaws.com" }));
    await run.put([reading(1)]);
    await expect(run.runner.drain(onceTold(run))).rejects.toThrow();
    expect(run.mapping.readNew).toBe(0);
    expect(run.troubles).toEqual([
      expect.stringMatching(
        /aws_lambda_event_source_mapping\.process: PROBLEM: Lambda failed to assume your function execution role: User: lambda\.amazonaws\.com is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role\/fn because no role trust policy allows/,
      ),
    ]);
  });

  test("may not read the stream makes no progress, while the delivery goes on", async () => {
    const fn = [{ ...readStream, Action: readStream.Action.filter((one) => !one.endsWith("GetRecords")) }];
    const run = await TestRun.start(withRoles({ fn }));
    await run.put([reading(1)]);
    await expect(
      run.runner.drain(once(() => run.troubles.length > 0 && run.delivery.readNew === 1)),
    ).rejects.toThrow();
    await run.runner.flush();
    expect(run.mapping.readNew).toBe(0);
    expect(run.delivery.delivered).toBe(1);
    expect(run.troubles[0]).toContain("PROBLEM: Cannot access stream");
    expect(run.troubles[0]).toContain(
      "not authorized to perform: kinesis:GetRecords on resource: arn:aws:kinesis",
    );
  });

  test("may not write its log runs without log and metrics", async () => {
    const run = await TestRun.start(withRoles({ fn: [readStream, send] }));
    await run.put([reading(1)]);
    await run.finish();
    expect(run.mapping.succeeded).toBe(1);
    expect(run.runner.counters.functions[0]?.metrics).toEqual({});
    expect(run.troubles).toEqual([
      expect.stringMatching(/^lab-test-process has no log: .*logs:CreateLogGroup/),
    ]);
  });

  test("may not send to the queue discards all the same, and counts what is lost", async () => {
    const run = await TestRun.start(
      withRoles({ fn: [readStream, writeLogs] }, { ...throwing, mapping: { maximum_retry_attempts: 0 } }),
    );
    await run.put([reading(1)]);
    await run.finish();
    expect(run.mapping).toMatchObject({ failed: 1, deadLetters: 0, lostDeadLetters: 1 });
    expect(run.deadLetters()).toMatchObject([{ destination: null }]);
    expect(run.troubles[0]).toContain("sqs:SendMessage on resource: arn:aws:sqs:eu-west-1");
  });
});

describe("a delivery whose role", () => {
  test("may not write the bucket keeps the records and tries again", async () => {
    const run = await TestRun.start(withRoles({ delivery: [] }));
    await run.put([reading(1)]);
    await run.runner.drain();
    await expect(
      run.runner.flush(once(() => run.troubles.length > 0 && run.delivery.backedUp === 1)),
    ).rejects.toThrow();
    expect(run.delivery).toMatchObject({ delivered: 0, backedUp: 1 });
    expect(run.delivery.writeErrors).toBeGreaterThan(0);
    // The freshness of what is not delivered goes on growing.
    const since = run.delivery.buffers[0]?.undeliveredSince;
    await vi.waitFor(() => expect(since).toBeLessThan(Date.now() - 500));
    expect(run.troubles[0]).toContain("s3:GetBucketLocation on resource: arn:aws:s3:::lab-test-000000000000");
  });

  test("may not write below one prefix is reported with that object", async () => {
    const delivery = [{ ...writeBucket, Resource: [bucket, `${bucket}/processed/*`] }];
    const run = await TestRun.start(withRoles({ delivery }));
    await run.put(["no JSON\n"]);
    await run.runner.drain();
    await expect(run.runner.flush(onceTold(run))).rejects.toThrow();
    expect(run.troubles[0]).toContain("s3:PutObject on resource: arn:aws:s3:::lab-test-000000000000/errors/");
  });

  test("may not invoke the transform function by the ARN that the processor gives sends its records to the error prefix", async () => {
    const name = "${aws_lambda_function.process.arn}";
    const parameters = [{ parameter_name: "LambdaArn", parameter_value: `${name}:$LATEST` }];
    const processing_configuration = { enabled: true, processors: [{ type: "Lambda", parameters }] };
    const transforming = {
      handler:
        "exports.handler = async ({ records }) => ({ records: records.map((one) => ({ ...one, result: 'Ok' })) });",
      mapping: { enabled: false },
      conversion: false,
      s3: { processing_configuration, prefix: "out/" },
    };
    const started = (Resource: string) =>
      TestRun.start(
        withRoles(
          {
            delivery: [writeBucket, { Action: ["lambda:InvokeFunction"], Resource: [Resource] }],
          },
          transforming,
        ),
      );
    const denied = await started(name);
    await denied.put(["a"]);
    await denied.finish();
    expect(denied.failedRecords()).toMatchObject([
      { attemptsMade: 4, errorCode: "Lambda.InvokeAccessDenied", rawData: "YQ==" },
    ]);
    const allowed = await started(`${name}:*`);
    await allowed.put(["a"]);
    await allowed.finish();
    expect(allowed.delivery.delivered).toBe(1);
  });

  test("has its permission back in the next run delivers the records", async () => {
    const first = await TestRun.start(withRoles({ delivery: [] }));
    await first.put([reading(1)]);
    await first.runner.drain();
    await first.runner.close();
    const second = await TestRun.start(withRoles(), {}, first.folder);
    await second.finish();
    expect(second.delivery.delivered).toBe(1);
  });
});

test("in report mode every call is allowed, and each denial is reported once", async () => {
  const run = await TestRun.start(withRoles({ fn: [writeLogs, send], delivery: [] }), { iam: "report" });
  await run.put([reading(1), reading(2)]);
  await run.finish();
  expect(run.mapping.succeeded).toBe(2);
  expect(run.delivery.delivered).toBe(2);
  expect(run.troubles).toContainEqual(
    expect.stringMatching(/^AWS would deny: .*kinesis:GetRecords on resource: arn:aws:kinesis/),
  );
  expect(new Set(run.troubles).size).toBe(run.troubles.length);
});

test("an alarm that may not publish to its topic says so, and goes off", async () => {
  const alarm = {
    alarm_name: "discarded",
    comparison_operator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    evaluation_periods: 1,
    period: 60,
    namespace: "AWS/SQS",
    metric_name: "ApproximateNumberOfMessagesVisible",
    statistic: "Maximum",
    dimensions: { QueueName: "${aws_sqs_queue.failures.name}" },
    treat_missing_data: "notBreaching",
    alarm_actions: ["${aws_sns_topic.alarms.arn}"],
  };
  const policy = policyText([{ Action: "sns:Publish", Principal: { AWS: "999999999999" }, Resource: "*" }]);
  const more = {
    aws_cloudwatch_metric_alarm: { discarded: alarm },
    aws_sns_topic: { alarms: { name: "alarms", policy } },
  };
  const run = await TestRun.start(
    withRoles({}, { ...throwing, more, mapping: { maximum_retry_attempts: 0 } }),
  );
  await run.put([reading(1)]);
  await run.finish();
  expect(run.troubles).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^discarded: can't publish to arn:aws:sns:eu-west-1:000000000000:alarms: User: cloudwatch/,
      ),
      "ALARM discarded: 1 >= 1",
    ]),
  );
});

describe("the notes about roles that are not in the stack", () => {
  const notes = (options: StackOptions) =>
    new AccessControl({ stack: loadStack(writeStack(temporaryFolder(), options)), onTrouble: () => {} })
      .notes;
  const isUnknown = "its role is not in this stack, so its calls are not decided";
  const roles = {
    aws_iam_role: {
      delivery: { name_prefix: "delivery-", assume_role_policy: trust("firehose.amazonaws.com") },
    },
  };
  const direct = (role: string) => ({
    only: {
      aws_s3_bucket: { lake: { bucket: "lake" } },
      ...roles,
      aws_kinesis_firehose_delivery_stream: {
        direct: {
          name: "direct",
          destination: "extended_s3",
          extended_s3_configuration: { bucket_arn: "arn:aws:s3:::lake", role_arn: role },
        },
      },
    },
  });

  test("expect no reading role of a delivery stream with Direct PUT", () => {
    expect(notes(direct("${aws_iam_role.delivery.arn}"))).toEqual([]);
  });

  test("name a delivery stream whose writing role is missing", () => {
    expect(notes(direct("arn:aws:iam::000000000000:role/other"))).toEqual([
      `aws_kinesis_firehose_delivery_stream.direct: ${isUnknown}`,
    ]);
  });

  test("name a transform function whose role is missing", () => {
    const processing = {
      enabled: true,
      processors: [
        {
          type: "Lambda",
          parameters: [
            { parameter_name: "LambdaArn", parameter_value: "${aws_lambda_function.process.arn}" },
          ],
        },
      ],
    };
    expect(
      notes({ conversion: false, s3: { processing_configuration: processing }, mapping: { enabled: false } }),
    ).toContain(`aws_lambda_function.process: ${isUnknown}`);
  });
});

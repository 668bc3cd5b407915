import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { findDiscrepancies } from "../../../local/runner/reconciliation";
import { TestRun } from "../fixtures/harness";

const parameters = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([parameter_name, parameter_value]) => ({ parameter_name, parameter_value }));

/** A delivery of records as they are, through processors. */
const delivery = (processors: readonly object[], more: object = {}) => ({
  conversion: false,
  s3: {
    prefix: "out/",
    s3_backup_mode: "Disabled",
    processing_configuration: { enabled: true, processors },
    ...more,
  },
});

const transform = (code: string) => ({
  handler: `exports.handler = async (event) => ({ records: event.records.map((record) => {
    const text = Buffer.from(record.data, "base64").toString();
    const to = (text) => Buffer.from(text).toString("base64");
    ${code}
  }) });`,
  mapping: { enabled: false },
  ...delivery(
    [
      { type: "Lambda", parameters: parameters({ LambdaArn: "${aws_lambda_function.process.arn}:$LATEST" }) },
      { type: "AppendDelimiterToRecord" },
    ],
    { prefix: "out/!{timestamp:yyyy}/" },
  ),
});

const documents = (run: TestRun) => run.failedRecords();

describe("a transform function", () => {
  it("changes records, and leaves out those that it drops", async () => {
    const run = await TestRun.start(
      transform(
        `return text === "b" ? { recordId: record.recordId, result: "Dropped" } : { recordId: record.recordId, result: "Ok", data: to(text.toUpperCase()) };`,
      ),
    );
    await run.put(["a", "b", "c"], "k");
    await run.finish();
    expect(run.text("out/")).toBe("A\nC\n");
    expect(run.delivery).toMatchObject({ userRecords: 3, dropped: 1, delivered: 2 });
    expect(findDiscrepancies(run.runner.counters)).toEqual([]);
  });

  it("sends records that it fails with, or does not return, to the error prefix", async () => {
    const run = await TestRun.start(
      transform(
        `return text === "a" ? { recordId: record.recordId, result: "ProcessingFailed", data: record.data } : { recordId: "other", result: "Ok", data: record.data };`,
      ),
    );
    await run.put(["a", "b"], "k");
    await run.finish();
    expect(documents(run).map(({ errorCode, rawData }) => [errorCode, rawData])).toEqual([
      ["Lambda.ProcessingFailedStatus", "YQ=="],
      ["Lambda.MissingRecordId", "Yg=="],
    ]);
    expect(run.keys("errors/processing-failed/")).toHaveLength(1);
  });

  it("must not answer twice for one record", async () => {
    const run = await TestRun.start({
      ...transform(""),
      handler: `exports.handler = async ({ records: [{ recordId, data }] }) => ({ records: [{ recordId, result: "Ok", data }, { recordId, result: "Ok", data }] });`,
    });
    await run.put(["a"]);
    await run.finish();
    expect(documents(run)).toMatchObject([{ attemptsMade: 4, errorCode: "Lambda.DuplicatedRecordId" }]);
  });

  it("is tried again three times when it fails, and then its records are failures", async () => {
    const run = await TestRun.start({
      ...transform(""),
      handler: "exports.handler = async () => { throw new Error('no'); };",
    });
    await run.put(["a"]);
    await run.finish();
    expect(documents(run)).toMatchObject([
      { attemptsMade: 4, errorCode: "Lambda.FunctionError", rawData: "YQ==" },
    ]);
  });

  it("sends a record to the error prefix when its returned data is not Base64", async () => {
    const run = await TestRun.start(
      transform(
        `return { recordId: record.recordId, result: "Ok", data: text === "a" ? "{not base64!}" : "Yg==" };`,
      ),
    );
    await run.put(["a", "b"], "k");
    await run.finish();
    expect(run.delivery).toMatchObject({ delivered: 1, rejected: 1 });
    expect(documents(run)).toMatchObject([
      { errorMessage: "The record's data is not Base64.", rawData: "YQ==" },
    ]);
  });

  // https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
  it.each([
    [["s3:*", "lambda:InvokeFunction", "lambda:GetFunctionConfiguration"], []],
    [["s3:*", "lambda:GetFunctionConfiguration"], ["Lambda.InvokeAccessDenied"]],
  ])("is invoked in the delivery's role's name: %j", async (Action, errorCodes) => {
    const document = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
    const given = transform(`return { recordId: record.recordId, result: "Ok", data: record.data };`);
    const run = await TestRun.start({
      ...given,
      s3: { ...given.s3, role_arn: "${aws_iam_role.delivery.arn}" },
      more: {
        aws_iam_role: {
          delivery: {
            name: "delivery",
            assume_role_policy: document({
              Principal: { Service: "firehose.amazonaws.com" },
              Action: "sts:AssumeRole",
            }),
          },
        },
        aws_iam_role_policy: {
          delivery: { name: "d", role: "delivery", policy: document({ Action, Resource: "*" }) },
        },
      },
    });
    await run.put(["a"]);
    await run.finish();
    expect(documents(run).map(({ errorCode }) => errorCode)).toEqual(errorCodes);
    expect(run.troubles).toEqual(
      errorCodes.map(() =>
        expect.stringMatching(
          /^lab-test-delivery: can't invoke its transform function: .* not authorized to perform: lambda:InvokeFunction/,
        ),
      ),
    );
  });
});

describe("the log of a delivery's errors", () => {
  const cloudwatch_logging_options = { enabled: true, log_group_name: "errors", log_stream_name: "S3" };

  it("names each kind of failure by Firehose's code", async () => {
    const one = transform(
      `return text === "a" ? { recordId: record.recordId, result: "ProcessingFailed", data: record.data } : { recordId: text === "b" ? "other" : record.recordId, result: text, data: record.data };`,
    );
    const run = await TestRun.start({ ...one, s3: { ...one.s3, cloudwatch_logging_options } });
    await run.put(["a", "a", "b", "Bad"], "k");
    await run.finish();
    expect(run.deliveryErrors("S3")).toMatchObject([
      {
        errorCode: "Lambda.ProcessingFailedStatus",
        message: "2 records went to the error prefix: ProcessingFailed status set for record",
      },
      { errorCode: "Lambda.MissingRecordId" },
      { errorCode: "Lambda.JsonProcessingException" },
    ]);
  });

  it("distinguishes a record that does not fit the table from one that is not valid JSON", async () => {
    const run = await TestRun.start({ s3: { cloudwatch_logging_options } });
    await run.put(["no JSON", JSON.stringify({ sensor_id: { a: 1 }, temperature: [1] })], "k");
    await run.finish();
    expect(run.deliveryErrors("S3").map(({ errorCode }) => errorCode)).toEqual([
      "DataFormatConversion.ParseError",
      "DataFormatConversion.MalformedData",
    ]);
  });
});

describe("dynamic partitioning", () => {
  const query = (MetadataExtractionQuery: string) => ({
    type: "MetadataExtraction",
    parameters: parameters({ JsonParsingEngine: "JQ-1.6", MetadataExtractionQuery }),
  });
  const partitioned = (processors: readonly object[]) =>
    delivery([...processors, { type: "AppendDelimiterToRecord" }], {
      prefix: "out/c=!{partitionKeyFromQuery:c}/",
      dynamic_partitioning_configuration: { enabled: true },
    });
  const changed = (name: string, value: string | null) => {
    const { s3, ...options } = partitioned([query("{c:.customer}")]);
    return { ...options, s3: { ...s3, [name]: value } };
  };

  it("writes an object for each value of the keys that jq finds", async () => {
    const run = await TestRun.start(partitioned([query("{c:.customer}")]));
    await run.put(['{"customer":"x","n":1}', '{"customer":"y"}', '{"customer":"x","n":2}'], "k");
    await run.finish();
    expect(run.text("out/c=x/")).toBe('{"customer":"x","n":1}\n{"customer":"x","n":2}\n');
    expect(run.keys("out/c=y/")).toHaveLength(1);
  });

  it("sends to the error prefix a record for which the jq program does not end, and delivers the others", async () => {
    const run = await TestRun.start(
      partitioned([query('{c: (if .c == "x" then .c else last(repeat(1)) end)}')]),
    );
    await run.put(['{"c":"x"}', '{"c":"endless"}', '{"c":"x","n":2}'], "k");
    await run.finish();
    expect(run.text("out/c=x/")).toBe('{"c":"x"}\n{"c":"x","n":2}\n');
    expect(documents(run)).toEqual([
      expect.objectContaining({
        errorMessage: "Metadata extraction failed: the jq program ran longer than 500 ms",
      }),
    ]);
  }, 60_000);

  it("takes apart records that hold several", async () => {
    const deaggregation = { type: "RecordDeAggregation", parameters: parameters({ SubRecordType: "JSON" }) };
    const run = await TestRun.start(partitioned([deaggregation, query("{c:.customer}")]));
    await run.put(['{"customer":"x"}{"customer":"y"}']);
    await run.finish();
    expect(run.delivery).toMatchObject({ userRecords: 1, extracted: 1, delivered: 2 });
    expect(findDiscrepancies(run.runner.counters)).toEqual([]);
  });

  it("takes apart a list as it is written, with all digits of its numbers", async () => {
    const deaggregation = { type: "RecordDeAggregation", parameters: parameters({ SubRecordType: "JSON" }) };
    const run = await TestRun.start(partitioned([deaggregation, query("{c:.c}")]));
    const first = '{"c":"x","n":12345678901234567890,"p":1.10,"t":"a],[b"}';
    await run.put([`[ ${first}, {"c":"x","l":[1,[2]]} ]`]);
    await run.finish();
    expect(run.text("out/c=x/")).toBe(`${first}\n{"c":"x","l":[1,[2]]}\n`);
  });

  it("sends what has no key to the error prefix", async () => {
    const run = await TestRun.start(partitioned([query("{c:.customer}")]));
    await run.put(["no JSON", '{"customer":null}'], "k");
    await run.finish();
    expect(documents(run)).toHaveLength(2);
    expect(run.keys("errors/dynamic-partitioning-failed/")).toHaveLength(1);
  });

  it.each([
    [
      "is longer than a folder's name may be",
      { customer: "M".repeat(300) },
      /has \d+ bytes between two slashes/,
    ],
    ["makes a longer key than S3 takes", { customer: "M/".repeat(600) }, /is longer than the 1024 bytes/],
    ["holds NUL", { customer: "a\u0000b" }, /holds a character that no file's name can/],
  ])(
    "sends a record whose key %s to the error prefix, and delivers the others",
    async (_, record, reason) => {
      const run = await TestRun.start(partitioned([query("{c:.customer} # of the sender")]));
      await run.put(['{"customer":"a"}', JSON.stringify(record), '{"customer":"b"}']);
      await run.finish();
      expect(run.delivery).toMatchObject({ delivered: 2, rejected: 1 });
      expect(run.failedRecords()).toMatchObject([{ errorMessage: expect.stringMatching(reason) }]);
    },
  );

  it("sends a record without a key that the prefix names to the error prefix", async () => {
    const run = await TestRun.start(partitioned([query("{d:.customer}")]));
    await run.put(['{"customer":"a"}']);
    await run.finish();
    expect(run.failedRecords()).toMatchObject([
      { errorMessage: "The record has no partitionKeyFromQuery:c, which the prefix names" },
    ]);
  });

  it("writes at most 500 partitions at a time, and an alarm goes off when there are more", async () => {
    const exceeded = {
      alarm_name: "partitions-exceeded",
      namespace: "AWS/Firehose",
      metric_name: "PartitionCountExceeded",
      dimensions: { DeliveryStreamName: "lab-test-delivery" },
      statistic: "Maximum",
      period: 60,
      evaluation_periods: 1,
      threshold: 1,
      comparison_operator: "GreaterThanOrEqualToThreshold",
      treat_missing_data: "notBreaching",
    };
    const rung: string[] = [];
    const run = await TestRun.start(
      { ...partitioned([query("{c:.n}")]), more: { aws_cloudwatch_metric_alarm: { exceeded } } },
      { onAlarm: (line) => rung.push(line) },
    );
    await run.put(
      Array.from({ length: 498 }, (_, n) => JSON.stringify({ n })),
      "k",
    );
    await run.put(
      Array.from({ length: 4 }, (_, n) => JSON.stringify({ n: 498 + n })),
      "k",
    );
    await run.finish();
    expect(run.keys("out/")).toHaveLength(500);
    expect(documents(run).map(({ errorCode }) => errorCode)).toEqual([
      "DynamicPartitioning.ActivePartitionLimitExceeded",
      "DynamicPartitioning.ActivePartitionLimitExceeded",
    ]);
    expect(rung).toEqual(["ALARM partitions-exceeded: 1 >= 1"]);
  });

  it.each([
    ["a program that jq can't read", partitioned([query("{c:")]), /MetadataExtractionQuery: jq can't read/],
    [
      "a key without the processor that finds it",
      partitioned([]),
      /partition keys need a processor of type MetadataExtraction or Lambda/,
    ],
    [
      "a prefix without a key",
      changed("prefix", "out/!{timestamp:yyyy}/"),
      /^\S+delivery: prefix: must name a partition key, such as \S+, with dynamic partitioning, not "out\/!\{timestamp:yyyy\}\/"$/,
    ],
    ["no prefix", changed("prefix", null), /^\S+delivery: prefix: must name a partition key/],
    [
      "no error prefix, where what can't be partitioned would go",
      changed("error_output_prefix", null),
      /^\S+delivery: error_output_prefix: is required with dynamic partitioning$/,
    ],
    [
      "a key of a function, where there is only a query",
      changed("prefix", "!{partitionKeyFromLambda:c}/"),
      /prefix: "\S+" has !\{partitionKeyFromLambda:c\}: there are no such partition keys/,
    ],
    [
      "a pattern of time that Java refuses",
      delivery([], { prefix: "!{timestamp:yyyy-jj}/" }),
      /pattern letter j is unknown/,
    ],
  ])("is refused at start for %s", async (_, options, message) => {
    await expect(TestRun.start(options)).rejects.toThrow(message);
  });
});

describe("records of CloudWatch Logs", () => {
  const envelope = (messageType: string) =>
    gzipSync(JSON.stringify({ messageType, logEvents: [{ message: "one" }, { message: "two" }] }));

  it("are decompressed, and their messages delivered alone", async () => {
    const extraction = {
      type: "CloudWatchLogProcessing",
      parameters: parameters({ DataMessageExtraction: "true" }),
    };
    const run = await TestRun.start(delivery([{ type: "Decompression" }, extraction]));
    await run.put([envelope("DATA_MESSAGE"), envelope("CONTROL_MESSAGE")], "k");
    await run.finish();
    expect(run.text("out/")).toBe("one\ntwo\n");
    expect(run.delivery).toMatchObject({ dropped: 1, delivered: 1 });
  });
});

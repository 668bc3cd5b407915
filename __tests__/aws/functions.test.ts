import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { direct } from "../runner/fixtures/stack";
import { putRecords } from "../support/put";
import { TestEndpoint } from "./fixtures/endpoint";

const clients = (name: string) => JSON.stringify(join(__dirname, "../../node_modules/@aws-sdk", name));

/** A handler as people write them: it keeps what it got in S3, and tells a queue, a topic and a delivery stream of it. */
const handler = `
const { S3Client, PutObjectCommand } = require(${clients("client-s3")});
const { SQSClient, SendMessageCommand } = require(${clients("client-sqs")});
const { SNSClient, PublishCommand } = require(${clients("client-sns")});
const { FirehoseClient, PutRecordCommand } = require(${clients("client-firehose")});
const { STSClient, GetCallerIdentityCommand } = require(${clients("client-sts")});
exports.handler = async (event) => {
  const body = event.Records.map((one) => Buffer.from(one.kinesis.data, "base64").toString()).join(",");
  const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  await new S3Client({}).send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: "kept/batch", Body: body }));
  await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: Arn }));
  await new SNSClient({}).send(new PublishCommand({ TopicArn: process.env.TOPIC, Message: body }));
  await new FirehoseClient({}).send(
    new PutRecordCommand({ DeliveryStreamName: "direct", Record: { Data: Buffer.from(body + "\\n") } }),
  );
  return {};
};`;

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | readonly string[], Resource: string) => ({
  Effect: "Allow",
  Action,
  Resource,
});

const asItReads = [
  allow(
    [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ],
    "${aws_kinesis_stream.readings.arn}",
  ),
  allow("logs:*", "*"),
  allow("sqs:SendMessage", "${aws_sqs_queue.failures.arn}"),
];
const asItWrites = [
  {
    ...allow("s3:PutObject", "${aws_s3_bucket.lake.arn}/kept/*"),
    // https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    Condition: {
      ArnLike: { "lambda:SourceFunctionArn": "arn:aws:lambda:*:000000000000:function:lab-test-process" },
    },
  },
  allow("sqs:SendMessage", "${aws_sqs_queue.told.arn}"),
  allow("sns:Publish", "${aws_sns_topic.alerts.arn}"),
  allow("firehose:PutRecord", "${aws_kinesis_firehose_delivery_stream.direct.arn}"),
];

async function run(statements: readonly object[]) {
  const started = await TestEndpoint.start({
    handler,
    mapping: { maximum_retry_attempts: 0 },
    fn: {
      role: "${aws_iam_role.fn.arn}",
      timeout: 20,
      environment: {
        variables: {
          BUCKET: "${aws_s3_bucket.lake.bucket}",
          QUEUE_URL: "${aws_sqs_queue.told.url}",
          TOPIC: "${aws_sns_topic.alerts.arn}",
        },
      },
    },
    more: {
      aws_sqs_queue: { told: { name: "told" } },
      aws_sns_topic: { alerts: { name: "alerts" } },
      aws_kinesis_firehose_delivery_stream: { direct },
      aws_iam_role: {
        fn: {
          name: "fn",
          assume_role_policy: document({
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "lambda.amazonaws.com" },
          }),
        },
      },
      aws_iam_role_policy: { fn: { name: "fn", role: "fn", policy: document(...statements) } },
    },
  });
  const { runner, client } = started;
  await putRecords(runner, ["one"]);
  await runner.drain();
  const url = (name: string) => `${client.endpoint}/000000000000/${name}`;
  const receive = async (name: string) =>
    (await new SQS(client).receiveMessage({ QueueUrl: url(name) })).Messages?.[0]?.Body;
  return { ...started, client, runner, receive };
}

describe("a function's own calls", () => {
  it("go to S3, SQS, SNS and Firehose in its role's name", async () => {
    const { client, runner, receive } = await run([...asItReads, ...asItWrites]);
    expect(runner.counters.mappings[0]).toMatchObject({ succeeded: 1, failed: 0 });
    const s3 = new S3({ ...client, forcePathStyle: true });
    const stored = await s3.getObject({ Bucket: "lab-test-000000000000", Key: "kept/batch" });
    expect(await stored.Body?.transformToString()).toBe("one");
    expect(await receive("told")).toBe("arn:aws:sts::000000000000:assumed-role/fn/lab-test-process");
    await runner.flush();
    expect(runner.counters.deliveries.find(({ name }) => name === "direct")?.delivered).toBe(1);
    const used = runner.access.usage.list().map(({ call }) => call.action);
    expect(used).toEqual(expect.arrayContaining(["s3:PutObject", "sns:Publish", "firehose:PutRecord"]));
  }, 60_000);

  it("fail where its role may not, as on AWS", async () => {
    const { runner, receive } = await run([...asItReads, ...asItWrites.slice(1)]);
    expect(runner.counters.mappings[0]).toMatchObject({ succeeded: 0, deadLetters: 1 });
    expect(JSON.parse((await receive("lab-test-failures")) ?? "{}")).toMatchObject({
      responseContext: { functionError: "Unhandled" },
    });
    const denied = runner.access.usage.list().filter(({ decision }) => !decision.allowed);
    expect(denied.map(({ call }) => call)).toMatchObject([
      { action: "s3:PutObject", resource: "arn:aws:s3:::lab-test-000000000000/kept/batch" },
    ]);
  }, 60_000);
});

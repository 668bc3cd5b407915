import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Firehose } from "@aws-sdk/client-firehose";
import { Lambda } from "@aws-sdk/client-lambda";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { direct } from "../runner/fixtures/stack";
import { putRecords } from "../support/put";
import { TestEndpoint } from "./fixtures/endpoint";

const handler = `
exports.handler = async (event) => {
  if (event.Records?.[0]?.kinesis && process.env.FAIL) throw new Error("no");
  if (event.fail) throw new TypeError("as asked");
  console.log("seen " + JSON.stringify(event));
  return { got: event };
};`;

/** A policy that lets the topics of the account send to a queue. */
const fromTopics = (queue: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: `arn:aws:sqs:eu-west-1:000000000000:${queue}`,
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:eu-west-1:000000000000:*" } },
    },
  });

const shared = TestEndpoint.shared({
  handler,
  fn: { environment: { variables: { FAIL: "1" } } },
  mapping: { maximum_retry_attempts: 0 },
  more: {
    aws_sqs_queue: {
      work: {
        name: "work",
        visibility_timeout_seconds: 1,
        redrive_policy: "${jsonencode({deadLetterTargetArn=aws_sqs_queue.dead.arn, maxReceiveCount=2})}",
      },
      dead: { name: "dead" },
      ordered: { name: "ordered.fifo", fifo_queue: true },
      told: { name: "told", policy: fromTopics("told") },
    },
    aws_sns_topic: { alerts: { name: "alerts" } },
    aws_sns_topic_subscription: {
      queue: {
        topic_arn: "${aws_sns_topic.alerts.arn}",
        protocol: "sqs",
        endpoint: "${aws_sqs_queue.told.arn}",
      },
      mail: { topic_arn: "${aws_sns_topic.alerts.arn}", protocol: "email", endpoint: "me@example.com" },
    },
    aws_kinesis_firehose_delivery_stream: { direct },
  },
});

async function queues() {
  const run = await shared();
  const sqs = new SQS(run.client);
  const url = async (QueueName: string) => (await sqs.getQueueUrl({ QueueName })).QueueUrl ?? "";
  const receive = async (name: string, more: object = {}) =>
    (await sqs.receiveMessage({ QueueUrl: await url(name), ...more })).Messages ?? [];
  return { run, sqs, url, receive };
}

describe("a queue", () => {
  it("gives what was sent, hides it while it is worked on, and forgets what is deleted", async () => {
    const { sqs, url, receive } = await queues();
    const QueueUrl = await url("work");
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "test" },
      n: { DataType: "Number", StringValue: "1" },
    };
    const sent = await sqs.sendMessage({ QueueUrl, MessageBody: "hello", MessageAttributes });
    const [message] = await receive("work", {
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      VisibilityTimeout: 60,
    });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: "hello",
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: "1" },
    });
    expect(await receive("work")).toEqual([]);
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "1",
      VisibilityTimeout: "1",
    });
    const { ReceiptHandle } = message ?? {};
    await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    const [again] = await receive("work");
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle: again?.ReceiptHandle });
    expect(await receive("work")).toEqual([]);
  });

  it("is waited for, and moves on what is received too often", async () => {
    const { sqs, url, receive } = await queues();
    const waiting = receive("work", { WaitTimeSeconds: 5 });
    await sqs.sendMessageBatch({
      QueueUrl: await url("work"),
      Entries: [{ Id: "a", MessageBody: "poison" }],
    });
    expect((await waiting).map(({ Body }) => Body)).toEqual(["poison"]);
    expect((await receive("work", { WaitTimeSeconds: 3 })).length).toBe(1);
    await wait(1_100);
    expect(await receive("work")).toEqual([]);
    expect((await receive("dead")).map(({ Body }) => Body)).toEqual(["poison"]);
  });

  it("keeps the order of a group, and takes the same message once", async () => {
    const { sqs, url, receive } = await queues();
    const send = async (MessageBody: string, MessageGroupId: string) =>
      sqs.sendMessage({ QueueUrl: await url("ordered.fifo"), MessageBody, MessageGroupId });
    for (const body of ["1", "1", "2"]) await send(body, "a");
    await send("x", "b");
    expect((await receive("ordered.fifo")).map(({ Body }) => Body)).toEqual(["1"]);
    expect((await receive("ordered.fifo", { MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toEqual([
      "x",
    ]);
  });

  it("has what a mapping has discarded, also after the endpoint has begun again", async () => {
    const { run, sqs, url, receive } = await queues();
    await putRecords(run.runner, ["bad"]);
    const [letter] = await receive("lab-test-failures", { WaitTimeSeconds: 10, VisibilityTimeout: 0 });
    expect(JSON.parse(letter?.Body ?? "")).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted" },
      KinesisBatchInfo: { batchSize: 1 },
    });
    await run.endpoint.answerFor(run.read, run.runner);
    const [same] = await receive("lab-test-failures");
    expect(same?.MessageId).toBe(letter?.MessageId);
    await sqs.purgeQueue({ QueueUrl: await url("lab-test-failures") });
    await run.endpoint.answerFor(run.read, run.runner);
    expect(await receive("lab-test-failures")).toEqual([]);
  });

  it("is named as AWS names it, and one that is not there is an error", async () => {
    const { sqs, run } = await queues();
    const { QueueUrls } = await sqs.listQueues({ QueueNamePrefix: "w" });
    expect(QueueUrls).toEqual([`${run.endpoint.url}/000000000000/work`]);
    await expect(sqs.getQueueUrl({ QueueName: "none" })).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
  });
});

it("a topic tells the queues that are subscribed", async () => {
  const { run, receive } = await queues();
  const sns = new SNS(run.client);
  const TopicArn = "arn:aws:sns:eu-west-1:000000000000:alerts";
  const { MessageId } = await sns.publish({ TopicArn, Subject: "s", Message: "hot & dry" });
  const [message] = await receive("told");
  expect(JSON.parse(message?.Body ?? "")).toMatchObject({
    Type: "Notification",
    MessageId,
    TopicArn,
    Message: "hot & dry",
  });
  const { Subscriptions } = await sns.listSubscriptions({});
  expect(Subscriptions?.map(({ Protocol }) => Protocol).toSorted()).toEqual(["email", "sqs"]);
  await expect(sns.publish({ TopicArn: `${TopicArn}-not`, Message: "m" })).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

describe("a subscription", () => {
  const topic = "arn:aws:sns:eu-west-1:000000000000:t";
  const to = (queue: string, more: object = {}) => ({
    topic_arn: topic,
    protocol: "sqs",
    endpoint: `arn:aws:sqs:eu-west-1:000000000000:${queue}`,
    ...more,
  });
  const start = (queues: readonly string[], subscriptions: object, more: object = {}) =>
    TestEndpoint.start({
      more: {
        aws_sqs_queue: Object.fromEntries(
          queues.map((name) => [
            name,
            { name, ...(!name.startsWith("closed") && { policy: fromTopics(name) }) },
          ]),
        ),
        aws_sns_topic: { t: { name: "t" } },
        aws_sns_topic_subscription: { ...subscriptions },
        ...more,
      },
    });
  const publish = async (run: TestEndpoint, ...messages: object[]) => {
    const sns = new SNS(run.client);
    for (const one of messages) await sns.publish({ TopicArn: topic, Message: "m", ...one });
  };
  const received = async (run: TestEndpoint, QueueName: string) => {
    const sqs = new SQS(run.client);
    const { QueueUrl } = await sqs.getQueueUrl({ QueueName });
    const { Messages = [] } = await sqs.receiveMessage({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
    });
    return Messages;
  };

  it("does not reach a queue whose policy does not let the topic send, which is said once", async () => {
    const run = await start(["closed"], { closed: to("closed") });
    await publish(run, { Message: "1" }, { Message: "2" });
    expect(await received(run, "closed")).toEqual([]);
    expect(run.troubles).toEqual([
      expect.stringMatching(
        /^aws_sns_topic_subscription\.closed: arn:aws:sqs:eu-west-1:000000000000:closed is not reached, what is published is dropped: .*sqs:SendMessage/,
      ),
    ]);
  });

  it("sends to its dead-letter queue what the queue's policy refuses", async () => {
    const redrive = (queue: string) => ({ redrive_policy: JSON.stringify({ deadLetterTargetArn: queue }) });
    const run = await start(["closed", "dead"], {
      closed: to("closed", redrive("arn:aws:sqs:eu-west-1:000000000000:dead")),
    });
    await publish(run, { Message: "lost" });
    expect(await received(run, "closed")).toEqual([]);
    expect((await received(run, "dead")).map(({ Body }) => JSON.parse(Body ?? "").Message)).toEqual(["lost"]);
  });

  it("does not reach a function that has no permission for it", async () => {
    const run = await start([], {
      fn: { topic_arn: topic, protocol: "lambda", endpoint: "${aws_lambda_function.process.arn}" },
    });
    await publish(run, {});
    expect(run.troubles).toEqual([
      expect.stringMatching(/^aws_sns_topic_subscription\.fn: .* is not reached, .*lambda:InvokeFunction/),
    ]);
  });

  it("filters by attributes or by the body, with all that patterns may say", async () => {
    const run = await start(["attributes", "body"], {
      attributes: to("attributes", {
        filter_policy: JSON.stringify({
          kind: [{ "anything-but": ["test"] }],
          celsius: [{ numeric: [">", 30] }],
        }),
      }),
      body: to("body", {
        filter_policy: JSON.stringify({ place: { floor: ["roof"] } }),
        filter_policy_scope: "MessageBody",
        raw_message_delivery: true,
      }),
    });
    const attributes = (kind: string, celsius: string) => ({
      MessageAttributes: {
        kind: { DataType: "String", StringValue: kind },
        celsius: { DataType: "Number", StringValue: celsius },
      },
    });
    await publish(
      run,
      { Message: "hot", ...attributes("real", "31") },
      { Message: "cold", ...attributes("real", "9") },
      { Message: "test", ...attributes("test", "31") },
      { Message: '{"place":{"floor":"roof"}}', ...attributes("test", "0") },
    );
    expect((await received(run, "attributes")).map(({ Body }) => JSON.parse(Body ?? "").Message)).toEqual([
      "hot",
    ]);
    expect(await received(run, "body")).toMatchObject([
      { Body: '{"place":{"floor":"roof"}}', ...attributes("test", "0") },
    ]);
  });

  it("that this machine can't send to is named, and the others are sent to", async () => {
    const run = await start(["told"], {
      mail: { topic_arn: topic, protocol: "email", endpoint: "me@example.com" },
      unknown: { topic_arn: topic, protocol: "sqs", endpoint: "${var.missing}" },
      told: to("told"),
    });
    expect(run.stack.unsupported).toEqual([
      "aws_sns_topic_subscription.mail: nothing is sent by email here; aws/notifications.ndjson keeps what is published",
      expect.stringContaining("aws_sns_topic_subscription.unknown: endpoint: can't resolve"),
    ]);
    await publish(run, {});
    expect(await received(run, "told")).toHaveLength(1);
  });
});

describe("a topic that is a mapping's on-failure destination", () => {
  const start = (handler: string) =>
    TestEndpoint.start({
      handler,
      mapping: {
        maximum_retry_attempts: 0,
        destination_config: { on_failure: { destination_arn: "${aws_sns_topic.failed.arn}" } },
      },
      more: {
        aws_sqs_queue: Object.fromEntries(
          ["told", "raw", "others"].map((name) => [name, { name, policy: fromTopics(name) }]),
        ),
        aws_lambda_permission: {
          topic: {
            function_name: "${aws_lambda_function.process.function_name}",
            principal: "sns.amazonaws.com",
            source_arn: "${aws_sns_topic.failed.arn}",
          },
        },
        aws_sns_topic: { failed: { name: "failed" } },
        aws_sns_topic_subscription: {
          told: {
            topic_arn: "${aws_sns_topic.failed.arn}",
            protocol: "sqs",
            endpoint: "${aws_sqs_queue.told.arn}",
          },
          raw: {
            topic_arn: "${aws_sns_topic.failed.arn}",
            protocol: "sqs",
            endpoint: "${aws_sqs_queue.raw.arn}",
            raw_message_delivery: true,
          },
          others: {
            topic_arn: "${aws_sns_topic.failed.arn}",
            protocol: "sqs",
            endpoint: "${aws_sqs_queue.others.arn}",
            filter_policy: '{"kind":["other"]}',
          },
          fn: {
            topic_arn: "${aws_sns_topic.failed.arn}",
            protocol: "lambda",
            endpoint: "${aws_lambda_function.process.arn}",
          },
        },
      },
    });

  const putBad = async ({ runner }: TestEndpoint) => {
    await putRecords(runner, ["bad"]);
  };

  const receive = async (run: TestEndpoint, name: string, WaitTimeSeconds = 0) => {
    const sqs = new SQS(run.client);
    const { QueueUrl } = await sqs.getQueueUrl({ QueueName: name });
    const got = await sqs.receiveMessage({
      QueueUrl,
      WaitTimeSeconds,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    });
    return (got.Messages ?? []).map(({ Body = "" }) => JSON.parse(Body));
  };

  it("tells its subscribers of a batch that was discarded, as its policies filter", async () => {
    const run = await start(`exports.handler = async ({ Records: [record] }) => {
      if (record.kinesis) throw new Error("no");
      console.log("told " + record.Sns.Message);
    };`);
    await putBad(run);
    const [notification, ...others] = await receive(run, "told", 10);
    expect(others).toEqual([]);
    expect(notification).toMatchObject({
      Type: "Notification",
      TopicArn: "arn:aws:sns:eu-west-1:000000000000:failed",
    });
    const document = JSON.parse(notification.Message);
    expect(document).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted" },
      KinesisBatchInfo: { batchSize: 1 },
    });
    expect(document).not.toHaveProperty("destination");
    expect(await receive(run, "raw")).toEqual([document]);
    expect(await receive(run, "others")).toEqual([]);
    const log = join(run.runner.dir, "logs", "lab-test-process.log");
    await expect
      .poll(() => readFileSync(log, "utf8"), { timeout: 5_000 })
      .toContain(`told ${notification.Message}`);
  });

  it("tells them once, also of what was discarded before the endpoint began", async () => {
    const run = await start(`exports.handler = async ({ Records: [record] }) => {
      if (record.kinesis) throw new Error("no");
    };`);
    await run.endpoint.pause();
    await putBad(run);
    await expect.poll(() => run.runner.counters.mappings[0]?.deadLetters, { timeout: 10_000 }).toBe(1);
    await run.endpoint.answerFor(run.read, run.runner);
    expect(await receive(run, "raw", 10)).toHaveLength(1);
    await run.endpoint.answerFor(run.read, run.runner);
    await wait(1_500);
    expect(await receive(run, "raw")).toHaveLength(1);
  });
});

describe("a function", () => {
  const FunctionName = "lab-test-process";

  it("is invoked, and answers with the end of its log", async () => {
    const lambda = new Lambda((await shared()).client);
    const invoke = (payload: object, more: object = {}) =>
      lambda.invoke({ FunctionName, Payload: JSON.stringify(payload), LogType: "Tail", ...more });
    const answered = await invoke({ a: 1 });
    expect(answered).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(JSON.parse(answered.Payload?.transformToString() ?? "")).toEqual({ got: { a: 1 } });
    const log = Buffer.from(answered.LogResult ?? "", "base64").toString();
    expect(log).toMatch(/^START RequestId: [\s\S]*seen \{"a":1\}[\s\S]*REPORT RequestId: /);
    const failed = await invoke({ fail: true });
    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(JSON.parse(failed.Payload?.transformToString() ?? "")).toMatchObject({
      errorType: "TypeError",
      errorMessage: "as asked",
    });
    expect((await invoke({}, { InvocationType: "Event" })).StatusCode).toBe(202);
    expect((await invoke({}, { InvocationType: "DryRun" })).StatusCode).toBe(204);
    await expect(lambda.invoke({ FunctionName: "none" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(lambda.invoke({ FunctionName, Payload: "{" })).rejects.toMatchObject({
      name: "InvalidRequestContentException",
    });
  });

  it("is described, with its mappings, which can be changed while they run", async () => {
    const { client } = await shared();
    const lambda = new Lambda(client);
    expect((await lambda.listFunctions({})).Functions?.map(({ FunctionName: name }) => name)).toEqual([
      FunctionName,
    ]);
    const arn = `arn:aws:lambda:eu-west-1:000000000000:function:${FunctionName}`;
    const { Configuration } = await lambda.getFunction({ FunctionName: arn });
    expect(Configuration).toMatchObject({ Runtime: "nodejs22.x", Timeout: 3, State: "Active" });
    const { EventSourceMappings } = await lambda.listEventSourceMappings({ FunctionName });
    const UUID = EventSourceMappings?.[0]?.UUID ?? "";
    expect(EventSourceMappings).toMatchObject([{ BatchSize: 100, State: "Enabled" }]);
    await lambda.updateEventSourceMapping({ UUID, Enabled: false, BatchSize: 5 });
    const changed = await lambda.getEventSourceMapping({ UUID });
    expect(changed).toMatchObject({ BatchSize: 5, State: "Disabled" });
    await lambda.updateEventSourceMapping({ UUID, Enabled: true });
    expect((await lambda.getEventSourceMapping({ UUID })).State).toBe("Enabled");
  });
});

it("a delivery stream takes records that are put to it, and delivers them", async () => {
  const { client, runner } = await shared();
  const firehose = new Firehose(client);
  const DeliveryStreamName = "direct";
  const one = await firehose.putRecord({ DeliveryStreamName, Record: { Data: Buffer.from("a\n") } });
  expect(one.RecordId).toBeTruthy();
  const many = await firehose.putRecordBatch({
    DeliveryStreamName,
    Records: ["b\n", "c\n"].map((text) => ({ Data: Buffer.from(text) })),
  });
  expect(many).toMatchObject({ FailedPutCount: 0, RequestResponses: [{}, {}] });
  const { DeliveryStreamDescription } = await firehose.describeDeliveryStream({ DeliveryStreamName });
  expect(DeliveryStreamDescription).toMatchObject({
    DeliveryStreamType: "DirectPut",
    DeliveryStreamStatus: "ACTIVE",
  });
  const reads = { DeliveryStreamName: "lab-test-delivery", Record: { Data: Buffer.from("x") } };
  await expect(firehose.putRecord(reads)).rejects.toMatchObject({ name: "InvalidArgumentException" });
  await expect
    .poll(() => runner.counters.deliveries.map(({ userRecords }) => userRecords), { timeout: 10_000 })
    .toContain(3);
});

it("a delivery stream of the stack that is not run says why, to who puts to it", async () => {
  const { client, stack } = await TestEndpoint.start({
    more: {
      aws_kinesis_firehose_delivery_stream: {
        search: { name: "search", destination: "opensearch", opensearch_configuration: {} },
        orc: {
          name: "orc",
          destination: "extended_s3",
          extended_s3_configuration: {
            bucket_arn: "${aws_s3_bucket.lake.arn}",
            data_format_conversion_configuration: {
              input_format_configuration: { deserializer: { hive_json_ser_de: {} } },
              output_format_configuration: { serializer: { orc_ser_de: {} } },
              schema_configuration: { database_name: "d", table_name: "t" },
            },
          },
        },
      },
    },
  });
  // That its objects would be Parquet is not said of one that writes none.
  expect(stack.unsupported).toEqual([
    expect.stringMatching(/^aws_kinesis_firehose_delivery_stream\.search: on AWS it indexes the records/),
    "aws_kinesis_firehose_delivery_stream.orc: schema_configuration: there is no table d.t in this stack",
  ]);
  const put = (DeliveryStreamName: string) =>
    new Firehose(client).putRecord({ DeliveryStreamName, Record: { Data: Buffer.from("x") } });
  await expect(put("search")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: expect.stringMatching(/^Firehose search is not run here: .* indexes the records in OpenSearch/),
  });
  await expect(put("none")).rejects.toThrow("Firehose none under account 000000000000 not found.");
});

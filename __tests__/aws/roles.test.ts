import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { type AssumeRoleCommandInput, STS } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { local, TestEndpoint } from "./fixtures/endpoint";

const account = "000000000000";
const document = (...Statement: readonly object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: Statement.map((one) => ({ Effect: "Allow", ...one })),
  });
const trusting = (condition: object = {}, Action: string | string[] = "sts:AssumeRole") =>
  document({ Principal: { AWS: account }, Action, ...condition });
const streamAndQueue = ["${aws_kinesis_stream.readings.arn}", "${aws_sqs_queue.todo.arn}"];
const teamLake = { Condition: { StringEquals: { "aws:PrincipalTag/team": "lake" } } };

const start = TestEndpoint.shared({
  only: {
    aws_kms_key: { own: {} },
    aws_kinesis_stream: {
      readings: {
        name: "readings",
        shard_count: 1,
        encryption_type: "KMS",
        kms_key_id: "${aws_kms_key.own.arn}",
      },
    },
    aws_sqs_queue: { todo: { name: "todo", kms_master_key_id: "${aws_kms_key.own.arn}" } },
    aws_s3_bucket: { lake: { bucket: "lake" }, open: { bucket: "open" } },
    aws_iam_policy: {
      narrow: { name: "narrow", policy: document({ Action: "s3:*", Resource: "arn:aws:s3:::lake/a/*" }) },
    },
    aws_iam_role: {
      one: { name: "one", assume_role_policy: trusting() },
      keyed: { name: "keyed", assume_role_policy: trusting() },
      guarded: {
        name: "guarded",
        assume_role_policy: trusting({ Condition: { StringEquals: { "sts:ExternalId": "abc" } } }),
      },
      tagged: {
        name: "tagged",
        assume_role_policy: trusting({ Condition: { StringEquals: { "aws:RequestTag/team": "lake" } } }, [
          "sts:AssumeRole",
          "sts:TagSession",
        ]),
      },
    },
    aws_iam_role_policy: {
      one: {
        name: "one",
        role: "${aws_iam_role.one.name}",
        policy: document(
          { Action: ["kinesis:*", "sqs:*"], Resource: streamAndQueue },
          {
            Action: ["s3:GetObject", "s3:PutObject"],
            Resource: ["arn:aws:s3:::lake/*", "arn:aws:s3:::open/*"],
          },
          { Action: "s3:ListBucket", Resource: "arn:aws:s3:::open" },
          { Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" },
          { Action: "logs:*", Resource: `arn:aws:logs:*:${account}:log-group:/named:*` },
        ),
      },
      keyed: {
        name: "keyed",
        role: "${aws_iam_role.keyed.name}",
        policy: document(
          { Action: ["kinesis:*", "sqs:*"], Resource: streamAndQueue },
          { Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: "${aws_kms_key.own.arn}" },
          { Action: "logs:*", Resource: `arn:aws:logs:*:${account}:log-group:/named` },
        ),
      },
      tagged: {
        name: "tagged",
        role: "${aws_iam_role.tagged.name}",
        policy: document(
          { Action: "s3:PutObject", Resource: "arn:aws:s3:::lake/*", ...teamLake },
          {
            Action: "s3:ListBucket",
            Resource: "arn:aws:s3:::open",
            Condition: { NumericLessThanEquals: { "s3:max-keys": "10" } },
          },
        ),
      },
    },
  },
});

type Given = Partial<AssumeRoleCommandInput>;

/** A client's settings with the credentials of a role, which somebody has taken on. */
async function as(role: string, given: Given = {}, credentials: object = local) {
  const { client } = await start();
  const { Credentials } = await new STS({ ...client, credentials: credentials as never }).assumeRole({
    RoleArn: `arn:aws:iam::${account}:role/${role}`,
    RoleSessionName: "me",
    ...given,
  });
  return {
    ...client,
    forcePathStyle: true,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  };
}

/** Whether an object may be written by a client with these settings. */
const mayPut = async (settings: object, Key: string) =>
  new S3(settings).putObject({ Bucket: "lake", Key, Body: "x" }).then(
    () => true,
    ({ name }) => (name === "AccessDenied" ? false : name),
  );

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
describe("a role's session", () => {
  it("may no more than the policy, and the managed policies, that it was given", async () => {
    const Policy = document({ Action: "s3:*", Resource: "arn:aws:s3:::lake/b/*" });
    const PolicyArns = [{ arn: `arn:aws:iam::${account}:policy/narrow` }];
    expect(await mayPut(await as("one"), "c/k")).toBe(true);
    const limited = await as("one", { PolicyArns });
    expect([await mayPut(limited, "a/k"), await mayPut(limited, "b/k")]).toEqual([true, false]);
    const both = await as("one", { Policy, PolicyArns });
    expect([await mayPut(both, "a/k"), await mayPut(both, "b/k"), await mayPut(both, "c/k")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is not begun with a policy that AWS would refuse", async () => {
    await expect(as("one", { Policy: "{" })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
    await expect(as("one", { Policy: document({ Action: "s3:*" }) })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
      message: "Policy: Statement[0] needs a Resource",
    });
    const PolicyArns = [{ arn: `arn:aws:iam::${account}:policy/nowhere` }];
    await expect(as("one", { PolicyArns })).rejects.toThrow("policy/nowhere is not known here");
  });

  it("is begun by another role with the external id that the trust policy asks for", async () => {
    const { credentials } = await as("one");
    await expect(as("guarded", {}, credentials)).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(as("guarded", { ExternalId: "xyz" }, credentials)).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await as("guarded", { ExternalId: "abc" }, credentials);
  });

  it("has the tags that it was begun with, where the trust policy lets it have them", async () => {
    const { credentials } = await as("one");
    const Tags = [{ Key: "team", Value: "lake" }];
    await expect(as("tagged", {}, credentials)).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(as("keyed", { Tags }, credentials)).rejects.toThrow("sts:TagSession");
    expect(await mayPut(await as("tagged", { Tags }, credentials), "k")).toBe(true);
    expect(await mayPut(await as("tagged"), "k")).toBe(false);
  });
});

// https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
describe("what a key encrypts", () => {
  it("is put to a stream and read from it by a role that may use the key", async () => {
    const record = { StreamName: "readings", Data: Buffer.from("x"), PartitionKey: "k" };
    const stranger = new Kinesis(await as("one"));
    await expect(stranger.putRecord(record)).rejects.toMatchObject({
      name: "KMSAccessDeniedException",
      message: expect.stringContaining("is not authorized to perform: kms:GenerateDataKey"),
    });
    const keyed = new Kinesis(await as("keyed"));
    await keyed.putRecord(record);
    const { ShardIterator } = await keyed.getShardIterator({
      StreamName: "readings",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    });
    expect((await keyed.getRecords({ ShardIterator })).Records).toHaveLength(1);
    await expect(stranger.getRecords({ ShardIterator })).rejects.toThrow("kms:Decrypt");
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  it("is received from a queue by a role that may use the key", async () => {
    const { client } = await start();
    const QueueUrl = `${client.endpoint}/${account}/todo`;
    const receive = async (role: string) => new SQS(await as(role)).receiveMessage({ QueueUrl });
    await expect(receive("one")).rejects.toThrow("kms:Decrypt");
    await receive("keyed");
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
it("is told that an object is missing only where it may list the bucket", async () => {
  const s3 = new S3(await as("one"));
  const get = (Bucket: string) => s3.getObject({ Bucket, Key: "missing" });
  await expect(get("lake")).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("s3:ListBucket on resource: arn:aws:s3:::lake"),
  });
  await expect(get("open")).rejects.toMatchObject({ name: "NoSuchKey" });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
it("may list as many keys at once as its policy says", async () => {
  const s3 = new S3(await as("tagged"));
  const list = (MaxKeys: number) => s3.listObjectsV2({ Bucket: "open", MaxKeys });
  expect((await list(10)).KeyCount).toBe(0);
  await expect(list(11)).rejects.toMatchObject({ name: "AccessDenied" });
});

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
it("may act on a log group whose ARN its policy gives with :* at the end", async () => {
  const logs = new CloudWatchLogs(await as("one"));
  const logGroupName = "/named";
  await logs.createLogGroup({ logGroupName });
  expect((await logs.describeLogStreams({ logGroupName })).logStreams).toEqual([]);
  const without = new CloudWatchLogs(await as("keyed"));
  await expect(without.describeLogStreams({ logGroupName })).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining(":log-group:/named:log-stream:"),
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:http2";
import type { AddressInfo } from "node:net";
import { Athena } from "@aws-sdk/client-athena";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it, onTestFinished } from "vitest";
import { openEndpoint } from "../../local/aws/index";
import { TestEndpoint } from "./fixtures/endpoint";

const account = "000000000000";
const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const withReader = {
  more: {
    aws_iam_role: {
      reader: {
        name: "reader",
        assume_role_policy: policy({
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "lambda.amazonaws.com" },
        }),
      },
    },
    aws_iam_role_policy: {
      reader: {
        name: "reader",
        role: "reader",
        policy: policy({
          Effect: "Allow",
          Action: ["kinesis:GetShardIterator", "kinesis:GetRecords"],
          Resource: "${aws_kinesis_stream.readings.arn}",
        }),
      },
      writer: {
        name: "writer",
        role: "reader",
        policy: policy({
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: "${aws_s3_bucket.lake.arn}/*",
          Condition: { StringEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
        }),
      },
    },
  },
};

describe("who calls", () => {
  it("is the local user with any access key", async () => {
    const { client } = await TestEndpoint.start();
    expect(await new STS(client).getCallerIdentity({})).toMatchObject({
      Account: account,
      Arn: `arn:aws:iam::${account}:user/local`,
    });
  });

  it("is a role's session with the credentials that AssumeRole gives", async () => {
    const { client } = await TestEndpoint.start(withReader);
    const { Credentials, AssumedRoleUser } = await new STS(client).assumeRole({
      RoleArn: `arn:aws:iam::${account}:role/reader`,
      RoleSessionName: "me",
    });
    const arn = `arn:aws:sts::${account}:assumed-role/reader/me`;
    expect(AssumedRoleUser?.Arn).toBe(arn);
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    const sts = new STS({ ...client, credentials });
    expect((await sts.getCallerIdentity({})).Arn).toBe(arn);
    const forged = new STS({ ...client, credentials: { ...credentials, sessionToken: "other" } });
    await expect(forged.getCallerIdentity({})).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });

  async function readerOf(client: TestEndpoint["client"]) {
    const { Credentials: given } = await new STS(client).assumeRole({
      RoleArn: `arn:aws:iam::${account}:role/reader`,
      RoleSessionName: "me",
    });
    return {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    };
  }

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
  it("may as a role write what has the headers that a policy asks for", async () => {
    const { client } = await TestEndpoint.start(withReader);
    const s3 = new S3({ ...client, credentials: await readerOf(client), forcePathStyle: true });
    const put = (encryption: object) =>
      s3.putObject({ Bucket: "lab-test-000000000000", Key: "k", Body: "x", ...encryption });
    expect((await put({ ServerSideEncryption: "aws:kms" })).$metadata.httpStatusCode).toBe(200);
    // The parts of an upload are held to what it was begun with.
    const upload = { Bucket: "lab-test-000000000000", Key: "parts" };
    const { UploadId } = await s3.createMultipartUpload({ ...upload, ServerSideEncryption: "aws:kms" });
    const part = await s3.uploadPart({ ...upload, UploadId, PartNumber: 1, Body: "x" });
    expect(part.$metadata.httpStatusCode).toBe(200);
    await expect(put({})).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("because no identity-based policy allows the s3:PutObject action"),
    });
  });

  it("may as a role what the role's policies allow", async () => {
    const { client, runner } = await TestEndpoint.start(withReader);
    const credentials = await readerOf(client);
    const kinesis = new Kinesis({ ...client, credentials });
    const [StreamName = ""] = runner.streams;
    const { ShardIterator } = await kinesis.getShardIterator({
      StreamName,
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    });
    expect((await kinesis.getRecords({ ShardIterator })).Records).toEqual([]);
    await expect(
      kinesis.putRecord({ StreamName, Data: Buffer.from("x"), PartitionKey: "k" }),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(
        `User: arn:aws:sts::${account}:assumed-role/reader/me is not authorized to perform: kinesis:PutRecord on resource: arn:aws:kinesis:eu-west-1:${account}:stream/${StreamName} because no identity-based policy allows the kinesis:PutRecord action`,
      ),
    });
  });
});

describe("Kinesis", () => {
  it("answers over HTTP/2 and HTTP/1.1 on the same port", async () => {
    const { client, runner } = await TestEndpoint.start();
    const over1 = new Kinesis({ ...client, requestHandler: new NodeHttpHandler() });
    for (const kinesis of [new Kinesis(client), over1])
      expect((await kinesis.listStreams({})).StreamNames).toEqual(runner.streams);
  });
});

describe("the guard", () => {
  it("refuses web pages, and names that lead here", async () => {
    const { endpoint } = await TestEndpoint.start();
    const ask = (headers: Record<string, string>) =>
      fetch(endpoint.url, { headers }).then(({ status }) => status);
    expect(await ask({ origin: "http://evil.example" })).toBe(403);
    expect(await ask({ origin: "null" })).toBe(403);
    const session = connect(endpoint.url);
    const status = await new Promise((resolve) => {
      const stream = session.request({ ":path": "/", ":authority": "evil.example:4566" });
      stream.on("response", (headers) => resolve(headers[":status"]));
    });
    session.destroy();
    expect(status).toBe(403);
  });
});

describe("what is not there", () => {
  it("is named by service and operation", async () => {
    const { client } = await TestEndpoint.start();
    await expect(
      new Athena(client).createNotebook({ WorkGroup: "primary", Name: "n" }),
    ).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: "athena:CreateNotebook is not answered on this machine",
    });
  });

  it.each([
    [
      "of a form",
      "iam",
      { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      "Action=GetRole&RoleName=r&Version=2010-05-08",
      {
        status: 400,
        text: /<ErrorResponse.*<Code>InvalidAction<\/Code><Message>iam:GetRole is not answered/,
      },
    ],
    [
      "of a target",
      "dynamodb",
      { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.GetItem" },
      "{}",
      {
        status: 400,
        text: /"__type":"UnknownOperationException","message":"dynamodb:GetItem is not answered on this machine"/,
      },
    ],
    [
      "of a path",
      "states",
      { "content-type": "application/json" },
      "{}",
      { status: 404, text: /"Message":"states:POST \/one\/two is not answered on this machine"/ },
    ],
    ["of a path, in XML", "route53", {}, "", { status: 501, text: /<Code>NotImplemented<\/Code>/ }],
  ])(
    "answers for a service that is not here as its clients read: %s",
    async (_, service, headers, body, expected) => {
      const { client } = await TestEndpoint.start();
      const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request`;
      const path = service === "iam" || service === "dynamodb" ? "/" : "/one/two";
      const response = await fetch(`${client.endpoint}${path}`, {
        method: "POST",
        headers: { authorization, ...headers },
        body,
      });
      expect(response.status).toBe(expected.status);
      expect(await response.text()).toMatch(expected.text);
    },
  );

  it("goes on to the fallback endpoint where there is one", async () => {
    const asked: string[] = [];
    const other = createServer((request, response) => {
      asked.push(String(request.headers["x-amz-target"]));
      response.end('{"NotebookId":"n-1"}');
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const fallback = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { client } = await TestEndpoint.start({}, { fallback });
    const made = new Athena(client).createNotebook({ WorkGroup: "primary", Name: "n" });
    expect((await made).NotebookId).toBe("n-1");
    expect(asked).toEqual(["AmazonAthena.CreateNotebook"]);
  });

  it("is said when the port is in use", async () => {
    const { endpoint } = await TestEndpoint.start();
    const port = Number(new URL(endpoint.url).port);
    await expect(openEndpoint({ port })).rejects.toThrow(
      `port ${port} is in use, so that AWS's API can't be answered there: give another one with --aws-port, or 0 for a free one`,
    );
  });
});

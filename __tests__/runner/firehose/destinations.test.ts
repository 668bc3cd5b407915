import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { Firehose } from "@aws-sdk/client-firehose";
import { describe, expect, it, onTestFinished } from "vitest";
import { findDiscrepancies } from "../../../local/runner/reconciliation";
import { TestRun } from "../fixtures/harness";

/** A stack of one delivery stream that producers put to. */
const direct = (body: object, more: object = {}) => ({
  only: {
    aws_s3_bucket: { lake: { bucket: "lab-test-000000000000" } },
    aws_kinesis_firehose_delivery_stream: { d: { name: "direct", ...body } },
    ...more,
  },
});
const s3 = { bucket_arn: "${aws_s3_bucket.lake.arn}", prefix: "out/", error_output_prefix: "errors/" };
const toS3 = (more: object = {}) =>
  direct({ destination: "extended_s3", extended_s3_configuration: { ...s3, ...more } });

function clientOf(run: TestRun): Firehose {
  const client = new Firehose({
    region: run.runner.region,
    endpoint: run.runner.firehoseEndpoint,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

const batch = (...texts: string[]) => ({
  DeliveryStreamName: "direct",
  Records: texts.map((text) => ({ Data: Buffer.from(text) })),
});

describe("a delivery stream that producers put to", () => {
  it("is enough for a stack to run, and delivers what it was given, in order", async () => {
    const run = await TestRun.start(toS3());
    const client = clientOf(run);
    const one = await client.putRecord({ DeliveryStreamName: "direct", Record: { Data: Buffer.from("a") } });
    const more = await client.putRecordBatch(batch("b", "c"));
    expect(one.RecordId).toBeTruthy();
    expect(more).toMatchObject({ FailedPutCount: 0, RequestResponses: [{}, {}] });
    await run.finish();
    expect(run.text("out/")).toBe("abc");
    expect(findDiscrepancies(run.runner.counters)).toEqual([]);
  });

  it("keeps what it has acknowledged for the next run", async () => {
    const first = await TestRun.start(toS3());
    await clientOf(first).putRecordBatch(batch("a", "b"));
    await first.runner.close();
    const second = await TestRun.start(toS3(), {}, first.folder);
    await second.finish();
    expect(second.text("out/")).toBe("ab");
  });

  it("answers calls with unknown names as AWS does", async () => {
    const run = await TestRun.start(toS3());
    const put = clientOf(run).putRecord({ DeliveryStreamName: "nope", Record: { Data: Buffer.from("a") } });
    await expect(put).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("an HTTP endpoint", () => {
  interface Taken {
    readonly headers: IncomingHttpHeaders;
    readonly body: { readonly requestId: string; readonly records: readonly { readonly data: string }[] };
  }

  /** @param answer The status for each request in turn; then 200 with the acknowledgement. */
  async function endpoint(...statuses: readonly number[]) {
    const taken: Taken[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString());
      taken.push({ headers: request.headers, body });
      response.statusCode = statuses[taken.length - 1] ?? 200;
      response.end(JSON.stringify({ requestId: body.requestId, timestamp: Date.now() }));
    });
    await new Promise<void>((done) => {
      server.listen(0, "127.0.0.1", done);
    });
    onTestFinished(() => {
      server.close();
    });
    return { taken, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in` };
  }

  const toEndpoint = (url: string, more: object = {}) =>
    direct({
      destination: "http_endpoint",
      http_endpoint_configuration: {
        url,
        access_key: "secret",
        retry_duration: 1,
        s3_configuration: s3,
        request_configuration: {
          content_encoding: "GZIP",
          common_attributes: [{ name: "env", value: "test" }],
        },
        ...more,
      },
    });

  it("gets records in one request, with its key and attributes", async () => {
    const { taken, url } = await endpoint();
    const run = await TestRun.start(toEndpoint(url));
    await clientOf(run).putRecordBatch(batch("a", "b"));
    await run.finish();
    expect(taken).toHaveLength(1);
    expect(taken[0]?.body.records.map(({ data }) => Buffer.from(data, "base64").toString())).toEqual([
      "a",
      "b",
    ]);
    expect(taken[0]?.headers).toMatchObject({
      "x-amz-firehose-access-key": "secret",
      "x-amz-firehose-common-attributes": '{"commonAttributes":{"env":"test"}}',
      "x-amz-firehose-request-id": taken[0]?.body.requestId,
    });
    expect(findDiscrepancies(run.runner.counters)).toEqual([]);
  });

  it("is asked again with the same request until it acknowledges", async () => {
    const { taken, url } = await endpoint(500, 503);
    const run = await TestRun.start(toEndpoint(url, { retry_duration: 30 }));
    await clientOf(run).putRecordBatch(batch("a"));
    await run.finish();
    expect(new Set(taken.map(({ body }) => body.requestId)).size).toBe(1);
    expect(taken).toHaveLength(3);
    expect(run.delivery).toMatchObject({ delivered: 1, rejected: 0 });
  });

  it("that does not acknowledge in time leaves the records in the bucket", async () => {
    const { url } = await endpoint(...Array.from({ length: 50 }, () => 500));
    const run = await TestRun.start(toEndpoint(url));
    await clientOf(run).putRecordBatch(batch("a"));
    await run.finish();
    expect(run.failedRecords()).toMatchObject([
      { errorCode: "HttpEndpoint.DestinationException", rawData: "YQ==" },
    ]);
    expect(run.keys("errors/http-endpoint-failed/")).toHaveLength(1);
  });

  it("may have all records in the bucket too", async () => {
    const { url } = await endpoint();
    const run = await TestRun.start(toEndpoint(url, { s3_backup_mode: "AllData" }));
    await clientOf(run).putRecordBatch(batch("a", "b"));
    await run.finish();
    expect(run.text("out/")).toBe("ab");
  });
});

it.each([
  ["redshift", /on AWS it copies the records into a Redshift table/],
  ["splunk", /on AWS it sends the records to Splunk/],
])("the destination %s is named with what it would do on AWS", async (destination, message) => {
  await expect(TestRun.start(direct({ destination }))).rejects.toThrow(message);
});

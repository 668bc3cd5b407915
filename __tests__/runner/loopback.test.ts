import { request } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { startLoopbackServer } from "../../local/runner/loopback-server";
import { findRunner } from "../../local/runner/runtime-file";
import { reading, TestRun } from "./fixtures/harness";

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Asks as a program would, but for what the headers say. */
function ask(
  url: string,
  headers: Record<string, string> = {},
  { method = "POST", body = "{}" } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method,
      agent: false,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "Kinesis_20131202.ListStreams",
        "x-amz-date": "20240115T103000Z",
        authorization: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=c, Signature=d",
        ...headers,
      },
    });
    call.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, body: text });
    });
    call.on("error", reject);
    call.end(method === "GET" ? undefined : body);
  });
}

/** What a browser sends for a page, by the kind of attack. */
const pages: readonly [string, Record<string, string>][] = [
  ["a page's own request", { origin: "https://example.com" }],
  ["a page in a sandbox", { origin: "null" }],
  ["another server of this machine", { origin: "http://localhost:3000" }],
  ["an image or a script of a page", { "sec-fetch-site": "cross-site" }],
  ["a page on a name that was made to point here", { host: "rebound.example.com" }],
  ["that name with the port", { host: "rebound.example.com:PORT" }],
  ["another port", { host: "127.0.0.1:1" }],
  ["no port", { host: "localhost" }],
];

const malformed: readonly [what: string, operation: string, body: string][] = [
  ["a record that is null", "PutRecords", '{"StreamName":"lab-test-readings","Records":[null]}'],
  ["a record that is a list", "PutRecords", '{"StreamName":"lab-test-readings","Records":[[]]}'],
  [
    "a hash key that is not a number",
    "PutRecords",
    '{"StreamName":"lab-test-readings","Records":[{"Data":"","PartitionKey":"a","ExplicitHashKey":"z"}]}',
  ],
  ["records that are none", "PutRecords", '{"StreamName":"lab-test-readings","Records":{"0":1}}'],
  ["a put that is a list", "PutRecord", "[]"],
  ["a put that is null", "PutRecord", "null"],
  [
    "a put with a hash key that is an object",
    "PutRecord",
    '{"StreamName":"lab-test-readings","Data":"","PartitionKey":"a","ExplicitHashKey":{}}',
  ],
  ["any token", "ListShards", '{"NextToken":"x"}'],
  [
    "a shard that can't be",
    "GetShardIterator",
    '{"StreamName":"lab-test-readings","ShardId":"shardId-999999999999","ShardIteratorType":"LATEST"}',
  ],
  [
    "a sequence number that is none",
    "GetShardIterator",
    '{"StreamName":"lab-test-readings","ShardId":"shardId-000000000000","ShardIteratorType":"AT_SEQUENCE_NUMBER","StartingSequenceNumber":"9"}',
  ],
  ["an iterator that is none", "GetRecords", '{"ShardIterator":"AAAA"}'],
  ["a name of the language", "__proto__", "{}"],
];

describe.each([
  ["with the embedded Kinesis", false],
  ["with limits in front of it", true],
])("a runner %s", (_, enforceLimits) => {
  it("refuses web pages on all of its ports, and answers programs", async () => {
    const run = await TestRun.start({}, { enforceLimits });
    const status = (await findRunner(run.runner.dir))?.status ?? "";
    for (const url of [run.runner.endpoint, status]) {
      const { port } = new URL(url);
      for (const [, headers] of pages) {
        const sent = { ...headers, ...(headers.host && { host: headers.host.replace("PORT", port) }) };
        const answer = await ask(url, sent);
        expect([url, sent, answer.status]).toEqual([url, sent, 403]);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
        expect(answer.body).not.toContain("lab-test-readings");
      }
      const preflight = await ask(url, { origin: "https://example.com" }, { method: "OPTIONS" });
      expect(preflight.status).toBe(403);
      expect(preflight.headers).not.toHaveProperty("access-control-allow-origin");
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
        expect(await ask(url, { host })).toMatchObject({
          status: 200,
          body: expect.stringContaining("lab-test-readings"),
        });
    }
    await run.put([reading(0)]);
    await run.finish();
    expect(run.delivery.delivered).toBe(1);
  });

  it("survives each malformed request, and delivers what comes after it", async () => {
    const run = await TestRun.start({}, { enforceLimits });
    let put = 0;
    for (const [what, operation, body] of malformed) {
      const headers = { "x-amz-target": `Kinesis_20131202.${operation}` };
      const { status } = await ask(run.runner.endpoint, headers, { body });
      expect([what, status]).toEqual([what, expect.toSatisfy((code: number) => code >= 400)]);
      await run.put([reading(put++)]);
    }
    await run.finish();
    expect(run.delivery.delivered).toBe(put);
  });

  it("survives clients that break off and clients that do not speak HTTP", async () => {
    const run = await TestRun.start({}, { enforceLimits });
    const { port } = new URL(run.runner.endpoint);
    for (const text of [
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{",
      "nonsense\r\n\r\n",
      "POST / HTTP/1.0\r\n\r\n",
      `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ]) {
      const socket = connect(Number(port), "127.0.0.1");
      await new Promise<void>((done) => {
        socket.on("error", () => done()).on("close", () => done());
        socket.write(text, () => setTimeout(() => socket.destroy(), 100));
      });
    }
    await run.put([reading(0)]);
    await run.finish();
    expect(run.delivery.delivered).toBe(1);
  });
});

describe("a runner that enforces limits", () => {
  it.each([
    ["announced", { "content-length": String(1e9) }],
    ["sent in chunks", { "transfer-encoding": "chunked" }],
  ])("refuses a body of a gigabyte, %s, without taking it", async (_, headers) => {
    const run = await TestRun.start({}, { enforceLimits: true });
    const url = new URL(run.runner.endpoint);
    const before = process.memoryUsage().rss;
    const chunk = Buffer.alloc(1024 * 1024, " ");
    const status = await new Promise<string>((resolve) => {
      const socket = connect(Number(url.port), "127.0.0.1");
      let sent = 0;
      let ended = false;
      let answer = "";
      socket.on("data", (data) => {
        answer += data;
      });
      const end = () => {
        ended = true;
        resolve(answer.split("\r\n")[0] ?? "");
      };
      socket.on("close", end).on("error", () => {});
      const lines = Object.entries({ host: url.host, ...headers }).map(
        ([name, value]) => `${name}: ${value}`,
      );
      socket.write(`POST / HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      const chunked = "transfer-encoding" in headers;
      const more = () => {
        if (ended || sent++ > 1000) return;
        if (chunked) socket.write("100000\r\n");
        socket.write(chunk, more);
        if (chunked) socket.write("\r\n");
      };
      more();
    });
    expect(["HTTP/1.1 413 Payload Too Large", ""]).toContain(status);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    await run.put([reading(0)]);
    await run.finish();
    expect(run.delivery.delivered).toBe(1);
  });
});

describe("a loopback server", () => {
  it("says that its port is taken", async () => {
    const onRequest = () => {};
    const first = await startLoopbackServer({ onRequest });
    const port = Number(new URL(first.url).port);
    await expect(startLoopbackServer({ onRequest, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await first.close();
  });
});

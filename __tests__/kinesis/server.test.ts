import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../local/kinesis/index";
import { operations } from "../../local/kinesis/protocol/model";
import { temporaryFolder } from "../support/folders";
import { openKinesis, rawRequest, serve, target, withStream } from "./support";

const listStreams = target("ListStreams");

describe("the server", () => {
  it("refuses what a web page may have sent", async () => {
    const { endpoint } = await serve();
    const refused = async (headers: Record<string, string>) =>
      (await rawRequest(endpoint.port, "{}", { ...listStreams, ...headers })).status === 403;
    expect(await refused({ origin: "http://example.com" })).toBe(true);
    expect(await refused({ origin: "null" })).toBe(true);
    expect(await refused({ host: "example.com" })).toBe(true);
    expect(await refused({ host: `example.com:${endpoint.port}` })).toBe(true);
    expect(await refused({ host: `localhost:${endpoint.port + 1}` })).toBe(true);
    expect(await refused({ host: `localhost.example.com:${endpoint.port}` })).toBe(true);
    expect(await refused({ host: `LOCALHOST:${endpoint.port}` })).toBe(false);
    expect(await refused({ host: `[::1]:${endpoint.port}` })).toBe(false);
    expect((await rawRequest(endpoint.port, "", { origin: "http://x" }, "OPTIONS")).status).toBe(403);
  });

  it("takes requests under any name when it listens beyond loopback, but none of a web page", async () => {
    const endpoint = await listen(openKinesis(), { host: "0.0.0.0" });
    onTestFinished(() => endpoint.close());
    const { port } = endpoint;
    expect((await rawRequest(port, "{}", { ...listStreams, host: "kinesis.test" })).status).toBe(200);
    expect((await rawRequest(port, "{}", { ...listStreams, origin: "http://x" })).status).toBe(403);
  });

  it("cuts off a body that is too large, announced or not", async () => {
    const { endpoint } = await serve();
    const announced = await new Promise<string>((resolve) => {
      const socket = connect(endpoint.port, "127.0.0.1");
      socket.on("data", (data) => resolve(data.toString()));
      socket.write(
        `POST / HTTP/1.1\r\nhost: 127.0.0.1:${endpoint.port}\r\ncontent-length: 99999999\r\nx-amz-target: x\r\n\r\n`,
      );
    });
    expect(announced).toMatch(/^HTTP\/1\.1 413 /);
    const sent = await new Promise<string>((resolve) => {
      const socket = connect(endpoint.port, "127.0.0.1");
      socket.on("data", (data) => resolve(data.toString()));
      socket.on("error", () => {});
      socket.write(
        `POST / HTTP/1.1\r\nhost: 127.0.0.1:${endpoint.port}\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      const chunk = Buffer.alloc(1024 * 1024, "x");
      for (let i = 0; i < 18; i++) {
        socket.write(`${chunk.length.toString(16)}\r\n`);
        socket.write(chunk);
        socket.write("\r\n");
      }
    });
    expect(sent).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("goes on when clients hang up in the middle", async () => {
    const { endpoint } = await serve();
    for (const part of [
      "P",
      "POST / HT",
      "PRI * HTT",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{",
    ]) {
      const socket = connect(endpoint.port, "127.0.0.1");
      await new Promise<void>((resolve) => socket.write(part, () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket.destroy();
    }
    expect((await rawRequest(endpoint.port, "{}", listStreams)).status).toBe(200);
  });

  it("serves HTTP/2 in clear to a client that begins with it", async () => {
    const { endpoint } = await serve();
    const session = connectHttp2(endpoint.url);
    const call = session.request({
      ":method": "POST",
      "content-type": "application/x-amz-json-1.1",
      authorization: "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c",
      "x-amz-date": "20261126T000000Z",
      ...listStreams,
    });
    call.end("{}");
    let text = "";
    for await (const chunk of call) text += chunk;
    session.destroy();
    expect(JSON.parse(text)).toMatchObject({ StreamNames: [] });
  });

  it("serves TLS on the same port, when it has a certificate", async (context) => {
    const folder = temporaryFolder();
    const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    try {
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-days",
          "2",
          "-subj",
          "/CN=localhost",
          "-keyout",
          keyPath,
          "-out",
          certPath,
        ],
        { stdio: "ignore" },
      );
    } catch {
      return context.skip("openssl is not here to make a certificate");
    }
    const endpoint = await listen(openKinesis(), {
      tls: { cert: readFileSync(certPath, "utf8"), key: readFileSync(keyPath, "utf8") },
    });
    onTestFinished(() => endpoint.close());
    expect((await rawRequest(endpoint.port, "{}", listStreams)).status).toBe(200);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = httpsRequest(
        { host: "127.0.0.1", port: endpoint.port, method: "GET", rejectUnauthorized: false, agent: false },
        (response) => resolve(response.statusCode),
      );
      call.on("error", reject);
      call.end();
    });
    expect(status).toBe(403);
  });

  it("says that a port is taken", async () => {
    const { endpoint, kinesis } = await serve();
    await expect(listen(kinesis, { port: endpoint.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("whatever is sent", () => {
  const anyBody = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
    fc.constantFrom(
      Buffer.from("[".repeat(100_000)),
      Buffer.from(`{"a":`.repeat(50_000)),
      Buffer.alloc(100_000, 0x81),
      Buffer.from([0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0xbb, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x5b, 0, 0, 0xff, 0, 0, 0, 0, 0]),
      Buffer.from([0xbf, 0x61, 0x61]),
      Buffer.from([0xa1, 0x61]),
      Buffer.from([0xff]),
      Buffer.from('{"StreamName":"s","Limit":1e999}'),
      Buffer.from('{"__proto__":{"StreamName":"s"},"constructor":1}'),
    ),
  );

  it("is answered with an error of AWS's, by a server that goes on", async () => {
    const { endpoint } = await withStream(serve());
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(operations), "Nothing", "", "__proto__", "toString"),
        fc.constantFrom(
          "application/x-amz-json-1.1",
          "application/x-amz-cbor-1.1",
          "application/json",
          "text/plain",
        ),
        anyBody,
        async (operation, type, body) => {
          const answer = await rawRequest(endpoint.port, body, {
            ...target(operation),
            "content-type": type,
          });
          expect(
            answer.status === 200 || (answer.status >= 400 && answer.status < 500),
            String(answer.status),
          ).toBe(true);
          if (type === "application/x-amz-json-1.1" && answer.status !== 200)
            expect(JSON.parse(answer.body.toString()).__type).toMatch(/(Exception|Failure)$/);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("of inputs that the model nearly allows, is never an internal failure", async () => {
    const { endpoint, kinesis } = await withStream(serve(), 2);
    const value = fc.oneof(
      fc.constantFrom(
        "s",
        "shardId-000000000000",
        "0",
        "",
        "TRIM_HORIZON",
        "LATEST",
        "KMS",
        "UNIFORM_SCALING",
        "9".repeat(129),
        "49680570328088329842206975738676080632732222850074673170",
        kinesis.streamArn("s"),
      ),
      fc.constantFrom(0, 1, -1, 2 ** 31, 2 ** 53, 1e300, 24, 0.5),
      fc.constantFrom(true, false, null),
      fc.constantFrom(
        [],
        ["a"],
        {},
        { StreamMode: "ON_DEMAND" },
        { Type: "LATEST" },
        { Type: "AT_TIMESTAMP", Timestamp: 1 },
        { a: "b" },
      ),
    );
    const call = fc.constantFrom(...Object.entries(operations)).chain(([operation, { input }]) =>
      fc
        .record(Object.fromEntries(Object.keys(input.members).map((member) => [member, value])), {
          requiredKeys: [],
        })
        .map((fields) => ({ operation, fields: { ...fields } })),
    );
    await fc.assert(
      fc.asyncProperty(call, async ({ operation, fields }) => {
        if (operation === "DeleteStream" || operation === "SubscribeToShard") return;
        const answer = await rawRequest(endpoint.port, JSON.stringify(fields), target(operation));
        expect(answer.status, `${operation} ${JSON.stringify(fields)} ${answer.body}`).toBeLessThan(500);
      }),
      { numRuns: 600 },
    );
  });
});

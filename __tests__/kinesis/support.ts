import { request } from "node:http";
import { Kinesis as Client } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { onTestFinished } from "vitest";
import { type Endpoint, Kinesis, type KinesisOptions, listen, VirtualClock } from "../../local/kinesis/index";
import type { Input } from "../../local/kinesis/protocol/model";

/** A Kinesis whose transitions take no time, and that fails the test when it has trouble. */
export function openKinesis(options: KinesisOptions = {}): Kinesis {
  const troubles: string[] = [];
  const kinesis = Kinesis.open({
    transitionMs: 0,
    onTrouble: (message) => troubles.push(message),
    ...options,
  });
  onTestFinished(async () => {
    await kinesis.close();
    if (troubles.length > 0) throw new Error(`trouble: ${troubles.join("; ")}`);
  });
  return kinesis;
}

/** With a clock that stands still until it is advanced. */
export function openWithClock(options: KinesisOptions = {}): { kinesis: Kinesis; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { kinesis: openKinesis({ clock, ...options }), clock };
}

export interface Served {
  readonly kinesis: Kinesis;
  readonly endpoint: Endpoint;
  /** Over HTTP/2, as is the client's default. */
  readonly client: Client;
  /** Over HTTP/1.1. */
  readonly http1: Client;
}

export async function serve(options: KinesisOptions = {}): Promise<Served> {
  const kinesis = openKinesis(options);
  const endpoint = await listen(kinesis);
  const common = {
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const client = new Client(common);
  const http1 = new Client({ ...common, requestHandler: new NodeHttpHandler() });
  onTestFinished(async () => {
    client.destroy();
    http1.destroy();
    await endpoint.close();
  });
  return { kinesis, endpoint, client, http1 };
}

/** What was opened, once its Kinesis has a stream s. */
export async function withStream<Opened extends Kinesis | { readonly kinesis: Kinesis }>(
  opened: Opened | Promise<Opened>,
  ShardCount = 1,
): Promise<Opened> {
  const all = await opened;
  const kinesis = all instanceof Kinesis ? all : all.kinesis;
  await kinesis.call("CreateStream", { StreamName: "s", ShardCount });
  return all;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A request as it is written here, with what every signed request has. */
export function rawRequest(
  port: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  method = "POST",
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port,
        method,
        agent: false,
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-date": "20261126T000000Z",
          authorization: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
          "content-length": Buffer.byteLength(body),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

export const target = (operation: string) => ({ "x-amz-target": `Kinesis_20131202.${operation}` });

/** An iterator at the beginning, or elsewhere, of the first shard of the stream s, or of another one. */
export async function iteratorOf(
  kinesis: Kinesis,
  position: Partial<Input<"GetShardIterator">> = {},
): Promise<string> {
  const { ShardIterator = "" } = await kinesis.call("GetShardIterator", {
    StreamName: "s",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
    ...position,
  });
  return ShardIterator;
}

/** All records of a shard, from an iterator on to where there are none. */
export async function readAll(
  kinesis: Kinesis,
  StreamName: string,
  ShardId = "shardId-000000000000",
): Promise<readonly { SequenceNumber: string; Data: Buffer; PartitionKey: string }[]> {
  const all: { SequenceNumber: string; Data: Buffer; PartitionKey: string }[] = [];
  let iterator: string | undefined = await iteratorOf(kinesis, { StreamName, ShardId });
  while (iterator !== undefined) {
    const answer: Awaited<ReturnType<typeof kinesis.call<"GetRecords">>> = await kinesis.call("GetRecords", {
      ShardIterator: iterator,
    });
    if (answer.Records.length === 0) break;
    all.push(...answer.Records);
    iterator = answer.NextShardIterator;
  }
  return all;
}

import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Kinesis, type Put } from "@streaming-data-lake/kinesis";
import { isObject } from "@streaming-data-lake/terraform/values";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server";
import { streamOf } from "../stream/direct-put-name";

export interface DirectPutOptions {
  /** Folder of what was taken and is not delivered yet. */
  readonly path: string;
  /** @default 0, any free port */
  readonly port?: number;
  readonly region: string;
  readonly accountId: string;
  /** Names of all delivery streams, those that read a Kinesis stream too. */
  readonly names: readonly string[];
  /** Names of those that producers put to. */
  readonly direct: readonly string[];
  readonly onPut: (put: Put) => void;
  readonly onTrouble: (message: string) => void;
  readonly onLost: (error: Error) => void;
}

/** Firehose's own API, and the logs that keep what it has taken until it is delivered. */
export interface DirectPut {
  /** A stream for each delivery stream, as `streamOf` names it. */
  readonly kinesis: Kinesis;
  readonly endpoint: string;
  /** Names of the streams that were made by this run. */
  readonly created: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * Takes what producers put to delivery streams. What is acknowledged is kept in a log on disk, as Firehose keeps it for
 * 24 hours.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/writing-with-sdk.html
 */
export async function startDirectPut(options: DirectPutOptions): Promise<DirectPut> {
  const { path, port = 0, region, accountId, direct, onPut, onTrouble, onLost } = options;
  const kinesis = Kinesis.open({ path, region, accountId, transitionMs: 0, onPut, onTrouble });
  const created = new Set<string>();
  let server: LoopbackServer;
  try {
    for (const name of direct.map(streamOf)) {
      if (kinesis.stream(name)) continue;
      await kinesis.call("CreateStream", { StreamName: name, ShardCount: 1 });
      created.add(name);
    }
    server = await startLoopbackServer({
      port,
      onRequest: (request, response) => void answer(request, response, kinesis, options),
      onLost,
    });
  } catch (error) {
    await kinesis.close();
    throw error;
  }
  return {
    kinesis,
    created,
    endpoint: server.url,
    close: async () => {
      await server.close();
      await kinesis.close();
    },
  };
}

/** What Firehose answers with a status of 400. */
export class FirehoseError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A call has 4 MiB, and base64 makes a third more of them. */
const maxBodyBytes = 8 * 1024 * 1024;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  kinesis: Kinesis,
  options: DirectPutOptions,
): Promise<void> {
  response.setHeader("Content-Type", "application/x-amz-json-1.1");
  response.setHeader("x-amzn-RequestId", crypto.randomUUID());
  try {
    const operation = String(request.headers["x-amz-target"] ?? "").replace(/^Firehose_\d+\./, "");
    const body = await readBody(request);
    response.end(JSON.stringify(await carryOut(operation, body, kinesis, options)));
  } catch (error) {
    const code = error instanceof FirehoseError ? error.code : "ServiceUnavailableException";
    response.statusCode = error instanceof FirehoseError ? 400 : 503;
    response.end(JSON.stringify({ __type: code, message: (error as Error).message }));
  }
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new FirehoseError("InvalidArgumentException", "The request is too large");
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
  } catch {
    body = undefined;
  }
  if (!isObject(body)) throw new FirehoseError("SerializationException", "The request is not JSON");
  return body;
}

async function carryOut(
  operation: string,
  body: Readonly<Record<string, unknown>>,
  kinesis: Kinesis,
  options: DirectPutOptions,
): Promise<object> {
  switch (operation) {
    case "ListDeliveryStreams":
      return { DeliveryStreamNames: [...options.names].sort(), HasMoreDeliveryStreams: false };
    case "PutRecord": {
      const [id = ""] = await putRecords(kinesis, nameOf(body, options), [dataOf(body.Record)]);
      return { RecordId: id, Encrypted: false };
    }
    case "PutRecordBatch": {
      const records = Array.isArray(body.Records) ? body.Records : [];
      const ids = await putRecords(kinesis, nameOf(body, options), records.map(dataOf));
      return { FailedPutCount: 0, Encrypted: false, RequestResponses: ids.map((RecordId) => ({ RecordId })) };
    }
    default:
      throw new FirehoseError("UnknownOperationException", `${operation} is not answered on this machine`);
  }
}

function nameOf(
  { DeliveryStreamName: name }: Readonly<Record<string, unknown>>,
  { names, direct, accountId }: DirectPutOptions,
): string {
  if (typeof name !== "string" || !names.includes(name))
    throw new FirehoseError(
      "ResourceNotFoundException",
      `Firehose ${name} under account ${accountId} not found.`,
    );
  if (!direct.includes(name))
    throw new FirehoseError(
      "InvalidArgumentException",
      "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
    );
  return name;
}

/** https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const limits = { recordBytes: 1_000 * 1024, records: 500, bytes: 4 * 1024 * 1024 };

function dataOf(record: unknown): Buffer {
  const data = isObject(record) ? record.Data : undefined;
  if (typeof data !== "string") throw new FirehoseError("ValidationException", "Data must not be null");
  return Buffer.from(data, "base64");
}

/**
 * Puts records to a delivery stream.
 *
 * @returns an id for each record, when all of them are on disk.
 * @throws FirehoseError for more than a call takes.
 */
export async function putRecords(
  kinesis: Kinesis,
  name: string,
  records: readonly Buffer[],
): Promise<string[]> {
  if (records.some(({ length }) => length > limits.recordBytes))
    throw new FirehoseError("ValidationException", `Data must have ${limits.recordBytes} bytes at most`);
  if (records.length === 0 || records.length > limits.records)
    throw new FirehoseError("ValidationException", `Records must be 1 to ${limits.records}`);
  if (records.reduce((sum, { length }) => sum + length, 0) > limits.bytes)
    throw new FirehoseError("InvalidArgumentException", "Records exceed the limit of 4 MiB of a call");
  const answered = await kinesis.call("PutRecords", {
    StreamName: streamOf(name),
    Records: records.map((Data) => ({ Data, PartitionKey: "firehose" })),
  });
  if (answered.FailedRecordCount)
    throw new FirehoseError("ServiceUnavailableException", "The service is unavailable. Back off and retry.");
  return records.map(() => randomBytes(165).toString("base64"));
}

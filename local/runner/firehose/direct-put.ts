import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Kinesis, type Put } from "@streaming-data-lake/kinesis";
import { isObject, jsonValueOf } from "@streaming-data-lake/terraform/values";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server";
import { directPutStream } from "../stream/direct-put-name";

export interface DirectPutOptions {
  /** Folder for records that were accepted but not delivered yet. */
  readonly path: string;
  /** @default 0, any free port */
  readonly port?: number;
  readonly region: string;
  readonly accountId: string;
  /** Names of all delivery streams, including those that read a Kinesis stream. */
  readonly names: readonly string[];
  /** Names of the delivery streams that accept records from producers. */
  readonly direct: readonly string[];
  readonly onPut: (put: Put) => void;
  readonly onTrouble: (message: string) => void;
  readonly onLost: (error: Error) => void;
}

/** Firehose's API, with the logs that keep accepted records until they are delivered. */
export interface DirectPut {
  /** Holds one stream for each delivery stream, under the name that `directPutStream` gives it. */
  readonly kinesis: Kinesis;
  readonly endpoint: string;
  /** Names of the streams that this run has created. */
  readonly created: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * Accepts records that producers put to delivery streams. Acknowledged records are kept in a log on disk, as Firehose
 * keeps them for 24 hours.
 *
 * https://docs.aws.amazon.com/firehose/latest/dev/writing-with-sdk.html
 */
export async function startDirectPut(options: DirectPutOptions): Promise<DirectPut> {
  const { path, port = 0, region, accountId, direct, onPut, onTrouble, onLost } = options;
  const kinesis = Kinesis.open({ path, region, accountId, transitionMs: 0, onPut, onTrouble });
  const created = new Set<string>();
  let server: LoopbackServer;
  try {
    for (const name of direct.map(directPutStream)) {
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

/** An error that Firehose answers with status 400. */
export class FirehoseError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Largest size of a request body. A call may contain 4 MiB of data, and base64 makes it a third larger. */
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
  const body = jsonValueOf(Buffer.concat(chunks).toString("utf8") || "{}");
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
      const [id = ""] = await putToDelivery(kinesis, nameOf(body, options), [dataOf(body.Record)]);
      return { RecordId: id, Encrypted: false };
    }
    case "PutRecordBatch": {
      const records = Array.isArray(body.Records) ? body.Records : [];
      const ids = await putToDelivery(kinesis, nameOf(body, options), records.map(dataOf));
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
 * @returns an id for each record, once all of them are on disk.
 * @throws FirehoseError when a call exceeds the limits.
 */
export async function putToDelivery(
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
    StreamName: directPutStream(name),
    Records: records.map((Data) => ({ Data, PartitionKey: "firehose" })),
  });
  if (answered.FailedRecordCount)
    throw new FirehoseError("ServiceUnavailableException", "The service is unavailable. Back off and retry.");
  return records.map(() => randomBytes(165).toString("base64"));
}

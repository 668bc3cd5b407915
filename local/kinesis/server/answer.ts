import { randomFillSync, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Kinesis } from "../kinesis";
import { decodeCbor } from "../protocol/cbor";
import { coerceInput, type Wire } from "../protocol/coerce";
import { encode, encodePlain } from "../protocol/encode";
import { internalFailure, KinesisError, serialization } from "../protocol/errors";
import { decodeJson } from "../protocol/json";
import { type OperationName, operations, operationsElsewhere } from "../protocol/model";
import type { EventStreamShape, WireShape } from "../protocol/shape";

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the client disconnects. */
  readonly abort: AbortSignal;
  readonly admit?: Admit;
}

/** Decides whether the caller may make the call. @throws KinesisError when access is denied. */
export type Admit = (
  headers: IncomingHttpHeaders,
  operation: OperationName,
  input: Readonly<Record<string, unknown>>,
) => void;

/** A response: a complete body, or a stream of events that are sent as they occur. */
export interface OperationAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | string;
  readonly events?: {
    readonly values: AsyncIterable<object>;
    readonly shape: EventStreamShape;
    readonly wire: Wire;
  };
}

const jsonType = "application/x-amz-json-1.1";
const cborType = "application/x-amz-cbor-1.1";
const plainJsonType = "application/json";
const api = "Kinesis_20131202";

/** Answers a request. The checks are made in the order in which AWS's front end has been observed to make them. */
export async function answer(kinesis: Kinesis, request: Request): Promise<OperationAnswer> {
  const { method, headers, body } = request;
  if (method !== "POST") return xml(403, "AccessDeniedException", undetermined);

  const type = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  const [service, operation = ""] = String(headers["x-amz-target"] ?? "").split(".");
  const known = service === api && Object.hasOwn(operations, operation);
  const wire: Wire = type === jsonType || type === plainJsonType ? "json" : "cbor";

  if (body.length === 0)
    return failure(type === jsonType ? "json" : "cbor", known ? serialization() : unknownOperation());
  if (type !== jsonType && type !== cborType && type !== plainJsonType)
    return service && operation
      ? xml(404, "UnknownOperationException")
      : xml(403, "AccessDeniedException", undetermined);

  const data = decode(body, wire, known ? operations[operation as OperationName].input : undefined);
  if (type === plainJsonType) return plainJson(data === undefined ? 400 : 404);
  if (data === undefined) return failure(wire, serialization());
  if (!known)
    return failure(
      wire,
      service === api && operationsElsewhere.includes(operation)
        ? new KinesisError("UnknownOperationException", `${operation} is not available here.`)
        : unknownOperation(),
    );
  const unsigned = missingSignature(request);
  if (unsigned) return failure(wire, unsigned);
  return carryOut(kinesis, operation as OperationName, data, wire, request);
}

async function carryOut<O extends OperationName>(
  kinesis: Kinesis,
  operation: O,
  data: object,
  wire: Wire,
  request: Request,
): Promise<OperationAnswer> {
  const { input, output } = operations[operation];
  const shape = (output?.members as Readonly<Record<string, WireShape>> | undefined)?.EventStream;
  try {
    const abort = shape && request.abort;
    const given = coerceInput(input, data, wire);
    request.admit?.(request.headers, operation, given);
    const result = await kinesis.call(operation, given as never, abort);
    if (!output || !result) return whole(200, wire, "");
    if (shape?.type === "eventstream") {
      const values = (result as { readonly EventStream: AsyncIterable<object> }).EventStream;
      return {
        status: 200,
        headers: { "content-type": "application/vnd.amazon.eventstream", ...requestIds() },
        body: "",
        events: { values, shape, wire },
      };
    }
    return whole(200, wire, encode(output, result, wire));
  } catch (error) {
    if (error instanceof KinesisError) return failure(wire, error);
    kinesis.onTrouble(`${operation} failed: ${(error as Error).message}`);
    return failure(wire, internalFailure());
  }
}

function decode(body: Buffer, wire: Wire, shape: WireShape | undefined): object | undefined {
  try {
    const data = wire === "cbor" ? decodeCbor(body) : decodeJson(body, shape);
    return typeof data === "object" && data !== null ? data : undefined;
  } catch {
    return undefined;
  }
}

const undetermined = "Unable to determine service/operation name to be authorized";
const unknownOperation = () => new KinesisError("UnknownOperationException");

function whole(status: number, wire: Wire, body: Buffer | string): OperationAnswer {
  return {
    status,
    headers: { "content-type": wire === "json" ? jsonType : cborType, ...requestIds() },
    body,
  };
}

function failure(wire: Wire, { code, message, status }: KinesisError): OperationAnswer {
  // AWS capitalizes the key of the message for this error only.
  const key = code === "SerializationException" ? "Message" : "message";
  return whole(
    status,
    wire,
    encodePlain({ __type: code, ...(message === "" ? {} : { [key]: message }) }, wire),
  );
}

function plainJson(status: number): OperationAnswer {
  const __type = `com.amazon.coral.service#${status === 400 ? "SerializationException" : "UnknownOperationException"}`;
  return {
    status,
    headers: { "content-type": plainJsonType, ...requestIds() },
    body: JSON.stringify({ Output: { __type }, Version: "1.0" }),
  };
}

/** An XML error response, for requests that fail before the API's format (JSON or CBOR) is known. */
export function xml(status: number, type: string, message?: string): OperationAnswer {
  return {
    status,
    headers: requestIds(),
    body: message === undefined ? `<${type}/>\n` : `<${type}>\n  <Message>${message}</Message>\n</${type}>\n`,
  };
}

function requestIds(): OutgoingHttpHeaders {
  return { "x-amzn-requestid": randomUUID(), "x-amz-id-2": hostId() };
}

const hostIdBytes = 72;
/**
 * Random bytes for 64 ids at a time, since fetching them for each id would take twenty times as long as all the rest.
 */
const random = Buffer.alloc(hostIdBytes * 64);
let used = random.length;

function hostId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += hostIdBytes;
  return random.toString("base64", used - hostIdBytes, used);
}

/** The parts that a complete Authorization header contains. Nearly all requests have them, so they are tested first. */
const signed = [/[ ,]Credential=[^=, ]/, /[ ,]Signature=[^=, ]/, /[ ,]SignedHeaders=[^=, ]/];

/**
 * The error that AWS returns for a missing or incomplete signature. The signature itself is not verified, since the
 * local service knows no secret keys.
 */
function missingSignature({ headers, url }: Request): KinesisError | undefined {
  const { authorization } = headers;
  if (
    authorization &&
    !url.includes("?") &&
    headers["x-amz-date"] &&
    signed.every((part) => part.test(authorization))
  )
    return undefined;
  const query = new URLSearchParams(url.includes("?") ? url.slice(url.indexOf("?")) : "");
  const inQuery = query.has("X-Amz-Algorithm");
  if (authorization && inQuery)
    return new KinesisError(
      "InvalidSignatureException",
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  if (!authorization && !inQuery)
    return new KinesisError("MissingAuthenticationTokenException", "Missing Authentication Token");
  let message = "";
  if (authorization) {
    const given = new Set(
      authorization
        .split(/,| /)
        .slice(1)
        .map((part) => part.trim().split("="))
        .filter(([, value]) => value)
        .map(([name]) => name),
    );
    for (const name of ["Credential", "Signature", "SignedHeaders"])
      if (!given.has(name)) message += `Authorization header requires '${name}' parameter. `;
    if (!headers["x-amz-date"] && !headers.date)
      message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
    if (message) message += `Authorization=${authorization}`;
  } else {
    for (const name of [
      "X-Amz-Algorithm",
      "X-Amz-Credential",
      "X-Amz-Signature",
      "X-Amz-SignedHeaders",
      "X-Amz-Date",
    ])
      if (!query.get(name)) message += `AWS query-string parameters must include '${name}'. `;
    if (message) message += "Re-examine the query-string parameters.";
  }
  return message ? new KinesisError("IncompleteSignatureException", message) : undefined;
}

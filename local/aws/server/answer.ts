import { Readable } from "node:stream";
import type { Operation, Protocol, ServiceModel } from "../model/services";
import type { ModelStructure } from "../model/shape";
import { rpcCbor } from "../protocol/cbor";
import type { AwsError } from "../protocol/errors";
import { awsJson, bodyOf, restJson } from "../protocol/json";
import { writeQueryAnswer } from "../protocol/query";
import { bodyMembers, payloadOf, writeHeaders } from "../protocol/rest";
import { escapeXml, writeElement, xmlHeader } from "../protocol/xml";
import type { FilePart } from "./file-part";
import type { HandledCall } from "./handlers";
import type { Lent } from "./lent";

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string | Uint8Array | Readable | FilePart | Lent;
}

const contentTypes: Readonly<Record<Protocol, string>> = {
  json: "application/x-amz-json-1.1",
  query: "text/xml",
  "rest-json": "application/json",
  "rest-xml": "application/xml",
  cbor: "application/cbor",
};

/** The response with an operation's output in the given protocol. */
export function serviceAnswerOf(
  { service }: ServiceModel,
  protocol: Protocol,
  operation: Operation,
  output: object,
  { requestId, answer }: Pick<HandledCall, "requestId" | "answer">,
): ServiceAnswer {
  const ids = idHeaders(protocol, requestId);
  const status = answer.status ?? operation.traits.http?.[2] ?? 200;
  const typed = (body: ServiceAnswer["body"], more: Record<string, string> = {}): ServiceAnswer => ({
    status,
    headers: {
      "content-type": contentTypeOf(protocol, service.jsonVersion),
      ...ids,
      ...more,
      ...answer.headers,
    },
    body,
  });
  switch (protocol) {
    case "json":
      if (answer.json) return typed(answer.json);
      return typed(operation.output.kind === "unit" ? "{}" : awsJson.encode(operation.output, output));
    case "cbor":
      return typed(rpcCbor.encode(operation.output, output), { "smithy-protocol": "rpc-v2-cbor" });
    case "query":
      return typed(
        writeQueryAnswer(
          { operation: operation.name, namespace: service.namespace ?? "", requestId },
          operation.output,
          output,
        ),
      );
    case "rest-json":
    case "rest-xml": {
      if (operation.output.kind !== "structure")
        return { status, headers: { ...ids, ...answer.headers }, body: "" };
      const { members } = operation.output;
      const { headers, status: said } = writeHeaders(members, output as Readonly<Record<string, unknown>>);
      const rest = restBody(operation.output, output, protocol, service.namespace);
      return {
        status: said ?? status,
        headers: { ...rest.headers, ...ids, ...headers, ...answer.headers },
        body: rest.body,
      };
    }
  }
}

function restBody(
  shape: ModelStructure,
  output: object,
  protocol: "rest-json" | "rest-xml",
  namespace: string | undefined,
): { readonly headers: Record<string, string>; readonly body: ServiceAnswer["body"] } {
  const given = output as Readonly<Record<string, unknown>>;
  const type = { "content-type": contentTypes[protocol] };
  const payload = payloadOf(shape.members);
  if (payload) {
    const value = given[payload.name];
    if (value === undefined || value === null) return { headers: {}, body: "" };
    if (payload.shape.kind === "structure")
      return protocol === "rest-json"
        ? { headers: type, body: restJson.encode(payload.shape, value) }
        : {
            headers: type,
            body: xmlHeader + writeElement(nameOf(payload.shape), payload.shape, value as object, namespace),
          };
    return { headers: {}, body: value as ServiceAnswer["body"] };
  }
  const body = bodyMembers(shape.members);
  if (protocol === "rest-json")
    return body.length === 0
      ? { headers: type, body: "{}" }
      : { headers: type, body: restJson.encode(bodyOf(shape, body), output) };
  if (body.length === 0) return { headers: {}, body: "" };
  return {
    headers: type,
    body: xmlHeader + writeElement(nameOf(shape), bodyOf(shape, body), output, namespace),
  };
}

/** Name of the root element: the output's trait `xmlName`, or else its name with `Result` instead of `Output`. */
const nameOf = ({ name, traits }: ModelStructure): string =>
  traits.xmlName ?? name.replace(/Output$/, "Result");

const contentTypeOf = (protocol: Protocol, version: string | undefined): string =>
  protocol === "json" ? `application/x-amz-json-${version ?? "1.1"}` : contentTypes[protocol];

function idHeaders(protocol: Protocol, requestId: string): Record<string, string> {
  return protocol === "rest-xml"
    ? { "x-amz-request-id": requestId, "x-amz-id-2": requestId }
    : { "x-amzn-requestid": requestId };
}

/** The response with an error in the given protocol. @param model Undefined when the service is not supported. */
export function errorAnswer(
  model: ServiceModel | undefined,
  protocol: Protocol,
  error: AwsError,
  requestId: string,
  resource: string,
): ServiceAnswer {
  const traits = model?.errorTraits(error.code);
  const status = error.status ?? traits?.httpError ?? 400;
  const fault = status < 500 ? "Sender" : "Receiver";
  const ids = idHeaders(protocol, requestId);
  const [queryCode] = traits?.awsQueryError ?? [error.code];
  const compatible: Record<string, string> = model?.service.queryCompatible
    ? { "x-amzn-query-error": `${queryCode};${fault}` }
    : {};
  const headers = {
    "content-type": contentTypeOf(protocol, model?.service.jsonVersion),
    ...ids,
    ...(protocol === "json" || protocol === "cbor" ? compatible : {}),
  };
  const text = { message: error.message, ...error.members };
  switch (protocol) {
    case "json":
      return { status, headers, body: JSON.stringify({ __type: error.code, ...text }) };
    case "cbor":
      return {
        status,
        headers: { ...headers, "smithy-protocol": "rpc-v2-cbor" },
        body: rpcCbor.encode({ kind: "document" }, { __type: error.code, ...text }),
      };
    case "rest-json":
      return {
        status,
        headers: { ...headers, "x-amzn-errortype": error.code },
        body: JSON.stringify({
          Type: fault === "Sender" ? "User" : "Service",
          Message: error.message,
          ...text,
        }),
      };
    case "query":
      return {
        status,
        headers,
        body:
          `${xmlHeader}<ErrorResponse xmlns="${model?.service.namespace ?? ""}"><Error><Type>${fault}</Type>` +
          `<Code>${escapeXml(queryCode)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
    case "rest-xml":
      return {
        status,
        headers,
        body:
          `${xmlHeader}<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
          Object.entries(error.members)
            .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
            .join("") +
          `<Resource>${escapeXml(resource)}</Resource><RequestId>${requestId}</RequestId><HostId>${requestId}</HostId></Error>`,
      };
  }
}

export const isStream = (body: ServiceAnswer["body"]): body is Readable => body instanceof Readable;

import { cbor } from "@smithy/core/cbor";
import { describe, expect, it } from "vitest";
import {
  type Operation,
  type ServiceDescription,
  ServiceModel,
  services,
} from "../../local/aws/model/services";
import type { ModelShape } from "../../local/aws/model/shape";
import { TestEndpoint } from "./fixtures/endpoint";

type Input = Readonly<Record<string, unknown>>;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Values of other types than a member's. */
const wrong = ["x", 1, true, [], {}, [[]], { a: { a: {} } }];

/** Values of a shape's type that make little sense. */
function oddOf(shape: ModelShape): readonly unknown[] {
  switch (shape.kind) {
    case "string":
      return ["", "..", "../../x", "\u0000", "x".repeat(3_000), "arn:aws:s3:::", "é%ff/#?", "-1"];
    case "number":
      return [-1, 0, 2 ** 53, 1e300];
    case "timestamp":
      return [-1e15, 0, 1e15];
    case "list": {
      const members = oddOf(shape.member.shape);
      return [[], [null], [members[0]], Array(50).fill(members.at(-1))];
    }
    case "map":
      return [{}, { "": oddOf(shape.value.shape)[0] }, { constructor: null }];
    case "structure":
      return [{}, Object.fromEntries(shape.members.map(({ name, shape: inner }) => [name, plainOf(inner)]))];
    default:
      return [null];
  }
}

function plainOf(shape: ModelShape): unknown {
  const plain: Readonly<Record<string, unknown>> = {
    string: "x",
    number: 1,
    boolean: true,
    timestamp: 0,
    list: [],
  };
  return shape.kind === "blob" ? "AA==" : (plain[shape.kind] ?? {});
}

/** What is there, so that not every request ends at the first name. */
const names: Input = { Bucket: "lake", Key: "k", DatabaseName: "lab", Name: "x", TableName: "t" };

function* inputsOf({ input }: Operation): Generator<Input> {
  const members = input.members.filter(({ name }) => name !== "ContentLength");
  const named = Object.fromEntries(
    members.flatMap(({ name }) => (name in names ? [[name, names[name]]] : [])),
  );
  yield {};
  yield named;
  for (const { name, shape } of members)
    for (const value of [...oddOf(shape), ...wrong]) yield { ...named, [name]: value };
}

function* requestsOf(
  service: ServiceDescription,
  operation: Operation,
): Generator<Request & { readonly input: Input }> {
  for (const input of inputsOf(operation))
    for (const request of requestsWith(service, operation, input)) yield { input, ...request };
}

function* requestsWith(service: ServiceDescription, operation: Operation, input: Input): Generator<Request> {
  const post = (headers: Request["headers"], body: Request["body"], path = "/"): Request => ({
    method: "POST",
    path,
    headers,
    body,
  });
  if (service.protocol === "json") {
    const type = `application/x-amz-json-${service.jsonVersion}`;
    const target = `${service.target}.${operation.name}`;
    yield post({ "x-amz-target": target, "content-type": type }, JSON.stringify(input));
    if (service.rpcName)
      yield post(
        { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
        new Uint8Array(cbor.serialize(input)),
        `/service/${service.rpcName}/operation/${operation.name}`,
      );
  } else if (service.protocol === "query") {
    const form = new URLSearchParams({ Action: operation.name });
    for (const [name, value] of Object.entries(input)) form.set(name, textOf(value));
    yield post({ "content-type": "application/x-www-form-urlencoded" }, form.toString());
  } else if (operation.traits.http) {
    yield restRequest(service, operation, operation.traits.http, input);
  }
}

function restRequest(
  { protocol }: ServiceDescription,
  { input: shape }: Operation,
  [method, uri]: readonly [method: string, uri: string, status: number],
  input: Input,
): Request {
  let path = uri;
  let payload: unknown;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const { name, traits } of shape.members) {
    const text = textOf(input[name] ?? names[name] ?? "x");
    if (traits.httpLabel) path = path.replace(new RegExp(`\\{${name}\\+?\\}`), encodeURIComponent(text));
    else if (input[name] === undefined) continue;
    else if (traits.httpQuery !== undefined) query.set(traits.httpQuery, text);
    else if (traits.httpHeader !== undefined) headers[traits.httpHeader] = encodeURIComponent(text);
    else if (traits.httpPayload) payload = input[name];
    else body[name] = input[name];
  }
  const json = JSON.stringify(payload ?? body);
  const separator = path.includes("?") ? "&" : "?";
  return {
    method,
    path: `${path}${separator}${query}`,
    headers,
    body: protocol === "rest-xml" ? `<Input>${json}</Input>` : json,
  };
}

const textOf = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

describe("a request that makes no sense", () => {
  const shared = TestEndpoint.shared();

  it.each(services.map((service) => [service.name, service] as const))(
    "is refused by %s as the client's mistake",
    async (_, service) => {
      const { endpoint, troubles } = await shared();
      const scope = `20260101/us-east-1/${service.signingName ?? service.name}/aws4_request`;
      const authorization = `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=host, Signature=0`;
      const failed: string[] = [];
      for (const operation of (await ServiceModel.load(service)).operations) {
        for (const { input, method, path, headers, body } of requestsOf(service, operation)) {
          const response = await fetch(endpoint.url + path, {
            method,
            headers: { authorization, ...headers },
            ...(method !== "GET" && method !== "HEAD" && { body }),
          });
          // What has no answer here has the same one for whatever it is asked.
          if ((await response.text()).includes("is not answered on this machine")) break;
          if (response.status >= 500)
            failed.push(`${response.status} ${operation.name} ${JSON.stringify(input).slice(0, 200)}`);
        }
      }
      expect({ failed, troubles }).toEqual({ failed: [], troubles: [] });
    },
  );
});

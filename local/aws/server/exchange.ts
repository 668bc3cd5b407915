import { randomUUID } from "node:crypto";
import { pipeline, type Readable } from "node:stream";
import { type Incoming, type Outgoing, requestRefusal } from "@streaming-data-lake/kinesis";
import { actionsOn } from "@streaming-data-lake/runner/access/calls";
import { AccessDenied, type Authorize } from "@streaming-data-lake/runner/access/control";
import { type Operation, type Protocol, type ServiceDescription, ServiceModel } from "../model/services";
import { rpcCbor } from "../protocol/cbor";
import { AwsError, internalError } from "../protocol/errors";
import { awsJson, bodyOf, restJson } from "../protocol/json";
import { readQuery } from "../protocol/query";
import { bodyMembers, matchPath, payloadOf, type RestRoute, readBindings, routesOf } from "../protocol/rest";
import { readXml } from "../protocol/xml";
import { errorAnswer, isStream, type ServiceAnswer, serviceAnswerOf } from "./answer";
import { readBody } from "./body";
import type { Credentials, Identity } from "./credentials";
import { handOn } from "./fallback";
import { FilePart, sendFile } from "./file-part";
import type { AnyHandlers, HandledCall } from "./handlers";
import { identify } from "./identify";
import { isLent, type Lent } from "./lent";
import { headOf, hostOf, type RequestHead, withoutBucket } from "./request";
import { routeS3 } from "./route-s3";
import { readSignature } from "./signature";
import { notAnswered, unknownService } from "./unknown-service";

/** What currently answers requests: the services on top of a runner's state. */
export interface Answering {
  handlers(service: string): AnyHandlers | undefined;
  /** Passes a request to Kinesis, which reads and answers its requests itself. */
  kinesis(incoming: Incoming, outgoing: Outgoing, identity: Identity): Promise<void>;
  readonly authorize: Authorize;
}

export interface ServiceExchangeOptions {
  readonly port: () => number;
  readonly credentials: Credentials;
  /** What answers requests, or undefined while there is no runner. */
  readonly answering: () => Answering | undefined;
  /** URL to which requests are forwarded that are not supported here. @default - they are refused */
  readonly fallback?: string | undefined;
  readonly onTrouble: (message: string) => void;
}

/** A request whose service and operation are known. */
interface Request {
  readonly head: RequestHead;
  readonly model: ServiceModel;
  readonly protocol: Protocol;
  readonly operation: Operation | undefined;
  /** Name of the operation as the client gave it, even if there is no such operation. */
  readonly name: string;
  /** The request's body, or undefined for an S3 object, whose body the handler reads as a stream. */
  readonly body: Buffer | undefined;
  readonly form?: URLSearchParams;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Reads requests, passes each to the handler of its operation, and sends the responses. */
export class ServiceExchange {
  private readonly models = new Map<string, Promise<ServiceModel>>();
  private readonly routes = new Map<string, readonly RestRoute[]>();

  constructor(private readonly options: ServiceExchangeOptions) {}

  async handle(incoming: Incoming, outgoing: Outgoing): Promise<void> {
    const departure = new Departure();
    outgoing.on("close", () => departure.happened());
    // A client that disconnects is not an error of this server.
    incoming.on("error", () => departure.happened());
    outgoing.on("error", () => departure.happened());
    const refused = requestRefusal(withoutBucket(incoming.headers), this.options.port(), false);
    const requestId = randomUUID();
    const answering = this.options.answering();
    if (refused || !answering) {
      const error = refused
        ? new AwsError("AccessDenied", refused, 403)
        : new AwsError("ServiceUnavailable", "The runner is starting; try again.", 503);
      return this.send(outgoing, errorAnswer(undefined, "rest-xml", error, requestId, ""), incoming);
    }
    await this.answer(incoming, outgoing, { answering, requestId, departure });
  }

  private async answer(incoming: Incoming, outgoing: Outgoing, given: Given): Promise<void> {
    const head = headOf(incoming);
    const { requestId, answering } = given;
    const known: { model?: ServiceModel; protocol: Protocol } = { protocol: "rest-xml" };
    try {
      const signature = readSignature(head);
      const target = identify(head, signature);
      if (target === undefined || typeof target === "string") {
        if (await this.fallBack(incoming, outgoing, head, incoming)) return;
        const { protocol, error } = await unknownService(target, head, incoming);
        known.protocol = protocol;
        throw error;
      }
      if (target.service === "kinesis") {
        const identity = this.options.credentials.identify(signature ?? { accessKeyId: "" });
        return await answering.kinesis(incoming, outgoing, identity);
      }
      known.model = await this.model(target.service);
      known.protocol = target.protocol;
      if (!signature) throw unsigned(target.protocol);
      const identity = this.options.credentials.identify(signature);
      const request = await this.read(incoming, head, known.model, target.protocol, target.operation);
      const handler = request.operation && answering.handlers(target.service.name)?.[request.operation.name];
      if (!request.operation || !handler) {
        if (await this.fallBack(incoming, outgoing, head, request.body ?? incoming)) return;
        throw notHere(request);
      }
      const call = this.call(request, identity, given);
      const input = inputOf(request, request.operation, incoming);
      const output = ((await handler(input as never, call)) ?? {}) as object;
      this.send(
        outgoing,
        serviceAnswerOf(known.model, known.protocol, request.operation, output, call),
        incoming,
      );
    } catch (error) {
      if (given.departure.isOver) {
        outgoing.destroy();
        return;
      }
      const told = error instanceof AwsError ? error : this.unexpected(error, head);
      this.send(outgoing, errorAnswer(known.model, known.protocol, told, requestId, head.path), incoming);
    }
  }

  private unexpected(error: unknown, { method, path, headers }: RequestHead): AwsError {
    const what = headers["x-amz-target"] ?? `${method} ${path}`;
    this.options.onTrouble(`${String(what)} failed: ${(error as Error).message}`);
    return internalError();
  }

  private async read(
    incoming: Incoming,
    head: RequestHead,
    model: ServiceModel,
    protocol: Protocol,
    operation: string | undefined,
  ): Promise<Request> {
    const encoding = head.headers["content-encoding"];
    const base = { head, model, protocol };
    const ofModel = (name: string) => ({ operation: model.operation(name), name });
    if (protocol === "rest-xml") {
      const route = routeS3(model, head);
      const payload = route && payloadOf(route.operation.input.members);
      const streams = payload?.shape.kind === "blob" && payload.shape.streaming;
      const body = streams ? undefined : await readBody(incoming, encoding);
      if (!route) return { ...base, body, operation: undefined, name: `${head.method} ${head.path}` };
      return { ...base, ...ofModel(route.operation.name), body, labels: route.labels };
    }
    const body = await readBody(incoming, encoding);
    if (protocol === "query") {
      const form = new URLSearchParams(body.toString("utf8") || head.query.toString());
      return { ...base, ...ofModel(form.get("Action") ?? ""), body, form };
    }
    if (protocol !== "rest-json") return { ...base, ...ofModel(operation ?? ""), body };
    for (const route of this.routesOf(model)) {
      if (route.method !== head.method) continue;
      const labels = matchPath(route, head.path);
      if (labels) return { ...base, ...ofModel(route.operation.name), body, labels };
    }
    return { ...base, body, operation: undefined, name: `${head.method} ${head.path}` };
  }

  private call({ head, name, model, protocol }: Request, identity: Identity, given: Given): HandledCall {
    const denied = deniedOf(protocol);
    const ask: HandledCall["allowAll"] = (calls) => {
      if (identity.kind === "user") return;
      try {
        given.answering.authorize(...calls(identity.role));
      } catch (error) {
        if (!(error instanceof AccessDenied)) throw error;
        throw model.service.name === "sns"
          ? new AwsError("AuthorizationError", error.message, 403)
          : new AwsError(denied.code, error.message, denied.status);
      }
    };
    return {
      operation: name,
      identity,
      requestId: given.requestId,
      headers: head.headers,
      get gone() {
        return given.departure.signal;
      },
      url: `http://${hostOf(withoutBucket(head.headers))}`,
      answer: { headers: {} },
      allow: (actions, resource, context) =>
        ask((role) => actionsOn(role, resource, typeof actions === "string" ? [actions] : actions, context)),
      allowAll: ask,
    };
  }

  private model(service: ServiceDescription): Promise<ServiceModel> {
    const model = this.models.get(service.name) ?? ServiceModel.load(service);
    this.models.set(service.name, model);
    return model;
  }

  private routesOf(model: ServiceModel): readonly RestRoute[] {
    const { name } = model.service;
    // Routes with fewer labels come first, so that a literal segment is preferred to a label that would also match.
    const routes = this.routes.get(name) ?? routesOf(model.operations).sort((a, b) => labels(a) - labels(b));
    this.routes.set(name, routes);
    return routes;
  }

  /** Forwards a request to the fallback endpoint, if there is one. @returns whether it was forwarded. */
  private async fallBack(
    incoming: Incoming,
    outgoing: Outgoing,
    head: RequestHead,
    body: Readable | Buffer,
  ): Promise<boolean> {
    const { fallback } = this.options;
    if (fallback === undefined) return false;
    try {
      await handOn(fallback, head, incoming.url ?? "/", body, outgoing);
    } catch (error) {
      throw new AwsError(
        "ServiceUnavailable",
        `The fallback endpoint ${fallback} does not answer: ${(error as Error).message}`,
        503,
      );
    }
    return true;
  }

  private send(outgoing: Outgoing, answer: ServiceAnswer, incoming: Incoming): void {
    const { status, headers } = answer;
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    // Some clients read the response only after sending the whole body, so the rest of a refused one is read too.
    if (!incoming.readableEnded) incoming.resume();
    const body = sendable(answer.body, outgoing);
    if (body instanceof FilePart) {
      outgoing.writeHead(status, headers);
      // A failure needs no report: either the client has disconnected, or it sees that the response was aborted.
      sendFile(body, outgoing).catch(() => {});
      return;
    }
    if (isStream(body)) {
      outgoing.writeHead(status, headers);
      pipeline(body, outgoing as NodeJS.WritableStream, () => {});
      return;
    }
    const isEmpty = status === 204 || status === 304;
    const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
    outgoing.writeHead(status, {
      ...(isEmpty ? {} : { "content-length": String(length) }),
      ...headers,
    });
    if (isEmpty || incoming.method === "HEAD") outgoing.end();
    else outgoing.end(body as string);
  }
}

/** The body to send. A lent buffer is given back when the response has been sent or the client has disconnected. */
function sendable(body: ServiceAnswer["body"], outgoing: Outgoing): Exclude<ServiceAnswer["body"], Lent> {
  if (typeof body === "string" || !isLent(body)) return body;
  outgoing.once("close", () => body.giveBack());
  return body.bytes;
}

interface Given {
  readonly answering: Answering;
  readonly requestId: string;
  readonly departure: Departure;
}

/**
 * Whether the client has disconnected. The AbortSignal is created on first use, since it takes longer than a small
 * response and few operations need it.
 */
class Departure {
  private controller: AbortController | undefined;
  isOver = false;

  happened(): void {
    this.isOver = true;
    this.controller?.abort();
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isOver) this.controller.abort();
    return this.controller.signal;
  }
}

const labels = ({ segments }: RestRoute): number =>
  segments.filter((segment) => typeof segment !== "string").length;

function inputOf(request: Request, operation: Operation, incoming: Incoming): object {
  const { protocol, body, form, head, labels: found = {} } = request;
  const { input } = operation;
  if (protocol === "json") return awsJson.decode(input, body?.toString("utf8") ?? "") as object;
  if (protocol === "cbor") return rpcCbor.decode(input, body ?? Buffer.alloc(0)) as object;
  if (protocol === "query") return readQuery(input, form ?? new URLSearchParams());
  const bound = readBindings(input.members, head, found);
  const payload = payloadOf(input.members);
  if (payload) {
    const isText = payload.shape.kind === "structure";
    if (payload.shape.kind === "blob" && payload.shape.streaming)
      return { ...bound, [payload.name]: incoming };
    if (!body || body.length === 0) return bound;
    if (!isText)
      return { ...bound, [payload.name]: payload.shape.kind === "blob" ? body : body.toString("utf8") };
    const text = body.toString("utf8");
    const value =
      protocol === "rest-json" ? restJson.decode(payload.shape, text) : readXml(payload.shape, text);
    return { ...bound, [payload.name]: value };
  }
  const members = bodyMembers(input.members);
  if (members.length === 0 || !body || body.length === 0) return bound;
  const text = body.toString("utf8");
  const shape = bodyOf(input, members);
  const value = protocol === "rest-json" ? restJson.decode(shape, text) : readXml(shape, text);
  return { ...(value as object), ...bound };
}

const deniedOf = (protocol: Protocol): { readonly code: string; readonly status: number } =>
  protocol === "rest-xml" || protocol === "query"
    ? { code: "AccessDenied", status: 403 }
    : { code: "AccessDeniedException", status: protocol === "rest-json" ? 403 : 400 };

const unsigned = (protocol: Protocol): AwsError =>
  protocol === "rest-xml"
    ? new AwsError("AccessDenied", "Access Denied", 403)
    : new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);

/** The error for an operation that the service does not have, or that is not supported here. */
function notHere({ model, name, operation, protocol }: Request): AwsError {
  const { service } = model;
  if (!operation) {
    const message = `${service.name} has no operation ${name}`;
    if (protocol === "query") return new AwsError("InvalidAction", message);
    return protocol === "rest-xml"
      ? new AwsError("MethodNotAllowed", message, 405)
      : new AwsError("UnknownOperationException", message, protocol === "rest-json" ? 404 : 400);
  }
  return notAnswered(protocol, `${service.name}:${name}`);
}

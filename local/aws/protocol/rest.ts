import type { Operation } from "../model/services";
import type { Member, ModelShape } from "../model/shape";
import { AwsError } from "./errors";
import { readTime, writeTime } from "./times";

/** The method and path of an operation's requests: https://smithy.io/2.0/spec/http-bindings.html */
export interface RestRoute {
  readonly operation: Operation;
  readonly method: string;
  readonly segments: readonly (string | { readonly label: string; readonly greedy: boolean })[];
  /** Query parameters that a request must have. The value "" stands for any value. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

export function routesOf(operations: readonly Operation[], prefix = ""): RestRoute[] {
  return operations.flatMap((operation) => {
    const { http } = operation.traits;
    if (!http) return [];
    const [method, uri] = http;
    const [path = "", query = ""] = `${prefix}${uri}`.split("?");
    const segments = path
      .split("/")
      .filter((part) => part !== "")
      .map((part) => {
        const [, label, plus] = /^\{(.*?)(\+?)\}$/.exec(part) ?? [];
        return label === undefined ? part : { label, greedy: plus === "+" };
      });
    return [{ operation, method, segments, query: [...new URLSearchParams(query)] }];
  });
}

export interface RestRequest {
  readonly method: string;
  /** Path of the URL, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Matches a path. @returns the values of the route's labels, or undefined when the path does not match. */
export function matchPath({ segments }: RestRoute, path: string): Record<string, string> | undefined {
  const parts = path.replace(/^\//, "").split("/");
  if (parts.at(-1) === "" && parts.length > segments.length) parts.pop();
  const labels: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (typeof segment === "string") {
      if (segment !== part) return undefined;
    } else if (segment.greedy) {
      labels[segment.label] = decodeLabel(parts.slice(index).join("/"));
      return labels;
    } else {
      if (part === "") return undefined;
      labels[segment.label] = decodeLabel(part);
    }
  }
  return parts.filter((part) => part !== "").length === segments.length ? labels : undefined;
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

/** A member that is bound to a part of the request or response other than the body. */
interface Bound {
  readonly name: string;
  readonly shape: ModelShape;
  readonly place: "label" | "query" | "header" | "prefix" | "status";
  /** Name of the label, parameter or header, or prefix of headers. Those of headers are in lower case. */
  readonly key: string;
}

interface Bindings {
  readonly bound: readonly Bound[];
  readonly payload: Member | undefined;
  readonly body: readonly Member[];
}

/** Bindings that have already been computed. S3's operations have dozens of members, so that repeating it is slow. */
const known = new WeakMap<readonly Member[], Bindings>();

function bindingsOf(members: readonly Member[]): Bindings {
  const before = known.get(members);
  if (before) return before;
  const bindings = {
    bound: members.flatMap((member) => boundAs(member) ?? []),
    payload: members.find(({ traits }) => traits.httpPayload),
    body: members.filter(
      (member) => !boundAs(member) && !member.traits.httpPayload && !member.traits.httpQueryParams,
    ),
  };
  known.set(members, bindings);
  return bindings;
}

function boundAs({ name, shape, traits }: Member): Bound | undefined {
  if (traits.httpLabel) return { name, shape, place: "label", key: name };
  if (traits.httpResponseCode) return { name, shape, place: "status", key: "" };
  if (traits.httpQuery !== undefined) return { name, shape, place: "query", key: traits.httpQuery };
  if (traits.httpHeader !== undefined)
    return { name, shape, place: "header", key: traits.httpHeader.toLowerCase() };
  if (traits.httpPrefixHeaders !== undefined)
    return { name, shape, place: "prefix", key: traits.httpPrefixHeaders.toLowerCase() };
  return undefined;
}

/** Reads the members of an input that are not in the request's body. */
export function readBindings(
  members: readonly Member[],
  request: RestRequest,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const bound of bindingsOf(members).bound) {
    const value = readBound(bound, request, labels);
    if (value !== undefined) input[bound.name] = value;
  }
  return input;
}

function readBound(
  { place, key, shape }: Bound,
  { query, headers }: RestRequest,
  labels: Readonly<Record<string, string>>,
): unknown {
  switch (place) {
    case "label":
      return labels[key] === undefined ? undefined : readText(shape, labels[key]);
    case "query": {
      if (query.size === 0) return undefined;
      const values = query.getAll(key);
      const [first] = values;
      if (first === undefined) return undefined;
      return shape.kind === "list"
        ? values.map((one) => readText(shape.member.shape, one))
        : readText(shape, first);
    }
    case "header": {
      const value = headers[key];
      if (value === undefined) return undefined;
      const text = typeof value === "string" ? value : value.join(",");
      return shape.kind === "list"
        ? text.split(",").map((one) => readText(shape.member.shape, one.trim()))
        : readText(shape, text);
    }
    case "prefix": {
      const found = Object.entries(headers).filter(([header]) => header.startsWith(key));
      return found.length === 0
        ? undefined
        : Object.fromEntries(found.map(([header, value]) => [header.slice(key.length), String(value)]));
    }
    case "status":
      return undefined;
  }
}

function readText(shape: ModelShape, text: string): unknown {
  switch (shape.kind) {
    case "number": {
      const number = Number(text);
      if (text.trim() === "" || Number.isNaN(number))
        throw new AwsError("InvalidArgument", `${text} is not a number`);
      return number;
    }
    case "boolean":
      return text.toLowerCase() === "true";
    case "timestamp":
      return readTime(text);
    case "blob":
      return Buffer.from(text, "base64");
    default:
      return text;
  }
}

/** The members in the body of a request or response, except for a payload member. */
export const bodyMembers = (members: readonly Member[]): readonly Member[] => bindingsOf(members).body;

export const payloadOf = (members: readonly Member[]): Member | undefined => bindingsOf(members).payload;

/** The headers of a response, and its status if a member determines it. */
export function writeHeaders(
  members: readonly Member[],
  output: Readonly<Record<string, unknown>>,
): { readonly headers: Record<string, string>; readonly status?: number } {
  const headers: Record<string, string> = {};
  let status: number | undefined;
  for (const { name, shape, place, key } of bindingsOf(members).bound) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (place === "status") status = Number(value);
    else if (place === "header") headers[key] = writeText(shape, value);
    else if (place === "prefix")
      for (const [end, one] of Object.entries(value as object))
        headers[`${key}${end}`.toLowerCase()] = String(one);
  }
  return { headers, ...(status !== undefined && { status }) };
}

function writeText(shape: ModelShape, value: unknown): string {
  if (shape.kind === "timestamp") return String(writeTime(value as Date, shape.format ?? "http-date"));
  if (shape.kind === "list") return (value as unknown[]).join(",");
  return String(value);
}

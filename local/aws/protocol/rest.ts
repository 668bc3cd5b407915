import type { Operation } from "../model/services";
import type { Member, Shape } from "../model/shape";
import { AwsError } from "./errors";
import { readTime, writeTime } from "./times";

/** Where an operation's requests go: https://smithy.io/2.0/spec/http-bindings.html */
export interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly segments: readonly (string | { readonly label: string; readonly greedy: boolean })[];
  /** Parameters that must be there; with "" whatever their value. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

export function routesOf(operations: readonly Operation[], prefix = ""): Route[] {
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
  /** With its percents. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** @returns the labels' values; undefined for another path. */
export function matchPath({ segments }: Route, path: string): Record<string, string> | undefined {
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
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", 400);
  }
}

/** Reads what a request says beside its body. */
export function readBindings(
  members: readonly Member[],
  request: RestRequest,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const { name, shape, traits } of members) {
    const value = bound(name, shape, traits, request, labels);
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function bound(
  name: string,
  shape: Shape,
  traits: Member["traits"],
  { query, headers }: RestRequest,
  labels: Readonly<Record<string, string>>,
): unknown {
  if (traits.httpLabel) return labels[name] === undefined ? undefined : readText(shape, labels[name]);
  if (traits.httpQuery !== undefined) {
    const values = query.getAll(traits.httpQuery);
    const [first] = values;
    if (first === undefined) return undefined;
    return shape.kind === "list"
      ? values.map((one) => readText(shape.member.shape, one))
      : readText(shape, first);
  }
  if (traits.httpHeader !== undefined) {
    const value = headers[traits.httpHeader.toLowerCase()];
    if (value === undefined) return undefined;
    const text = typeof value === "string" ? value : value.join(",");
    return shape.kind === "list"
      ? text.split(",").map((one) => readText(shape.member.shape, one.trim()))
      : readText(shape, text);
  }
  if (traits.httpPrefixHeaders !== undefined) {
    const prefix = traits.httpPrefixHeaders.toLowerCase();
    const found = Object.entries(headers).filter(([header]) => header.startsWith(prefix));
    return found.length === 0
      ? undefined
      : Object.fromEntries(found.map(([header, value]) => [header.slice(prefix.length), String(value)]));
  }
  return undefined;
}

function readText(shape: Shape, text: string): unknown {
  switch (shape.kind) {
    case "number": {
      const number = Number(text);
      if (text.trim() === "" || Number.isNaN(number))
        throw new AwsError("InvalidArgument", `${text} is no number`, 400);
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

/** The members that are in a request's or an answer's body, apart from a payload. */
export const bodyMembers = (members: readonly Member[]): readonly Member[] =>
  members.filter(
    ({ traits }) =>
      !traits.httpLabel &&
      !traits.httpPayload &&
      !traits.httpResponseCode &&
      !traits.httpQueryParams &&
      traits.httpHeader === undefined &&
      traits.httpQuery === undefined &&
      traits.httpPrefixHeaders === undefined,
  );

export const payloadOf = (members: readonly Member[]): Member | undefined =>
  members.find(({ traits }) => traits.httpPayload);

/** The headers of an answer, and its status where a member says it. */
export function writeHeaders(
  members: readonly Member[],
  output: Readonly<Record<string, unknown>>,
): { readonly headers: Record<string, string>; readonly status?: number } {
  const headers: Record<string, string> = {};
  let status: number | undefined;
  for (const { name, shape, traits } of members) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (traits.httpResponseCode) status = Number(value);
    if (traits.httpHeader !== undefined) headers[traits.httpHeader.toLowerCase()] = writeText(shape, value);
    if (traits.httpPrefixHeaders !== undefined)
      for (const [key, one] of Object.entries(value as object))
        headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = String(one);
  }
  return { headers, ...(status !== undefined && { status }) };
}

function writeText(shape: Shape, value: unknown): string {
  if (shape.kind === "timestamp") return String(writeTime(value as Date, shape.format ?? "http-date"));
  if (shape.kind === "list") return (value as unknown[]).join(",");
  return String(value);
}

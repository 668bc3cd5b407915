import type { IncomingHttpHeaders } from "node:http";
import type { Incoming } from "@streaming-data-lake/kinesis";

/** What is known about a request before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** Path of the URL, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The bucket of a virtual-hosted-style address, such as `bucket.localhost:4566`. */
  readonly hostBucket?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
const virtualHost = /^(.+?)\.(?:s3\.)?(localhost(?::\d+)?)$/i;

export function headOf({ method = "GET", url = "/", headers }: Incoming): RequestHead {
  const [path = "/", ...rest] = url.replace(/^https?:\/\/[^/]+/, "").split("?");
  const host = hostOf(headers);
  const [, hostBucket] = virtualHost.exec(host) ?? [];
  return {
    method,
    path,
    query: new URLSearchParams(rest.join("?")),
    headers,
    ...(hostBucket !== undefined && hostBucket !== "s3" && { hostBucket }),
  };
}

export const hostOf = (headers: IncomingHttpHeaders): string =>
  headers.host ?? (headers[":authority"] as string | undefined) ?? "";

/**
 * The headers with the bucket removed from the host name. This is safe, since no web page can have a host name below
 * `localhost`: browsers always resolve those to this machine.
 */
export function withoutBucket(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const [, , host] = virtualHost.exec(hostOf(headers)) ?? [];
  return host === undefined ? headers : { ...headers, host };
}

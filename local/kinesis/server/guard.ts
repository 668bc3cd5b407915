import type { IncomingHttpHeaders } from "node:http";

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i;

/**
 * The reason to refuse a request that a web page may have sent, or undefined when the request is allowed. Web pages
 * must not reach a server on this machine, neither directly (browsers then send an Origin or Sec-Fetch-Site header) nor
 * through a host name of theirs that resolves to this machine (DNS rebinding).
 *
 * @param anyHost Whether the server listens beyond loopback, where clients may use host names that it does not know.
 */
export function requestRefusal(
  headers: IncomingHttpHeaders,
  port: number,
  anyHost: boolean,
): string | undefined {
  if (headers.origin !== undefined) return "requests of web pages are refused";
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "none") return "requests of web pages are refused";
  if (anyHost) return undefined;
  const host = headers.host ?? (headers[":authority"] as string | undefined) ?? "";
  const [, name = host, given] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  if (loopback.test(name) && Number(given ?? 80) === port) return undefined;
  return `the host must be localhost or a loopback address with port ${port}`;
}

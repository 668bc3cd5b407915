import type { IncomingHttpHeaders } from "node:http";

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i;

/**
 * Why a request is refused that a web page may have made: none may talk to a server on this machine, be it directly
 * (browsers say where a request comes from) or under a name of its own that leads here (DNS rebinding).
 *
 * @param anyHost The server was told to listen beyond loopback, and so under names that it can't know.
 */
export function refusal(headers: IncomingHttpHeaders, port: number, anyHost: boolean): string | undefined {
  if (headers.origin !== undefined) return "requests of web pages are refused";
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "none") return "requests of web pages are refused";
  if (anyHost) return undefined;
  const host = headers.host ?? (headers[":authority"] as string | undefined) ?? "";
  const [, name = host, given] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  if (loopback.test(name) && Number(given ?? 80) === port) return undefined;
  return `the host must be localhost or a loopback address with port ${port}`;
}

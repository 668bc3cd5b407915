import { createHash, timingSafeEqual } from "node:crypto";
import { loopbackHosts } from "@streaming-data-lake/runner/loopback-server";
import type { MiddlewareHandler } from "hono";
import { Refused } from "./refused";

/**
 * Refuses requests under another host name (DNS rebinding) and requests from pages of another site:
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export const sameSite =
  (port: () => number): MiddlewareHandler =>
  async (context, next) => {
    const host = context.req.header("host")?.toLowerCase() ?? "";
    if (!loopbackHosts(port()).includes(host))
      throw new Refused(403, `the Host header must be 127.0.0.1:${port()} or localhost:${port()}`);
    const origin = context.req.header("origin");
    if (origin !== undefined && origin.toLowerCase() !== `http://${host}`)
      throw new Refused(403, "requests of other sites' pages are refused");
    await next();
  };

/** Refuses requests without the token, and requests from pages of another origin. */
export const withToken =
  (token: string): MiddlewareHandler =>
  async (context, next) => {
    const site = context.req.header("sec-fetch-site");
    if (site !== undefined && site !== "none" && site !== "same-origin")
      throw new Refused(403, "requests of other sites' pages are refused");
    const [, given = ""] = /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "") ?? [];
    if (!isEqual(given, token))
      throw new Refused(401, "the token is missing or wrong: open the URL that the runner prints, as it is");
    await next();
  };

function isEqual(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * A policy that allows only the page's own scripts, forbids framing it, and forbids connections to other servers.
 *
 * @param styles The inline style sheets of the page. No others are allowed.
 */
export const securityPolicy = (styles: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...styles.map((text) => `'sha256-${sha256(text)}'`)].join(" "),
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64");

const policyOfAll = securityPolicy();

export const safeHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  if (!context.res.headers.has("Content-Security-Policy"))
    context.header("Content-Security-Policy", policyOfAll);
  context.header("X-Content-Type-Options", "nosniff");
  context.header("Referrer-Policy", "no-referrer");
  context.header("Cross-Origin-Resource-Policy", "same-origin");
  // Cross-Origin-Opener-Policy is omitted, because it makes the browser start another process for the page, which takes
  // 250 ms. A page that opened this one learns nothing from it: this page handles no messages and has no frames.
  context.header("Origin-Agent-Cluster", "?1");
};

import type { Readable } from "node:stream";
import type { Protocol } from "../model/services";
import { AwsError } from "../protocol/errors";
import { readBody } from "./body";
import type { RequestHead } from "./request";

/** Whose answers are XML, of those that no header of a request tells from the others. */
const inXml = ["cloudfront", "route53", "s3-outposts", "s3express"];

/**
 * What is answered for a service that is not here, in the protocol that its client reads.
 *
 * @param service As the signature or the target names it; undefined where neither is there.
 */
export async function unknownService(
  service: string | undefined,
  { method, path, headers }: RequestHead,
  body: Readable,
): Promise<{ readonly protocol: Protocol; readonly error: AwsError }> {
  const target = headers["x-amz-target"];
  if (service === undefined && target === undefined)
    return {
      protocol: "rest-xml",
      error: new AwsError(
        "UnknownOperationException",
        "The request names no service: it has no signature and no X-Amz-Target",
        403,
      ),
    };
  const notHere = (protocol: Protocol, code: string, operation: string, status: number) => ({
    protocol,
    error: new AwsError(code, `${service}:${operation} is not answered on this machine`, status),
  });
  if (typeof target === "string")
    return notHere("json", "UnknownOperationException", target.split(".").at(-1) ?? "", 400);
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const form = new URLSearchParams((await readBody(body, headers["content-encoding"])).toString("utf8"));
    return notHere("query", "InvalidAction", form.get("Action") ?? "", 400);
  }
  const operation = `${method} ${path}`;
  return inXml.includes(service ?? "")
    ? notHere("rest-xml", "NotImplemented", operation, 501)
    : notHere("rest-json", "UnknownOperationException", operation, 404);
}

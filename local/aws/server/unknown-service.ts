import type { Readable } from "node:stream";
import type { Protocol } from "../model/services";
import { AwsError } from "../protocol/errors";
import { readBody } from "./body";
import type { RequestHead } from "./request";

/** REST services whose responses are XML, which their requests' headers do not tell. */
const inXml = ["cloudfront", "route53", "s3-outposts", "s3express"];

/**
 * The error for a request to a service that is not supported, in a protocol that its client can read.
 *
 * @param service Name of the service in the signature or the target, or undefined when the request has neither.
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
  const notHere = (protocol: Protocol, operation: string) => ({
    protocol,
    error: notAnswered(protocol, `${service}:${operation}`),
  });
  if (typeof target === "string") return notHere("json", target.split(".").at(-1) ?? "");
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const form = new URLSearchParams((await readBody(body, headers["content-encoding"])).toString("utf8"));
    return notHere("query", form.get("Action") ?? "");
  }
  const operation = `${method} ${path}`;
  return notHere(inXml.includes(service ?? "") ? "rest-xml" : "rest-json", operation);
}

/** @param operation Name of the operation with its service, such as `iam:GetRole`. */
export function notAnswered(protocol: Protocol, operation: string): AwsError {
  const message = `${operation} is not answered on this machine`;
  if (protocol === "rest-xml") return new AwsError("NotImplemented", message, 501);
  return protocol === "query"
    ? new AwsError("InvalidAction", message)
    : new AwsError("UnknownOperationException", message, protocol === "rest-json" ? 404 : 400);
}

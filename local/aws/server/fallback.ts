import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline, type Readable } from "node:stream";
import type { Outgoing } from "@streaming-data-lake/kinesis";
import type { RequestHead } from "./request";

/** Headers of a connection and not of a request; HTTP/2 has none of them. */
const ofConnection = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "http2-settings",
]);

/**
 * Hands a request on as it is, and its answer back.
 *
 * @param body What is left of it, or all of it where it was read.
 * @returns when it is answered. @throws Error when nobody answers there.
 */
export function handOn(
  url: string,
  { method, headers }: RequestHead,
  target: string,
  body: Readable | Buffer,
  outgoing: Outgoing,
): Promise<void> {
  const given = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(":") && !ofConnection.has(name)),
  );
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = send(
      new URL(target, url),
      { method, headers: { ...given, host: new URL(url).host } },
      (answer) => {
        const back = Object.fromEntries(
          Object.entries(answer.headers).filter(([name]) => !ofConnection.has(name)),
        );
        outgoing.writeHead(answer.statusCode ?? 502, back);
        // A client that leaves ends it, which is no trouble.
        pipeline(answer, outgoing as NodeJS.WritableStream, () => resolve());
      },
    );
    call.on("error", reject);
    outgoing.on("close", () => call.destroy());
    if (Buffer.isBuffer(body)) call.end(body);
    else pipeline(body, call, () => {});
  });
}

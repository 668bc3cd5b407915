import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline, type Readable } from "node:stream";
import type { Outgoing } from "@streaming-data-lake/kinesis";
import type { RequestHead } from "./request";

/** Headers that belong to a connection rather than to a request. HTTP/2 does not allow them. */
const ofConnection = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "http2-settings",
]);

/**
 * Forwards a request unchanged to another endpoint, and returns its response to the client.
 *
 * @param body The request's body: a stream, or a buffer if it has already been read.
 * @returns a promise that resolves when the response has been sent.
 * @throws Error when the endpoint does not answer.
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
        // A client that disconnects ends the pipeline, which is not an error.
        pipeline(answer, outgoing as NodeJS.WritableStream, () => resolve());
      },
    );
    call.on("error", reject);
    outgoing.on("close", () => call.destroy());
    if (Buffer.isBuffer(body)) call.end(body);
    else pipeline(body, call, () => {});
  });
}

import type { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { AwsError } from "../protocol/errors";

/**
 * Largest size of a request's body, except for S3's objects. Lambda's payloads are the largest of the others. Bytes.
 */
const mostBytes = 16 * 1024 * 1024;

/** A body must arrive within this time. Milliseconds. */
const bodyTimeout = 60_000;

/**
 * Reads a complete body. The connection of a body that is too slow is closed.
 *
 * @throws AwsError when the body is too large, or does not match its encoding.
 */
export async function readBody(incoming: Readable, encoding: string | undefined): Promise<Buffer> {
  const late = setTimeout(() => incoming.destroy(), bodyTimeout);
  try {
    return decoded(await collectBody(incoming), encoding);
  } finally {
    clearTimeout(late);
  }
}

/**
 * Collects the bytes of a stream. A stream with too many bytes is not destroyed, since the response uses the same
 * connection.
 *
 * @throws AwsError when there are too many bytes.
 * @throws Error when the stream ends prematurely.
 */
export function collectBody(incoming: Readable, most = mostBytes): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (done: () => void) => {
      incoming.off("data", take).off("end", end).off("error", fail).off("close", close);
      done();
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > most) settle(() => reject(tooLarge()));
    };
    const end = () =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const fail = (error: Error) => settle(() => reject(error));
    const close = () => fail(new Error("the request was broken off"));
    incoming.on("data", take).on("end", end).on("error", fail).on("close", close);
  });
}

function decoded(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes });
  } catch {
    throw new AwsError("SerializationException", "The body is not gzip, or too large");
  }
}

const tooLarge = () =>
  new AwsError("RequestEntityTooLargeException", `A request's body has ${mostBytes} bytes at most`, 413);

import type { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { AwsError } from "../protocol/errors";

/** Of all but S3's objects; Lambda's payloads are the largest. */
const mostBytes = 16 * 1024 * 1024;

/** Reads a body whole. @throws AwsError when it is too large, or not what its encoding says. */
export async function readBody(incoming: Readable, encoding: string | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (encoding !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes });
  } catch {
    throw new AwsError("SerializationException", "The body is not gzip, or too large", 400);
  }
}

const tooLarge = () =>
  new AwsError("RequestEntityTooLargeException", `A request's body has ${mostBytes} bytes at most`, 413);

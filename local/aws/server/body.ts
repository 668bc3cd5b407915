import type { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { AwsError } from "../protocol/errors";

/** Of all but S3's objects; Lambda's payloads are the largest. */
const mostBytes = 16 * 1024 * 1024;

/** It must have come by then. Milliseconds. */
const bodyTimeout = 60_000;

/** Reads a body whole. @throws AwsError when it is too large, or not what its encoding says; one that is too slow is cut off. */
export async function readBody(incoming: Readable, encoding: string | undefined): Promise<Buffer> {
  const late = setTimeout(() => incoming.destroy(), bodyTimeout);
  try {
    return decoded(await collect(incoming), encoding);
  } finally {
    clearTimeout(late);
  }
}

async function collect(incoming: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An iterator that is left destroys what it reads, and the answer would have nowhere to go.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decoded(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes });
  } catch {
    throw new AwsError("SerializationException", "The body is not gzip, or too large", 400);
  }
}

const tooLarge = () =>
  new AwsError("RequestEntityTooLargeException", `A request's body has ${mostBytes} bytes at most`, 413);

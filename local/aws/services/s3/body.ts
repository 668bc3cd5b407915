import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { AwsError } from "../../protocol/errors";
import { collectBody } from "../../server/body";
import type { HandledCall } from "../../server/handlers";
import { type Algorithm, announced, headerOf } from "./checksums";
import { decodeChunks, type Trailers } from "./chunked";
import type { ObjectStore, Upload } from "./store";

/** A received body that matches the length and checksums that the client announced. */
export interface Received {
  readonly upload: Upload;
  /** The checksums that were announced or requested, in base64. */
  readonly checksums: Readonly<Partial<Record<Algorithm, string>>>;
}

/**
 * Reads an object or a part from a request, whose body may be encoded in chunks.
 *
 * @param also Checksums to compute even if the client does not send them.
 * @throws AwsError when the bytes do not match what the client announced. Nothing is stored then.
 */
export async function receive(
  store: ObjectStore,
  body: unknown,
  { headers }: Pick<HandledCall, "headers">,
  also: readonly Algorithm[] = [],
): Promise<Received> {
  const sha256 = String(headers["x-amz-content-sha256"] ?? "");
  const isChunked =
    sha256.startsWith("STREAMING-") || /(^|,)\s*aws-chunked/i.test(String(headers["content-encoding"] ?? ""));
  const trailers: Trailers = new Map();
  const told = announced(headers);
  const incoming = await bytesOf(body, headers["content-length"]);
  const upload = await store.write(isChunked ? decodeChunks(incoming, trailers) : incoming, {
    checksums: [...new Set([...told.keys(), ...also])],
    sha256: /^[0-9a-f]{64}$/.test(sha256),
  });
  try {
    const length = headers[isChunked ? "x-amz-decoded-content-length" : "content-length"];
    if (length !== undefined && Number(length) !== upload.size)
      throw new AwsError(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
      );
    checkMd5(headers["content-md5"], upload);
    if (upload.sha256 !== undefined && upload.sha256 !== sha256)
      throw new AwsError(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    const checksums: Partial<Record<Algorithm, string>> = {};
    for (const [algorithm, header] of told) {
      const expected = header === "" ? trailers.get(headerOf(algorithm)) : header;
      const actual = upload.checksums.get(algorithm);
      if (expected !== actual)
        throw new AwsError(
          "BadDigest",
          `The ${algorithm} you specified did not match the calculated checksum.`,
        );
      checksums[algorithm] = actual;
    }
    for (const algorithm of also) checksums[algorithm] ??= upload.checksums.get(algorithm);
    return { upload, checksums };
  } catch (error) {
    store.discard(upload);
    throw error;
  }
}

/** Bodies up to this size are read at once, which is faster than iterating over the stream. Bytes. */
const small = 256 * 1024;

async function bytesOf(
  body: unknown,
  length: string | undefined,
): Promise<AsyncIterable<Buffer> | Iterable<Buffer>> {
  if (!(body instanceof Readable)) return [];
  if (Number(length ?? Number.NaN) <= small) return [await collectBody(body, small)];
  // The request is not destroyed when its body is refused, since the client must still get the response.
  return body.iterator({ destroyOnReturn: false });
}

/** @throws AwsError InvalidDigest, BadDigest */
function checkMd5(header: unknown, { md5 }: Pick<Upload, "md5">): void {
  if (header === undefined) return;
  const given = Buffer.from(String(header), "base64");
  if (given.length !== 16) throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.");
  if (!given.equals(md5))
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.", 400, {
      ExpectedDigest: given.toString("hex"),
      CalculatedDigest: md5.toString("hex"),
    });
}

/** Headers that are stored with an object and returned with it. */
const keptNames =
  /^(content-(type|disposition|language|encoding)|cache-control|expires|x-amz-meta-.+|x-amz-website-redirect-location)$/;

export function keptHeaders(headers: HandledCall["headers"]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !keptNames.test(name)) continue;
    const text = Array.isArray(value) ? value.join(",") : value;
    const plain =
      name === "content-encoding"
        ? text
            .split(",")
            .map((one) => one.trim())
            .filter((one) => one !== "" && one.toLowerCase() !== "aws-chunked")
            .join(",")
        : text;
    if (plain !== "") result[name] = plain;
  }
  return { "content-type": "binary/octet-stream", ...result };
}

/** Reads the tags in the header `x-amz-tagging`, such as `a=1&b=2`. @throws AwsError when a tag is not valid. */
export function tagsOfHeader(text: string | undefined): Readonly<Record<string, string>> | undefined {
  return text === undefined ? undefined : checkedTags([...new URLSearchParams(text)]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export function checkedTags(tags: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  if (tags.length > 10) throw new AwsError("BadRequest", "Object tags cannot be greater than 10");
  if (new Set(tags.map(([key]) => key)).size !== tags.length)
    throw new AwsError("InvalidTag", "Cannot provide multiple Tags with the same key");
  for (const [key, value] of tags) {
    if (key === "" || key.length > 128)
      throw new AwsError("InvalidTag", "The TagKey you have provided is invalid", 400, { TagKey: key });
    if (value.length > 256)
      throw new AwsError("InvalidTag", "The TagValue you have provided is invalid", 400, { TagKey: key });
  }
  return Object.fromEntries(tags);
}

export const md5Of = (parts: readonly Buffer[]): string =>
  createHash("md5").update(Buffer.concat(parts)).digest("hex");

// Some TypeScript programs that include this file do not find the declarations on their own.
/// <reference path="./seek-bzip.d.ts" />
import { readFileSync } from "node:fs";
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import { decode as unbzip } from "seek-bzip";
import { TrinoError } from "../../trino/types/errors";
import type { LakeObject } from "../objects";

/** The compression that an object's name says, as Hadoop's codecs take it. The content is not considered. */
const codecs: Readonly<Record<string, (bytes: Buffer) => Uint8Array>> = {
  ".gz": gunzip,
  ".deflate": inflateSync,
  ".bz2": (bytes) => unbzip(bytes, undefined, true),
  ".zst": (bytes) => unzstd(bytes),
};

const unread = [".snappy", ".lz4", ".lzo"];

/**
 * The uncompressed content of a text object.
 *
 * @throws TrinoError HIVE_CANNOT_OPEN_SPLIT with the object's address, when its content cannot be uncompressed.
 */
export function contentOf({ path }: LakeObject, address: string): Buffer {
  const bytes = readFileSync(path);
  const suffix = /\.\w+$/.exec(path)?.[0].toLowerCase() ?? "";
  if (unread.includes(suffix))
    throw new TrinoError("NOT_SUPPORTED", `${address}: objects that end with ${suffix} can't be read here`);
  const unpack = codecs[suffix];
  if (!unpack || bytes.length === 0) return bytes;
  try {
    const content = unpack(bytes);
    return Buffer.isBuffer(content)
      ? content
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  } catch (error) {
    throw new TrinoError(
      "HIVE_CANNOT_OPEN_SPLIT",
      `Error opening Hive split ${address}: ${(error as Error).message}`,
    );
  }
}

/** Uncompresses all members of a gzip file. As in Java, bytes after the last member are ignored. */
function gunzip(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { chunkSize: roomFor(bytes) });
  } catch (error) {
    if ((error as Error).message !== "incorrect header check") throw error;
    const members = [...membersOf(bytes)];
    if (members.length === 0) throw error;
    return Buffer.concat(members);
  }
}

/**
 * Buffer size for the uncompressed content, taken from the gzip file's last four bytes. One buffer of the right size
 * avoids copying several pieces. The bytes describe only the last member, and its size modulo 4 GiB, so the size is
 * limited. Bytes.
 */
function roomFor(bytes: Buffer): number {
  const [least, most] = [16_384, 64 * 1_048_576];
  return bytes.length < 4 ? least : Math.min(Math.max(bytes.readUInt32LE(bytes.length - 4) + 1, least), most);
}

/** https://www.rfc-editor.org/rfc/rfc1952 */
function* membersOf(bytes: Buffer): Generator<Buffer> {
  const trailer = 8;
  let at = 0;
  while (bytes[at] === 0x1f && bytes[at + 1] === 0x8b) {
    const body = at + headerLength(bytes.subarray(at));
    // With `info`, the result says how many bytes were read.
    const { buffer, engine } = inflateRawSync(bytes.subarray(body), { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    yield buffer;
    at = body + engine.bytesWritten + trailer;
  }
}

function headerLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let length = 10;
  if (flags & 4) length += 2 + bytes.readUInt16LE(length);
  for (const flag of [8, 16]) if (flags & flag) length = bytes.indexOf(0, length) + 1;
  return flags & 2 ? length + 2 : length;
}

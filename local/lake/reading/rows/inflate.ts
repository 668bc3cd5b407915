import { readFileSync } from "node:fs";
import { gunzipSync, inflateSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import { decode as unbzip } from "seek-bzip";
import { TrinoError } from "../../trino/types/errors";
import type { LakeObject } from "../objects";

/** What an object's name says of its bytes, as Hadoop's codecs do: the content plays no part. */
const codecs: Readonly<Record<string, (bytes: Buffer) => Uint8Array>> = {
  ".gz": gunzipSync,
  ".deflate": inflateSync,
  ".bz2": (bytes) => unbzip(bytes, undefined, true),
  ".zst": (bytes) => unzstd(bytes),
};

const unread = [".snappy", ".lz4", ".lzo"];

/**
 * The content of an object of text.
 *
 * @throws TrinoError HIVE_CANNOT_OPEN_SPLIT with the object's address, where its bytes can't be unpacked.
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

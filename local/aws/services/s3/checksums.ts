import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { Crc32 } from "@aws-crypto/crc32";
import { Crc32c } from "@aws-crypto/crc32c";
import { Crc64Nvme } from "./crc64";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const algorithms = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type Algorithm = (typeof algorithms)[number];

/** Name of the API's member for a checksum, such as `ChecksumCRC32`. */
export type ChecksumMember = `Checksum${Algorithm}`;

export const memberOf = (algorithm: Algorithm): ChecksumMember => `Checksum${algorithm}`;
export const headerOf = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

export interface Digest {
  update(chunk: Uint8Array): void;
  /** The checksum in base64. */
  result(): string;
}

/** Node's own CRC-32, available since 20.15, which is thirty times as fast as the library's. */
const nativeCrc32 = (zlib as { crc32?: (data: Uint8Array, value?: number) => number }).crc32;

export function digestOf(algorithm: Algorithm): Digest {
  switch (algorithm) {
    case "SHA1":
    case "SHA256": {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), result: () => hash.digest("base64") };
    }
    case "CRC32": {
      if (!nativeCrc32) return crc(new Crc32());
      let value = 0;
      return {
        update: (chunk) => {
          value = nativeCrc32(chunk, value);
        },
        result: () => base64Of(value),
      };
    }
    case "CRC32C":
      return crc(new Crc32c());
    case "CRC64NVME": {
      const state = new Crc64Nvme();
      return { update: (chunk) => state.update(chunk), result: () => state.digest().toString("base64") };
    }
  }
}

function crc(state: Crc32 | Crc32c): Digest {
  return { update: (chunk) => void state.update(chunk), result: () => base64Of(state.digest()) };
}

function base64Of(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString("base64");
}

/** The checksums that a client announces, by algorithm. A checksum that follows in a trailer is "". */
export function announced(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): ReadonlyMap<Algorithm, string> {
  const found = new Map<Algorithm, string>();
  const trailers = String(headers["x-amz-trailer"] ?? "").toLowerCase();
  for (const algorithm of algorithms) {
    const value = headers[headerOf(algorithm)];
    if (typeof value === "string") found.set(algorithm, value);
    else if (trailers.includes(headerOf(algorithm))) found.set(algorithm, "");
  }
  return found;
}

import { createHash } from "node:crypto";

/** The four bytes that start every aggregate. They are not valid UTF-8, so no JSON text starts with them. */
export const magic = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);

/** Bytes of the MD5 that ends every aggregate. */
export const checksumBytes = 16;

/** The MD5 of the protobuf message between the magic number and the checksum. */
export function checksumOf(message: Buffer): Buffer {
  return createHash("md5").update(message).digest();
}

import { createHash, hash } from "node:crypto";
import * as zlib from "node:zlib";

const table = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  table[byte] = value;
}

/** CRC-32 in plain JavaScript, for Node versions before 20.15, which have no `zlib.crc32`. */
export function slowCrc32(bytes: Uint8Array, value = 0): number {
  let crc = ~value;
  for (let i = 0; i < bytes.length; i++)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

/**
 * CRC-32 of the bytes. With `value`, the CRC-32 of preceding bytes, the result is that of both parts together. Node has
 * its own implementation since 20.15.
 */
export const crc32Of: (bytes: Uint8Array, value?: number) => number = zlib.crc32 ?? slowCrc32;

/** MD5 of a text's UTF-8 bytes, as 32 hexadecimal digits. Node has the faster `hash` function since 20.12. */
export const md5: (text: string) => string = hash
  ? (text) => hash("md5", text, "hex")
  : (text) => createHash("md5").update(text, "utf8").digest("hex");

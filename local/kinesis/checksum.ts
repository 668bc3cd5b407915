import { createHash, hash } from "node:crypto";
import * as zlib from "node:zlib";

const table = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  table[byte] = value;
}

/** For Node before 20.15. */
export function slowCrc32(bytes: Uint8Array, value = 0): number {
  let crc = ~value;
  for (let i = 0; i < bytes.length; i++)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

/** CRC-32 of the bytes, or of these behind others whose CRC-32 is given. Node has its own from 20.15 on. */
export const crc32: (bytes: Uint8Array, value?: number) => number = zlib.crc32 ?? slowCrc32;

/** MD5 of a text's UTF-8, as 32 hexadecimal digits. Node has the fast one from 20.12 on. */
export const md5: (text: string) => string = hash
  ? (text) => hash("md5", text, "hex")
  : (text) => createHash("md5").update(text, "utf8").digest("hex");

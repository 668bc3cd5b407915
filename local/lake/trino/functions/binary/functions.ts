import { createHash, createHmac } from "node:crypto";
import { check, internal } from "../errors";
import { type Family, javascript, plain } from "../implementation";
import { bigEndian64, crc32, murmur3, spookyHash64, xxHash64 } from "./hashes";

/** https://trino.io/docs/current/functions/binary.html */
const digest = (algorithm: string) =>
  plain((bytes: Uint8Array) => createHash(algorithm).update(bytes).digest());
const hmac = (algorithm: string) =>
  plain((bytes: Uint8Array, key: Uint8Array) => {
    if (key.length === 0) throw internal("Empty key");
    return createHmac(algorithm, key).update(bytes).digest();
  });

/** The text of an argument that may be given as text or as bytes. */
const textOf = (value: string | Uint8Array): string =>
  typeof value === "string" ? value : Buffer.from(value).toString("latin1");

function fromBase64(value: string | Uint8Array, alphabet: RegExp, name: "base64" | "base64url"): Buffer {
  const text = textOf(value);
  const body = text.replace(/={1,2}$/, "");
  for (const character of body)
    check(
      alphabet.test(character),
      `Illegal base64 character ${(character.codePointAt(0) ?? 0).toString(16)}`,
    );
  check(body.length % 4 !== 1, "Last unit does not have enough valid bits");
  check(
    text.length === body.length || text.length % 4 === 0,
    "Input byte array has wrong 4-byte ending unit",
  );
  return Buffer.from(body, name);
}

function fromHex(value: string | Uint8Array): Buffer {
  const text = textOf(value);
  check(text.length % 2 === 0, `invalid input length ${text.length}`);
  for (const character of text)
    check(
      /[0-9A-Fa-f]/.test(character),
      `not a hexadecimal digit: "${character}" = ${character.codePointAt(0)}`,
    );
  return Buffer.from(text, "hex");
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function toBase32(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const groups = bits.match(/.{1,5}/g) ?? [];
  const text = groups.map((group) => base32[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
  return text.padEnd(Math.ceil(text.length / 8) * 8, "=");
}

function fromBase32(value: string | Uint8Array): Buffer {
  const body = textOf(value).replace(/=+$/, "");
  let bits = "";
  for (const character of body) {
    const at = base32.indexOf(character);
    check(at >= 0, `Unrecognized character: ${character}`);
    bits += at.toString(2).padStart(5, "0");
  }
  check([0, 2, 4, 5, 7].includes(body.length % 8), `Invalid input length ${body.length}`);
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

const fixed = (bytes: Uint8Array, size: number): Buffer => {
  check(bytes.length === size, `expected ${size}-byte input, but got instead: ${bytes.length}`);
  return Buffer.from(bytes);
};

const written = (size: number, write: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
};

export const binary: Family = {
  crc32: plain(crc32),
  from_base32: plain(fromBase32),
  from_base64: plain((value: string | Uint8Array) => fromBase64(value, /[A-Za-z0-9+/]/, "base64")),
  from_base64url: plain((value: string | Uint8Array) => fromBase64(value, /[A-Za-z0-9_-]/, "base64url")),
  from_big_endian_32: plain((bytes: Uint8Array) => fixed(bytes, 4).readInt32BE()),
  from_big_endian_64: plain((bytes: Uint8Array) => fixed(bytes, 8).readBigInt64BE()),
  from_hex: plain(fromHex),
  from_ieee754_32: plain((bytes: Uint8Array) => {
    check(bytes.length === 4, "Input floating-point value must be exactly 4 bytes long");
    return Buffer.from(bytes).readFloatBE();
  }),
  from_ieee754_64: plain((bytes: Uint8Array) => {
    check(bytes.length === 8, "Input floating-point value must be exactly 8 bytes long");
    return Buffer.from(bytes).readDoubleBE();
  }),
  hmac_md5: hmac("md5"),
  hmac_sha1: hmac("sha1"),
  hmac_sha256: hmac("sha256"),
  hmac_sha512: hmac("sha512"),
  md5: digest("md5"),
  murmur3: plain(murmur3),
  sha1: digest("sha1"),
  sha256: digest("sha256"),
  sha512: digest("sha512"),
  spooky_hash_v2_32: plain((bytes: Uint8Array) => bigEndian64(spookyHash64(bytes)).subarray(4)),
  spooky_hash_v2_64: plain((bytes: Uint8Array) => bigEndian64(spookyHash64(bytes))),
  to_base32: plain(toBase32),
  to_base64: plain((bytes: Uint8Array) => Buffer.from(bytes).toString("base64")),
  to_base64url: plain((bytes: Uint8Array) => {
    const text = Buffer.from(bytes).toString("base64url");
    return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
  }),
  to_big_endian_32: plain((value: number) => written(4, (bytes) => bytes.writeInt32BE(value))),
  to_big_endian_64: plain((value: bigint) => written(8, (bytes) => bytes.writeBigInt64BE(value))),
  to_hex: plain((bytes: Uint8Array) => Buffer.from(bytes).toString("hex").toUpperCase()),
  to_ieee754_32: javascript(
    () => (value: number) =>
      written(4, (bytes) =>
        Number.isNaN(value) ? bytes.writeUInt32BE(0x7fc00000) : bytes.writeFloatBE(value),
      ),
  ),
  to_ieee754_64: javascript(
    () => (value: number) =>
      written(8, (bytes) =>
        Number.isNaN(value) ? bytes.writeBigUInt64BE(0x7ff8000000000000n) : bytes.writeDoubleBE(value),
      ),
  ),
  xxhash64: plain((bytes: Uint8Array) => bigEndian64(xxHash64(bytes))),
};

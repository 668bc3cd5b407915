import { createHash } from "node:crypto";
import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { define, type Functions, text } from "./arguments";
import { decodeCsv } from "./formats/csv";
import { decodeText, encodeText } from "./formats/text-encoding";
import { decodeYaml, encodeYaml } from "./formats/yaml";
import { jsonText, parseExactJson } from "./json";

const digest = (algorithm: string, encoding: "hex" | "base64") =>
  define(1, 1, ([value]) => createHash(algorithm).update(text(value)).digest(encoding));

function bytesOf(value: string): Buffer {
  const text = value.replace(/[\r\n]/g, "");
  if (!/^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/.test(text) || text.includes("_"))
    throw new Error("the text is not base64");
  return Buffer.from(text, "base64");
}

/**
 * Compresses a text to the same bytes as Go, which appends a flush and an empty block to the text and names no operating
 * system in the header.
 */
function gzip(value: string): string {
  const body = deflateRawSync(value, { finishFlush: constants.Z_SYNC_FLUSH });
  // For an empty text, zlib does not write the flush.
  const flushed = value === "" ? Buffer.from([0, 0, 0, 0xff, 0xff]) : body;
  const zlib = gzipSync(value);
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  return Buffer.concat([head, flushed, Buffer.from([1, 0, 0, 0xff, 0xff]), zlib.subarray(-8)]).toString(
    "base64",
  );
}

const namespaces: Readonly<Record<string, string>> = {
  dns: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  url: "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
  oid: "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
  x500: "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
};

/** https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5 */
function uuidV5(namespace: string, name: string): string {
  const hex =
    (Object.hasOwn(namespaces, namespace) ? namespaces[namespace] : namespace)?.replaceAll("-", "") ?? "";
  if (!/^[\da-f]{32}$/i.test(hex)) throw new Error(`${namespace} is not a namespace such as dns, or a UUID`);
  const hash = createHash("sha1").update(Buffer.from(hex, "hex")).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Escapes a text as Go's QueryEscape does. */
function urlEncode(value: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** https://developer.hashicorp.com/terraform/language/functions: encoding, hash and crypto functions */
export const encodingFunctions: Functions = {
  base64decode: define(1, 1, ([value]) => decodeText(bytesOf(text(value)), "utf-8")),
  base64encode: define(1, 1, ([value]) => Buffer.from(text(value)).toString("base64")),
  base64gzip: define(1, 1, ([value]) => gzip(text(value))),
  base64sha256: digest("sha256", "base64"),
  base64sha512: digest("sha512", "base64"),
  csvdecode: define(1, 1, ([value]) => decodeCsv(text(value))),
  jsondecode: define(1, 1, ([value]) => parseExactJson(text(value))),
  jsonencode: define(1, 1, ([value]) => jsonText(value ?? null)),
  md5: digest("md5", "hex"),
  sha1: digest("sha1", "hex"),
  sha256: digest("sha256", "hex"),
  sha512: digest("sha512", "hex"),
  textdecodebase64: define(2, 2, ([value, encoding]) => decodeText(bytesOf(text(value)), text(encoding))),
  textencodebase64: define(2, 2, ([value, encoding]) =>
    encodeText(text(value), text(encoding)).toString("base64"),
  ),
  uuidv5: define(2, 2, ([namespace, name]) => uuidV5(text(namespace), text(name))),
  yamldecode: define(1, 1, ([value]) => decodeYaml(text(value))),
  yamlencode: define(1, 1, ([value]) => encodeYaml(value ?? null)),
  urlencode: define(1, 1, ([value]) => urlEncode(text(value))),
};

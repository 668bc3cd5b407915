import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Value } from "../../values";
import { define, type Functions, text } from "./arguments";
import { jsonText } from "./json";

const digest = (algorithm: string, encoding: "hex" | "base64") =>
  define(1, 1, ([value]) => createHash(algorithm).update(text(value)).digest(encoding));

function decodeBase64(value: string): string {
  const bytes = Buffer.from(value, "base64");
  const isWhole = bytes.toString("base64").replace(/=+$/, "") === value.replace(/=+$/, "");
  if (!isWhole || value.length % 4 !== 0) throw new Error("the text is not base64");
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function decodeJson(value: string): Value {
  try {
    return JSON.parse(value) as Value;
  } catch {
    throw new Error("the text is not JSON");
  }
}

/** Go's QueryEscape. */
function urlEncode(value: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** https://developer.hashicorp.com/terraform/language/functions: encoding, hash and crypto functions */
export const encodingFunctions: Functions = {
  base64decode: define(1, 1, ([value]) => decodeBase64(text(value))),
  base64encode: define(1, 1, ([value]) => Buffer.from(text(value)).toString("base64")),
  base64gzip: define(1, 1, ([value]) => gzipSync(text(value)).toString("base64")),
  base64sha256: digest("sha256", "base64"),
  base64sha512: digest("sha512", "base64"),
  jsondecode: define(1, 1, ([value]) => decodeJson(text(value))),
  jsonencode: define(1, 1, ([value]) => jsonText(value ?? null)),
  md5: digest("md5", "hex"),
  sha1: digest("sha1", "hex"),
  sha256: digest("sha256", "hex"),
  sha512: digest("sha512", "hex"),
  urlencode: define(1, 1, ([value]) => urlEncode(text(value))),
};

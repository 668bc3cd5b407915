import type { Type } from "../../trino/types/types";

/** A string as a varchar(n) or char(n) column holds it: cut to its length and, for char, padded with blanks. */
export function fittedText(text: string, type: Type): string {
  if (type.kind !== "varchar" && type.kind !== "char") return text;
  const { length } = type;
  if (length === undefined || (type.kind === "varchar" && text.length <= length)) return text;
  const cut = [...text].slice(0, length).join("");
  return type.kind === "char" ? cut.padEnd(length) : cut;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The bytes of a base64 string. Undefined when it is not valid. */
export const bytesOfBase64 = (text: string): Uint8Array | undefined =>
  base64.test(text) ? new Uint8Array(Buffer.from(text, "base64")) : undefined;

/**
 * The bytes of a base64 string that may also contain blanks and the characters of URL-safe base64, as Apache's codec
 * reads it.
 */
export const lenientBytes = (text: string): Uint8Array | undefined =>
  /^[\w+/=\s-]*$/.test(text) ? new Uint8Array(Buffer.from(text, "base64")) : undefined;

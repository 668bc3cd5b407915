import type { Type } from "../../trino/types/types";

/** A text as a column of varchar(n) or char(n) holds it: cut, and for char filled with blanks. */
export function fittedText(text: string, type: Type): string {
  if (type.kind !== "varchar" && type.kind !== "char") return text;
  const { length } = type;
  if (length === undefined || (type.kind === "varchar" && text.length <= length)) return text;
  const cut = [...text].slice(0, length).join("");
  return type.kind === "char" ? cut.padEnd(length) : cut;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The bytes that a text in base64 stands for. */
export const bytesOfBase64 = (text: string): Uint8Array | undefined =>
  base64.test(text) ? new Uint8Array(Buffer.from(text, "base64")) : undefined;

/** The same of any text in base64's characters, those of addresses and blanks too, as Apache's codec reads it. */
export const lenientBytes = (text: string): Uint8Array | undefined =>
  /^[\w+/=\s-]*$/.test(text) ? new Uint8Array(Buffer.from(text, "base64")) : undefined;

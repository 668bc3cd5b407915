import { canonicalJson, JsonNumber } from "../../types/text/json";
import { check, internal, invalid } from "../errors";
import { type Family, javascript, native, plain } from "../implementation";
import { Fields, type JsonDocument, readJsonDocument, scalarText, writeDocument } from "./document";
import { textAt } from "./legacy-path";

/** https://trino.io/docs/current/functions/json.html */
const listOf = (text: string): readonly JsonDocument[] | undefined => {
  const value = readJsonDocument(text);
  return Array.isArray(value) ? (value as readonly JsonDocument[]) : undefined;
};

function arrayContains(text: string, wanted: string | bigint | number | boolean): boolean | null {
  if (typeof wanted === "number" && !Number.isFinite(wanted)) return false;
  const list = listOf(text);
  if (list === undefined) return null;
  return list.some((item) => {
    if (item instanceof JsonNumber) {
      if (typeof wanted === "bigint") return /^-?\d+$/.test(item.text) && BigInt(item.text) === wanted;
      return typeof wanted === "number" && /[.eE]/.test(item.text) && Number(item.text) === wanted;
    }
    return typeof item === typeof wanted && item === wanted;
  });
}

function arrayGet(text: string, index: bigint): string | null {
  const list = listOf(text);
  if (list === undefined) return null;
  const item = list[Number(index < 0n ? BigInt(list.length) + index : index)];
  if (item === null && index < 0n) throw internal("string is null");
  if (item === undefined || item === null) return null;
  return scalarText(item) ?? writeDocument(item);
}

/** The text of a scalar: a string without its quotes, or a number as it was written. */
function scalarAt(found: string | undefined): string | null {
  if (found === undefined || found === "null") return null;
  const first = found.charAt(0);
  if (first === "{" || first === "[") return null;
  if (first !== '"') return found;
  if (!found.includes("\\")) return found.slice(1, -1);
  const text = readJsonDocument(found);
  return typeof text === "string" ? text : null;
}

function parsed(text: string): string {
  const value = canonicalJson(text);
  if (value === undefined) throw invalid(`Cannot convert value to JSON: '${text}'`);
  return value;
}

export const jsons: Family = {
  is_json_scalar: plain((text: string) => {
    const value = readJsonDocument(text);
    check(value !== undefined, `Invalid JSON value: ${text}`);
    return scalarText(value) !== undefined;
  }),
  json_array_contains: plain(arrayContains),
  json_array_get: plain(arrayGet),
  json_array_length: plain((text: string) => {
    const list = listOf(text);
    return list === undefined ? null : BigInt(list.length);
  }),
  json_extract: plain((text: string, path: string) => {
    const found = textAt(text, path);
    const document = found === undefined ? undefined : readJsonDocument(found);
    return document === undefined ? null : writeDocument(document);
  }),
  json_extract_scalar: plain((text: string, path: string) => scalarAt(textAt(text, path))),
  json_format: native(({ args: [x = ""] }) => x),
  json_parse: javascript(() => parsed),
  json_size: plain((text: string, path: string) => {
    const found = textAt(text, path);
    const document = found === undefined ? undefined : readJsonDocument(found);
    if (document === undefined) return null;
    if (document instanceof Fields) return BigInt(document.entries.length);
    return BigInt(Array.isArray(document) ? document.length : 0);
  }),
};

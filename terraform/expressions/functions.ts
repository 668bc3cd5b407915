import { createHash } from "node:crypto";
import { isObject, toText, type Value } from "../values";

const list = (value: Value | undefined): readonly Value[] => {
  if (Array.isArray(value)) return value;
  throw new Error("expected a list");
};
const object = (value: Value | undefined): Readonly<Record<string, Value>> => {
  if (isObject(value)) return value;
  throw new Error("expected an object");
};
const text = (value: Value | undefined): string => toText(value ?? null);
const number = (value: Value | undefined): number => Number(text(value));
const digest = (algorithm: string) => (value?: Value) =>
  createHash(algorithm).update(text(value)).digest("hex");

function flatten(values: readonly Value[]): Value[] {
  return values.flatMap((value) => (Array.isArray(value) ? flatten(value) : [value]));
}

/** Go's `%s %d %v %q %05d` as far as names and paths need them. */
function format(template?: Value, ...values: Value[]): string {
  let next = 0;
  return text(template).replace(/%(%|(0?\d*)[sdvq])/g, (verb, kind: string, width: string) => {
    if (kind === "%") return "%";
    const value = text(values[next++]);
    if (verb.endsWith("q")) return JSON.stringify(value);
    return value.padStart(Number(width), width.startsWith("0") ? "0" : " ");
  });
}

/** Go's JSON escapes `<`, `>` and `&`: https://developer.hashicorp.com/terraform/language/functions/jsonencode */
function jsonencode(value?: Value): string {
  return JSON.stringify(value).replace(
    /[<>&]/g,
    (sign) => `\\u00${sign.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** The functions that names, prefixes and documents use: https://developer.hashicorp.com/terraform/language/functions */
export const functions: Readonly<Record<string, (...args: Value[]) => Value>> = {
  abs: (value) => Math.abs(number(value)),
  base64encode: (value) => Buffer.from(text(value)).toString("base64"),
  ceil: (value) => Math.ceil(number(value)),
  coalesce: (...values) => values.find((value) => value !== null && value !== "") ?? null,
  compact: (values) => list(values).filter((value) => value !== null && value !== ""),
  concat: (...lists) => lists.flatMap(list),
  contains: (values, value) => list(values).includes(value ?? null),
  distinct: (values) => [...new Set(list(values))],
  element: (values, index) => list(values)[number(index) % list(values).length] ?? null,
  flatten: (values) => flatten(list(values)),
  floor: (value) => Math.floor(number(value)),
  format,
  join: (separator, ...lists) =>
    lists
      .flatMap(list)
      .map((value) => toText(value))
      .join(text(separator)),
  jsondecode: (value) => JSON.parse(text(value)) as Value,
  jsonencode,
  keys: (value) => Object.keys(object(value)).sort(),
  length: (value) => (typeof value === "string" ? [...value] : Object.keys(value ?? {})).length,
  lookup: (map, key, fallback) => object(map)[text(key)] ?? fallback ?? null,
  lower: (value) => text(value).toLowerCase(),
  max: (...values) => Math.max(...values.map(number)),
  md5: digest("md5"),
  merge: (...maps) => Object.assign({}, ...maps.map(object)) as Value,
  min: (...values) => Math.min(...values.map(number)),
  nonsensitive: (value) => value ?? null,
  replace: (value, search, replacement) => {
    const pattern = /^\/(.*)\/$/.exec(text(search))?.[1];
    return text(value).replaceAll(pattern ? new RegExp(pattern, "g") : text(search), text(replacement));
  },
  reverse: (values) => [...list(values)].reverse(),
  sensitive: (value) => value ?? null,
  sha1: digest("sha1"),
  sha256: digest("sha256"),
  slice: (values, start, end) => list(values).slice(number(start), number(end)),
  sort: (values) => [...list(values)].map((value) => toText(value)).sort(),
  split: (separator, value) => text(value).split(text(separator)),
  substr: (value, start, length) =>
    number(length) < 0
      ? text(value).slice(number(start))
      : text(value).slice(number(start), number(start) + number(length)),
  title: (value) => text(value).replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
  tobool: (value) => text(value) === "true",
  tolist: (value) => list(value),
  tomap: (value) => object(value),
  tonumber: number,
  toset: (value) => [...new Set(list(value))],
  tostring: text,
  trim: (value, characters) => {
    const trimmed = new Set(text(characters));
    const kept = [...text(value)];
    while (trimmed.has(kept[0] ?? "")) kept.shift();
    while (trimmed.has(kept.at(-1) ?? "")) kept.pop();
    return kept.join("");
  },
  trimprefix: (value, prefix) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  trimspace: (value) => text(value).trim(),
  trimsuffix: (value, suffix) =>
    text(suffix) && text(value).endsWith(text(suffix))
      ? text(value).slice(0, -text(suffix).length)
      : text(value),
  upper: (value) => text(value).toUpperCase(),
  values: (value) => {
    const map = object(value);
    return Object.keys(map)
      .sort()
      .map((key) => map[key] ?? null);
  },
};

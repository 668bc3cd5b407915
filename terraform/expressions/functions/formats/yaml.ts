import { isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments, type Scalar } from "yaml";
import { isObject, numberOf, toText, type Value } from "../../../values";
import { BigFloat } from "../../big-float";
import { object, sortedKeys } from "../arguments";

/** Writes YAML as Terraform does: https://developer.hashicorp.com/terraform/language/functions/yamlencode */
export function encodeYaml(value: Value): string {
  const isPlain = !Array.isArray(value) && !isObject(value) && typeof value !== "string";
  if (isPlain) return `${scalar(value)}\n...\n`;
  const [first = "", ...others] = lines(value);
  return `${[first, ...(typeof value === "string" ? others.map(deeper) : others)].join("\n")}\n`;
}

function lines(value: Value): string[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item) => indented("- ", lines(item as Value)));
  if (isObject(value) && Object.keys(value).length > 0)
    return sortedKeys(value).flatMap((key) => entry(quoted(key), value[key] ?? null));
  return typeof value === "string" ? textLines(value) : [scalar(value)];
}

function entry(key: string, value: Value): string[] {
  const written = lines(value);
  const isBlock = Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
  if (isBlock) return [`${key}:`, ...(Array.isArray(value) ? written : written.map(deeper))];
  const [first = "", ...others] = written;
  return [`${key}: ${first}`, ...others.map(deeper)];
}

const deeper = (line: string): string => (line === "" ? "" : `  ${line}`);

function indented(mark: string, [first = "", ...others]: readonly string[]): string[] {
  return [mark + first, ...others.map(deeper)];
}

/** A text of several lines is written as a block, unless that would change the text. */
function textLines(text: string): string[] {
  if (!text.includes("\n") || / \n|[^\P{C}\n\t]|\t/u.test(text)) return [quoted(text)];
  const [, body = "", end = ""] = /^([\s\S]*?)(\n*)$/.exec(text) ?? [];
  const head = `|${/^[ \n]/.test(text) ? "2" : ""}${end === "" ? "-" : end === "\n" && body !== "" ? "" : "+"}`;
  return [head, ...body.split("\n"), ...Array<string>(Math.max(0, end.length - 1)).fill("")];
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\x85": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
  "\ufeff": "\\uFEFF",
};

function quoted(text: string): string {
  const written = text.replace(
    /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff"\\]|[\u{10000}-\u{10ffff}]/gu,
    (sign) => escapes[sign] ?? coded(sign.codePointAt(0) ?? 0),
  );
  return `"${written}"`;
}

function coded(code: number): string {
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

function scalar(value: Value): string {
  if (Array.isArray(value)) return "[]";
  if (isObject(value)) return "{}";
  return value === null ? "null" : toText(value);
}

/** Parses YAML, with plain scalars as Terraform interprets them. @throws Error when the text is not one valid document. */
export function decodeYaml(text: string): Value {
  const [document, ...others] = parseAllDocuments(text, { schema: "failsafe", uniqueKeys: false });
  if (!document || !("contents" in document) || document.contents === null)
    throw new Error("the text contains no YAML document");
  if (others.length > 0) throw new Error("the text contains several YAML documents");
  const [problem] = document.errors;
  if (problem) throw new Error(`the text is not valid YAML: ${problem.message.split("\n")[0]}`);
  const nodeValue = (node: unknown): Value => {
    if (isAlias(node)) {
      const anchor = node.resolve(document);
      if (!anchor) throw new Error(`YAML's anchor ${node.source} is unknown`);
      return nodeValue(anchor);
    }
    if (isSeq(node)) return node.items.map(nodeValue);
    if (isMap(node)) return Object.fromEntries(node.items.flatMap(pairEntries));
    if (isScalar(node)) return scalarOf(node);
    return null;
  };
  const pairEntries = (pair: unknown): [string, Value][] => {
    if (!isPair(pair)) return [];
    if (isScalar(pair.key) && pair.key.value === "<<") return Object.entries(object(nodeValue(pair.value)));
    return [[toText(nodeValue(pair.key)), nodeValue(pair.value)]];
  };
  return nodeValue(document.contents);
}

function scalarOf({ source, tag, type, value }: Scalar): Value {
  // A value with the tag `!!binary` stays as it is written, in base64.
  const text = typeof value === "string" ? value : (source ?? "");
  if (tag !== undefined && !tag.startsWith("tag:yaml.org,2002:"))
    throw new Error(`YAML's tag ${tag} is unknown`);
  const isText = tag !== undefined ? /:(?:str|binary)$/.test(tag) : type !== "PLAIN";
  if (isText) return text;
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/.test(text)) return true;
  if (/^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/.test(text)) return false;
  if (/^[+-]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(text)) throw new Error(`${text} is not a number`);
  if (/^0(?:x[\da-fA-F]+|o[0-7]+)$/.test(text)) return numberOf(BigFloat.parse(String(BigInt(text))));
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return numberOf(BigFloat.parse(text));
  return timeOf(text) ?? text;
}

const time =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](?=.*[Z+-])| +(?!.*[Z+-]))(\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Converts a time to the format of RFC 3339, without a fraction of a second; undefined for any other text. */
function timeOf(text: string): string | undefined {
  const [, year = "", month, day, hour, minute, second, zone = "Z"] = time.exec(text) ?? [];
  const two = (part = "0") => part.padStart(2, "0");
  const written = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  const known = new Date(`${written}Z`);
  return !Number.isNaN(known.getTime()) && known.toISOString().startsWith(written)
    ? written + zone
    : undefined;
}

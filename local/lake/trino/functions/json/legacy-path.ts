import { formatJson, type Json, JsonNumber, parseJson } from "../../types/text/json";
import { invalid } from "../errors";

/**
 * The paths of json_extract and its like: `$.store.book[0]["title"]`.
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/scalar/JsonPathTokenizer.java
 */
const kept = new Map<string, readonly string[]>();

export function legacyPath(path: string): readonly string[] {
  let steps = kept.get(path);
  if (!steps) {
    steps = parse(path);
    if (kept.size > 500) kept.clear();
    kept.set(path, steps);
  }
  return steps;
}

const unquoted = /[\p{L}\p{N}_:$\-/@|]/u;

function parse(path: string): string[] {
  const refused = invalid(`Invalid JSON path: '${path}'`);
  const characters = Array.from(path);
  if (characters[0] !== "$") throw refused;
  const steps: string[] = [];
  let at = 1;
  const name = (): string => {
    let text = "";
    while (characters[at] !== undefined && unquoted.test(characters[at] ?? "")) {
      text += characters[at];
      at += 1;
    }
    if (text === "") throw refused;
    return text;
  };
  const quoted = (quote: string): string => {
    let text = "";
    at += 1;
    for (; characters[at] !== quote; at += 1) {
      if (characters[at] === "\\") {
        at += 1;
        if (characters[at] !== quote && characters[at] !== "\\") throw refused;
      }
      if (characters[at] === undefined) throw refused;
      text += characters[at];
    }
    at += 1;
    return text;
  };
  while (at < characters.length) {
    if (characters[at] === ".") {
      at += 1;
      steps.push(name());
    } else if (characters[at] === "[") {
      at += 1;
      steps.push(characters[at] === '"' ? quoted('"') : name());
      if (characters[at] !== "]") throw refused;
      at += 1;
    } else throw refused;
  }
  return steps;
}

/** What stands at a path of a JSON text; undefined where the text is no JSON or has nothing there. */
export function at(text: string, path: string): Json | undefined {
  const steps = legacyPath(path);
  let value = parseJson(text);
  for (const step of steps) {
    if (value === undefined) return undefined;
    value = stepInto(value, step);
  }
  return value;
}

function stepInto(value: Json, step: string): Json | undefined {
  if (value instanceof Map) return value.get(step);
  if (Array.isArray(value)) return /^\d+$/.test(step) ? (value as readonly Json[])[Number(step)] : undefined;
  return undefined;
}

/** A JSON's text with its keys in their order. */
export function writeJson(value: Json): string {
  if (value instanceof Map)
    return `{${[...(value as ReadonlyMap<string, Json>)].map(([key, item]) => `${JSON.stringify(key)}:${writeJson(item)}`).join(",")}}`;
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(writeJson).join(",")}]`;
  return formatJson(value);
}

/** The text of a scalar, or undefined of an array or object. */
export function scalarText(value: Json): string | undefined {
  if (value instanceof JsonNumber) return value.text;
  return typeof value === "object" && value !== null ? undefined : String(value);
}

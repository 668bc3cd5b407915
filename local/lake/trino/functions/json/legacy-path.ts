import { invalid } from "../errors";
import { type Document, Fields, readDocument } from "./document";

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
export function at(text: string, path: string): Document | undefined {
  const steps = legacyPath(path);
  let document = readDocument(text);
  for (const step of steps) {
    if (document === undefined) return undefined;
    document = stepInto(document, step);
  }
  return document;
}

function stepInto(document: Document, step: string): Document | undefined {
  if (document instanceof Fields) return document.get(step);
  if (Array.isArray(document))
    return /^\d+$/.test(step) ? (document as readonly Document[])[Number(step)] : undefined;
  return undefined;
}

import { cached } from "../../../cached";
import { invalid } from "../errors";
import { afterBlanks, afterValue, elementStart, fieldStart, isArray, isObjectText, NotJson } from "./scan";

/**
 * The paths of json_extract and related functions, such as `$.store.book[0]["title"]`.
 *
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/operator/scalar/JsonPathTokenizer.java
 */
const legacyPath: (path: string) => readonly string[] = cached(parse);

/** What a name may consist of after a point, and in brackets. */
const unquoted = { point: /[\p{L}\p{N}_:]/u, brackets: /[\p{L}\p{N}_]/u };

function parse(path: string): string[] {
  const refused = invalid(`Invalid JSON path: '${path}'`);
  const characters = Array.from(path);
  if (characters[0] !== "$") throw refused;
  const steps: string[] = [];
  let at = 1;
  const name = (after: keyof typeof unquoted): string => {
    let text = "";
    while (characters[at] !== undefined && unquoted[after].test(characters[at] ?? "")) {
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
      steps.push(name("point"));
    } else if (characters[at] === "[") {
      at += 1;
      steps.push(characters[at] === '"' ? quoted('"') : name("brackets"));
      if (characters[at] !== "]") throw refused;
      at += 1;
    } else throw refused;
  }
  return steps;
}

/**
 * The text at a path of a JSON text. Undefined when the path leads to nothing, or the part of the text that is read is
 * not valid JSON.
 */
export function textAt(text: string, path: string): string | undefined {
  const steps = legacyPath(path);
  try {
    let at = afterBlanks(text, 0);
    for (const step of steps) {
      const start = stepInto(text, at, step);
      if (start === undefined) return undefined;
      at = start;
    }
    return text.slice(at, afterValue(text, at));
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

function stepInto(text: string, at: number, step: string): number | undefined {
  if (isObjectText(text, at)) return fieldStart(text, at, step);
  if (isArray(text, at)) return /^\d+$/.test(step) ? elementStart(text, at, Number(step)) : undefined;
  // A scalar has no members, but still has to be valid.
  afterValue(text, at);
  return undefined;
}

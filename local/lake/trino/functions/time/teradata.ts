import { invalid } from "../errors";
import type { Part } from "./joda";

const field = (letter: string, count: number) => ({ kind: "field" as const, letter, count });

/** The fields of a format. Longer ones come first, since they are tried in this order. */
const fields: readonly (readonly [string, Part])[] = [
  ["yyyy", { ...field("y", 4), most: 4 }],
  ["hh24", field("H", 2)],
  ["yy", { ...field("y", 2), since: 2000 }],
  ["mm", field("M", 2)],
  ["dd", field("d", 2)],
  ["hh", field("K", 2)],
  ["mi", field("m", 2)],
  ["ss", field("s", 2)],
];

/**
 * Teradata's date formats, such as `yyyy-mm-dd hh24:mi:ss`, as parts of Joda-Time's formats.
 *
 * @see https://trino.io/docs/current/functions/teradata.html
 */
export function teradataParts(format: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < format.length; ) {
    const found = fields.find(([word]) => format.startsWith(word, at));
    const character = format.charAt(at);
    if (found) parts.push(found[1]);
    else if (/[-/,.;:\s]/.test(character)) parts.push({ kind: "text", text: character });
    else throw invalid(`Failed to tokenize string [${character}] at offset [${at}]`);
    at += found?.[0].length ?? 1;
  }
  return parts;
}

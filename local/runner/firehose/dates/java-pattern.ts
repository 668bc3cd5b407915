import { type Field, formatField } from "./java-fields";
import type { ZonedTime } from "./zoned-time";

type Part = { readonly text: string } | Field;

/** A parsed pattern of Java's DateTimeFormatter. */
export type JavaPattern = readonly Part[];

/**
 * Parses a pattern as `DateTimeFormatter.ofPattern` does in the locale en-US.
 *
 * https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/time/format/DateTimeFormatter.html#patterns
 *
 * @throws Error for a pattern that Java refuses.
 */
export function parseJavaPattern(pattern: string): JavaPattern {
  const parts: Part[] = [];
  let depth = 0;
  for (let at = 0; at < pattern.length; ) {
    const letter = pattern[at] ?? "";
    if (/[A-Za-z]/.test(letter)) {
      const [field, length] = readField(pattern.slice(at));
      parts.push(field);
      at += length;
    } else if (letter === "'") {
      const [quoted] = /^'(?:[^']|'')*'/.exec(pattern.slice(at)) ?? [];
      if (quoted === undefined) throw new Error("the pattern ends with an incomplete string literal");
      parts.push({ text: quoted === "''" ? "'" : quoted.slice(1, -1).replaceAll("''", "'") });
      at += quoted.length;
    } else {
      if ("{}#".includes(letter)) throw new Error(`the pattern includes the reserved character ${letter}`);
      if (letter === "]" && --depth < 0) throw new Error("the pattern contains ] without [");
      if (letter === "[") depth++;
      if (!"[]".includes(letter)) parts.push({ text: letter });
      at++;
    }
  }
  return parts;
}

/** @returns the field at the start of a text, and its length there. */
function readField(text: string): [Field, number] {
  const [run = "", letter = ""] = /^([A-Za-z])\1*/.exec(text) ?? [];
  if (letter !== "p") return [checked({ letter, count: run.length }), run.length];
  const [padded = "", next = ""] = /^([A-Za-z])\1*/.exec(text.slice(run.length)) ?? [];
  if (padded === "") throw new Error("the pad letter p must be followed by a valid pad pattern");
  const field = checked({ letter: next, count: padded.length, pad: run.length });
  return [field, run.length + padded.length];
}

/** Smallest and largest number of letters of each field. */
const counts: Readonly<Record<string, readonly [number, number]>> = {
  G: [1, 5],
  u: [1, 19],
  y: [1, 19],
  Y: [1, 19],
  Q: [1, 5],
  q: [1, 5],
  M: [1, 5],
  L: [1, 5],
  w: [1, 2],
  W: [1, 1],
  d: [1, 2],
  D: [1, 3],
  F: [1, 1],
  g: [1, 19],
  E: [1, 5],
  e: [1, 5],
  c: [1, 5],
  a: [1, 1],
  B: [1, 5],
  h: [1, 2],
  K: [1, 2],
  k: [1, 2],
  H: [1, 2],
  m: [1, 2],
  s: [1, 2],
  S: [1, 9],
  A: [1, 19],
  n: [1, 19],
  N: [1, 19],
  V: [2, 2],
  v: [1, 4],
  z: [1, 4],
  O: [1, 4],
  X: [1, 5],
  x: [1, 5],
  Z: [1, 5],
};

function checked(field: Field): Field {
  const { letter, count } = field;
  const [least, most] = counts[letter] ?? [];
  if (least === undefined || most === undefined) throw new Error(`the pattern letter ${letter} is unknown`);
  if (letter === "V" && count !== 2) throw new Error("the pattern letter count must be 2: V");
  if ("vO".includes(letter) && count !== 1 && count !== 4)
    throw new Error(`the pattern letter count must be 1 or 4: ${letter}`);
  if (letter === "B" && ![1, 4, 5].includes(count))
    throw new Error("the pattern letter count must be 1, 4 or 5: B");
  if (letter === "c" && count === 2) throw new Error("the pattern cc is invalid");
  if (count < least || count > most) throw new Error(`the pattern has too many letters: ${letter}`);
  return field;
}

/** @throws Error for a name that is not known, or a value that is longer than its padding. */
export function formatByPattern(pattern: JavaPattern, time: ZonedTime): string {
  return pattern
    .map((part) => {
      if ("text" in part) return part.text;
      const text = formatField(part, time);
      if (part.pad !== undefined && text.length > part.pad)
        throw new Error(`the output of ${part.letter} does not fit its pad width of ${part.pad}`);
      return text.padStart(part.pad ?? 0);
    })
    .join("");
}

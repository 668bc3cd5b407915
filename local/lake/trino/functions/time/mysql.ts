import { check } from "../errors";
import type { Part } from "./joda";

/**
 * MySQL's date formats, such as `%Y-%m-%d %H:%i:%s`, as parts of Joda-Time's formats.
 *
 * @see https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
 */
const field = (letter: string, count: number) => ({ kind: "field" as const, letter, count });
const text = (value: string): Part => ({ kind: "text", text: value });

const specifiers: Readonly<Record<string, readonly Part[]>> = {
  a: [field("E", 3)],
  b: [field("M", 3)],
  c: [field("M", 1)],
  d: [field("d", 2)],
  e: [field("d", 1)],
  f: [field("S", 6)],
  H: [field("H", 2)],
  h: [field("h", 2)],
  I: [field("h", 2)],
  i: [field("m", 2)],
  j: [field("D", 3)],
  k: [field("H", 1)],
  l: [field("h", 1)],
  M: [field("M", 4)],
  m: [field("M", 2)],
  p: [field("a", 1)],
  r: [field("h", 2), text(":"), field("m", 2), text(":"), field("s", 2), text(" "), field("a", 1)],
  S: [field("s", 2)],
  s: [field("s", 2)],
  T: [field("H", 2), text(":"), field("m", 2), text(":"), field("s", 2)],
  v: [field("w", 2)],
  W: [field("E", 4)],
  x: [field("x", 4)],
  Y: [{ ...field("y", 4), most: 4 }],
  y: [field("y", 2)],
};

export function mysqlParts(format: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < format.length; at += 1) {
    const character = format.charAt(at);
    // A % at the end is ignored.
    if (character === "%" && at + 1 === format.length) continue;
    if (character !== "%") {
      parts.push(text(character));
      continue;
    }
    at += 1;
    const specifier = format.charAt(at);
    check(!"DUuVwX".includes(specifier), `%${specifier} not supported in date format string`);
    parts.push(...(Object.hasOwn(specifiers, specifier) ? (specifiers[specifier] ?? []) : [text(specifier)]));
  }
  return parts;
}

/** DuckDB's specifiers that write the same text. */
const strftime: Readonly<Record<string, string>> = {
  a: "%a",
  b: "%b",
  c: "%-m",
  d: "%d",
  e: "%-d",
  f: "%f",
  H: "%H",
  h: "%I",
  I: "%I",
  i: "%M",
  j: "%j",
  k: "%-H",
  l: "%-I",
  M: "%B",
  m: "%m",
  p: "%p",
  r: "%I:%M:%S %p",
  S: "%S",
  s: "%S",
  T: "%H:%M:%S",
  W: "%A",
  Y: "%Y",
  y: "%y",
};

/** The format for DuckDB's strftime. Undefined when it has no equivalent. */
export function strftimeFormat(format: string): string | undefined {
  let text = "";
  for (let at = 0; at < format.length; at += 1) {
    const character = format.charAt(at);
    if (character !== "%") {
      text += character;
      continue;
    }
    at += 1;
    const native = strftime[format.charAt(at)];
    if (native === undefined || !Object.hasOwn(strftime, format.charAt(at))) return undefined;
    text += native;
  }
  return text;
}

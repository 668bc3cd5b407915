import type { Value } from "../../values";
import { define, type Functions, integer, text, texts } from "./arguments";
import { formatList, formatTerraform } from "./format";
import { firstMatchOf, matchesOf } from "./regular-expression";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The characters of a text as a reader sees them (grapheme clusters). Terraform counts these. */
export const characters = (value: string): string[] =>
  Array.from(segmenter.segment(value), ({ segment }) => segment);

/** Maps each letter as Go does: a letter that would become several letters stays as it is. */
const mapLetters = (value: string, map: (letter: string) => string): string =>
  Array.from(value, (letter) => {
    const mapped = map(letter);
    return [...mapped].length === 1 ? mapped : letter;
  }).join("");

/** Removes the characters of a set from both ends of a text. */
function trim(value: string, set: string): string {
  const trimmed = new Set(set);
  const characters = [...value];
  while (trimmed.has(characters[0] ?? "")) characters.shift();
  while (trimmed.has(characters.at(-1) ?? "")) characters.pop();
  return characters.join("");
}

function substr(value: string, offset: number, length: number): string {
  const all = characters(value);
  const start = offset < 0 ? Math.max(0, offset + all.length) : offset;
  return all.slice(start, length < 0 ? undefined : start + length).join("");
}

function replace(value: string, search: string, replacement: string): string {
  const pattern = /^\/(.*)\/$/s.exec(search)?.[1];
  if (pattern === undefined || search.length < 2) return value.replaceAll(search, () => replacement);
  let replaced = "";
  let end = 0;
  for (const found of matchesOf(pattern, value)) {
    replaced += value.slice(end, found.index) + expanded(replacement, found);
    end = found.index + found[0].length;
  }
  return replaced + value.slice(end);
}

/** A replacement with the groups of a match in place of `$1`, `$name` and `${name}`. */
const expanded = (replacement: string, found: RegExpExecArray): string =>
  replacement.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_, dollar, bare, braced) => {
    if (dollar) return "$";
    const name: string = bare ?? braced;
    return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? "";
  });

/** The groups of a match, or the whole match when the pattern has no groups. */
function captures(match: RegExpExecArray | RegExpMatchArray): Value {
  if (match.groups && Object.keys(match.groups).length < match.length - 1)
    throw new Error("either all groups of a pattern have names, or none has");
  if (match.groups)
    return Object.fromEntries(Object.entries(match.groups).map(([name, group]) => [name, group ?? null]));
  return match.length > 1 ? match.slice(1).map((group) => group ?? null) : match[0];
}

/** All matches of a pattern, except for an empty match that directly follows another match, which Go does not report. */
function matches(pattern: string, value: string): RegExpExecArray[] {
  let end = -1;
  return matchesOf(pattern, value).filter((match) => {
    const isLeft = match[0] === "" && match.index === end;
    end = match.index + match[0].length;
    return !isLeft;
  });
}

function regex(pattern: string, value: string): Value {
  const match = firstMatchOf(pattern, value);
  if (!match) throw new Error(`the pattern ${pattern} does not match`);
  return captures(match);
}

/** Splits a text at a separator. An empty separator splits it into code points, as in Go. */
const splitText = (separator: string, value: string): string[] =>
  separator === "" ? [...value] : value.split(separator);

/** https://developer.hashicorp.com/terraform/language/functions: string functions */
export const stringFunctions: Functions = {
  chomp: define(1, 1, ([value]) => text(value).replace(/[\r\n]+$/, "")),
  endswith: define(2, 2, ([value, end]) => text(value).endsWith(text(end))),
  format: define(1, undefined, ([template, ...values]) => formatTerraform(text(template), values)),
  formatlist: define(1, undefined, ([template, ...values]) => formatList(text(template), values)),
  indent: define(2, 2, ([spaces, value]) => text(value).replaceAll("\n", `\n${" ".repeat(integer(spaces))}`)),
  join: define(2, undefined, ([separator, ...lists]) => lists.flatMap(texts).join(text(separator))),
  lower: define(1, 1, ([value]) =>
    mapLetters(text(value), (letter) => (letter === "İ" ? "i" : letter.toLowerCase())),
  ),
  regex: define(2, 2, ([pattern, value]) => regex(text(pattern), text(value))),
  regexall: define(2, 2, ([pattern, value]) => matches(text(pattern), text(value)).map(captures)),
  replace: define(3, 3, ([value, search, replacement]) =>
    replace(text(value), text(search), text(replacement)),
  ),
  split: define(2, 2, ([separator, value]) => splitText(text(separator), text(value))),
  startswith: define(2, 2, ([value, start]) => text(value).startsWith(text(start))),
  strcontains: define(2, 2, ([value, part]) => text(value).includes(text(part))),
  strrev: define(1, 1, ([value]) => characters(text(value)).reverse().join("")),
  substr: define(3, 3, ([value, offset, length]) => substr(text(value), integer(offset), integer(length))),
  title: define(1, 1, ([value]) =>
    text(value).replace(
      /(^|[^\p{L}\p{N}_])(\p{L})/gu,
      (_, before, letter) => before + mapLetters(letter, (one) => one.toUpperCase()),
    ),
  ),
  trim: define(2, 2, ([value, set]) => trim(text(value), text(set))),
  trimprefix: define(2, 2, ([value, prefix]) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  ),
  // JavaScript's `\s` includes the byte order mark, which Go does not treat as a space.
  trimspace: define(1, 1, ([value]) => text(value).replace(/^[^\S\ufeff]+|[^\S\ufeff]+$/g, "")),
  trimsuffix: define(2, 2, ([value, suffix]) =>
    text(value).endsWith(text(suffix))
      ? text(value).slice(0, text(value).length - text(suffix).length)
      : text(value),
  ),
  upper: define(1, 1, ([value]) => mapLetters(text(value), (letter) => letter.toUpperCase())),
};

import { arrayOf, varchar } from "../../types/types";
import { check, invalid } from "../errors";
import { type EmittedCall, type Family, invoke, javascript, mixed, plain } from "../implementation";
import { countTo } from "../text/codepoints";
import { matches, matchesAnywhere, type Pattern, type PatternMatch, patternOf } from "./pattern";

/** https://trino.io/docs/current/functions/regexp.html */
function groupOf(pattern: Pattern, group: bigint): number {
  check(group >= 0n, "Group cannot be negative");
  check(
    group <= BigInt(pattern.groups),
    `Pattern has ${pattern.groups} groups. Cannot access group ${group}`,
  );
  return Number(group);
}

function extract(text: string, regexp: string, group = 0n): string | null {
  const pattern = patternOf(regexp);
  const index = groupOf(pattern, group);
  const [first] = matches(pattern, text);
  return first?.groups[index] ?? null;
}

function extractAll(text: string, regexp: string, group = 0n): (string | null)[] {
  const pattern = patternOf(regexp);
  const index = groupOf(pattern, group);
  return [...matches(pattern, text)].map((match) => match.groups[index] ?? null);
}

function split(text: string, regexp: string): string[] {
  const parts: string[] = [];
  let last = 0;
  for (const { start, end } of matches(patternOf(regexp), text)) {
    parts.push(text.slice(last, start));
    last = end;
  }
  return [...parts, text.slice(last)];
}

function position(text: string, regexp: string, start = 1, occurrence = 1): number {
  check(start >= 1, "start position cannot be smaller than 1");
  check(occurrence >= 1, "occurrence cannot be smaller than 1");
  const pattern = patternOf(regexp);
  const from = indexOfCharacter(text, start - 1);
  // Past the last character nothing is found, not even an empty match.
  if (from === undefined || from >= text.length) return -1;
  let count = 0;
  for (const match of matches(pattern, text, from)) {
    count += 1;
    if (count === occurrence) return countTo(text, match.start) + 1;
  }
  return -1;
}

/** The index at which a character begins, given its number from 0. */
function indexOfCharacter(text: string, characters: number): number | undefined {
  let index = 0;
  for (let left = characters; left > 0; left -= 1) {
    const point = text.codePointAt(index);
    if (point === undefined) return undefined;
    index += point > 0xffff ? 2 : 1;
  }
  return index;
}

/** Fills in a replacement's `$1`, `${name}` and `\$`. */
function fill(template: string, { groups }: PatternMatch, pattern: Pattern): string {
  let result = "";
  for (let at = 0; at < template.length; at += 1) {
    const character = template.charAt(at);
    if (character === "\\") {
      at += 1;
      check(at < template.length, `Illegal replacement sequence: ${template}`);
      result += template.charAt(at);
    } else if (character === "$") {
      const rest = template.slice(at + 1);
      // A name without a closing brace extends to the end.
      const name = /^\{([^}]*)\}?/.exec(rest);
      if (name) {
        const index = pattern.names.get(name[1] ?? "");
        if (index === undefined) throw invalid(`Illegal replacement sequence: unknown group { ${name[1]} }`);
        result += groups[index] ?? "";
        at += name[0].length;
      } else {
        const digits = /^\d/.exec(rest);
        if (!digits) throw invalid(`Illegal replacement sequence: ${template}`);
        let number = digits[0];
        check(Number(number) <= pattern.groups, `Illegal replacement sequence: unknown group ${number}`);
        for (let next = rest.charAt(number.length); /\d/.test(next); next = rest.charAt(number.length)) {
          if (Number(number + next) > pattern.groups) break;
          number += next;
        }
        result += groups[Number(number)] ?? "";
        at += number.length;
      }
    } else result += character;
  }
  return result;
}

function replace(text: string, regexp: string, template = ""): string {
  const pattern = patternOf(regexp);
  let result = "";
  let last = 0;
  for (const match of matches(pattern, text)) {
    result += text.slice(last, match.start) + fill(template, match, pattern);
    last = match.end;
  }
  return result + text.slice(last);
}

/** The groups of every match, from which a lambda makes its replacement. */
const groupsOfMatches = (text: string, regexp: string): (string | null)[][] =>
  [...matches(patternOf(regexp), text)].map(({ groups }) => groups.slice(1));

function joinReplacements(text: string, regexp: string, replacements: readonly (string | null)[]): string {
  let result = "";
  let last = 0;
  let index = 0;
  for (const { start, end } of matches(patternOf(regexp), text)) {
    result += text.slice(last, start) + (replacements[index] ?? "");
    last = end;
    index += 1;
  }
  return result + text.slice(last);
}

const textArray = arrayOf(varchar);

function replaceByLambda(call: EmittedCall): string {
  const [text = "", regexp = ""] = call.args;
  const match = call.context.variable();
  const found = invoke(
    call,
    "regexp_groups",
    [varchar, varchar],
    arrayOf(textArray),
    groupsOfMatches,
    [text, regexp],
    bounded,
  );
  const replacements = `list_transform(${found}, lambda ${match}: ${call.lambda(2, match)})`;
  return invoke(call, "regexp_replace_by", [varchar, varchar, textArray], varchar, joinReplacements, [
    text,
    regexp,
    replacements,
  ]);
}

/** Some patterns take practically forever in any engine, so the time is limited. */
const bounded = { milliseconds: 900 };

export const regex: Family = {
  regexp_count: plain((text: string, regexp: string) => {
    let count = 0n;
    for (const _ of matches(patternOf(regexp), text)) count += 1n;
    return count;
  }, bounded),
  regexp_extract: plain(extract, bounded),
  regexp_extract_all: plain(extractAll, bounded),
  regexp_like: plain((text: string, regexp: string) => matchesAnywhere(patternOf(regexp), text), bounded),
  regexp_position: plain(position, bounded),
  regexp_replace: mixed((call) =>
    call.args[2] === "" ? replaceByLambda(call) : javascript(() => replace, bounded).emit(call),
  ),
  regexp_split: plain(split, bounded),
};

import { quoteText } from "../../../quote";
import { duckdbTypeText } from "../../types/duckdb";
import { greatestLong, leastLong } from "../../types/longs";
import type { Type } from "../../types/types";
import { check, internal, invalid } from "../errors";
import {
  type EmittedCall,
  type Family,
  invoke,
  javascript,
  mixed,
  native,
  plain,
  same,
} from "../implementation";
import { codePoints, countTo, lengthOf, sliceOf } from "./codepoints";

/** https://trino.io/docs/current/functions/string.html */

/** The characters of Java's Character.isWhitespace, which excludes non-breaking spaces. */
const whitespace =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000";

const isBytes = (type: Type | undefined): boolean => type?.kind === "varbinary";

/** The value of an integer literal in SQL. */
function integerOf(sql: string | undefined): number | undefined {
  const match = /^\(?(?:CAST\()?(-?\d+)(?:::\w+|\s+AS\s+\w+\))?\)?$/i.exec(sql ?? "");
  return match ? Number(match[1]) : undefined;
}

function substring(text: string, start: bigint, length?: bigint): string {
  if (start === 0n || (length !== undefined && length <= 0n)) return "";
  const size = lengthOf(text);
  const from = start > 0n ? Number(start) - 1 : size + Number(start);
  if (from < 0 || from >= size) return "";
  if (start < 0n && length !== undefined && BigInt(from) + length > greatestLong)
    throw internal(`Range [${from}, ${from} + ${BigInt.asIntN(32, BigInt(from) + length)}) out of bounds`);
  const to = length === undefined ? size : Math.min(size, from + Number(length));
  return sliceOf(text, from, to);
}

function subBytes(bytes: Uint8Array, start: bigint, length?: bigint): Uint8Array {
  if (start === 0n || (length !== undefined && length <= 0n)) return new Uint8Array();
  const from = start > 0n ? Number(start) - 1 : bytes.length + Number(start);
  if (from < 0 || from >= bytes.length) return new Uint8Array();
  const to = length === undefined ? bytes.length : Math.min(bytes.length, from + Number(length));
  return bytes.slice(from, to);
}

const maximumLength = 2_147_483_647n;

/** DuckDB's substring counts as Trino's does if the start is positive and the length is not negative. */
const substr = mixed((call) => {
  const [x = "", start, length] = call.args;
  if (isBytes(call.types[0])) return javascript(() => subBytes).emit(call);
  const from = integerOf(start);
  const size = integerOf(length);
  const natural = (number: number | undefined, least: number): boolean =>
    number !== undefined && number >= least && number <= Number(maximumLength);
  if (natural(from, 1) && (length === undefined || natural(size, 0)))
    return `substring(${[x, from, ...(length === undefined ? [] : [size])].join(", ")})`;
  return javascript(() => substring).emit(call);
});

const padText = (left: boolean) => (text: string, size: bigint, padding: string) => {
  check(size >= 0n && size <= maximumLength, "Target length must be in the range [0..2147483647]");
  check(padding !== "", "Padding string must not be empty");
  const length = lengthOf(text);
  const wanted = Number(size);
  if (length >= wanted) return sliceOf(text, 0, wanted);
  const characters = codePoints(padding);
  const missing = wanted - length;
  const whole = padding.repeat(Math.floor(missing / characters.length));
  const added = whole + characters.slice(0, missing % characters.length).join("");
  return left ? added + text : text + added;
};

const padBytes = (left: boolean) => (bytes: Uint8Array, size: bigint, padding: Uint8Array) => {
  check(size >= 0n && size <= maximumLength, "Target length must be in the range [0..2147483647]");
  check(padding.length > 0, "Padding bytes must not be empty");
  const wanted = Number(size);
  if (bytes.length >= wanted) return bytes.slice(0, wanted);
  const added = Uint8Array.from(
    { length: wanted - bytes.length },
    (_, at) => padding[at % padding.length] ?? 0,
  );
  return Buffer.concat(left ? [added, bytes] : [bytes, added]);
};

const pad = (left: boolean) =>
  javascript(({ types }) => (isBytes(types[0]) ? padBytes(left) : padText(left)));

const trimmed = (duckdb: string) =>
  native(({ args: [x = "", characters], types }) => {
    if (types[0]?.kind !== "char") return `${duckdb}(${x}, ${characters ?? quoteText(whitespace)})`;
    // The padding of a char is ignored both in the argument and in the result.
    return `rtrim(${duckdb}(rtrim(${x}, ' '), ${characters ?? quoteText(whitespace)}), ' ')`;
  });

function positionOf(text: string, part: string, instance: bigint): bigint {
  check(instance !== 0n && instance !== leastLong, "'instance' must be a positive or negative number.");
  if (part === "") return 1n;
  let at = instance > 0n ? -1 : text.length;
  for (let left = instance > 0n ? instance : -instance; left > 0n; left -= 1n) {
    if (instance < 0n && at === 0) return 0n;
    at = instance > 0n ? text.indexOf(part, at + 1) : text.lastIndexOf(part, at - 1);
    if (at < 0) return 0n;
  }
  return BigInt(countTo(text, at) + 1);
}

function split(text: string, delimiter: string, limit?: bigint): string[] {
  check(limit === undefined || limit > 0n, "Limit must be positive");
  check(limit === undefined || limit <= maximumLength, "Limit is too large");
  check(delimiter !== "", "The delimiter may not be the empty string");
  const parts = text.split(delimiter);
  if (limit === undefined || parts.length <= limit) return parts;
  const kept = parts.slice(0, Number(limit) - 1);
  return [...kept, parts.slice(kept.length).join(delimiter)];
}

function splitPart(text: string, delimiter: string, index: bigint): string | null {
  check(index > 0n, "Index must be greater than zero");
  const parts = delimiter === "" ? codePoints(text) : text.split(delimiter);
  return parts[Number(index) - 1] ?? null;
}

function replaceIn(text: string, search: string, replacement = ""): string {
  if (search !== "") return text.replaceAll(search, () => replacement);
  return [...codePoints(text), ""].map((character) => replacement + character).join("");
}

function translate(text: string, from: string, to: string): string {
  const targets = codePoints(to);
  const table = new Map<string, string>();
  for (const [index, character] of codePoints(from).entries())
    if (!table.has(character)) table.set(character, targets[index] ?? "");
  return codePoints(text)
    .map((character) => table.get(character) ?? character)
    .join("");
}

function concatWs(separator: string | null, ...values: (string | null | readonly (string | null)[])[]) {
  if (separator === null) return null;
  check(values.length > 0, "There must be two or more arguments");
  const [first] = values;
  if (Array.isArray(first)) return first.filter((value) => value !== null).join(separator);
  if (values.length === 1 && first === null) return "";
  return values.filter((value) => value !== null).join(separator);
}

/** Whether a parameter is an array, for which only a NULL in place of the whole array makes the result NULL. */
const joinsArray = (types: readonly Type[]): boolean => types[1]?.kind === "array";

function concat(call: EmittedCall): string {
  const [type] = call.types;
  const { args, returns } = call;
  if (returns.kind === "array") {
    if (args.length < 2) return fewArguments(args, "There must be two or more arguments to concat");
    const lists = args.map((sql, index) => {
      const given = call.types[index];
      if (given && duckdbTypeText(given) === duckdbTypeText(returns)) return sql;
      // An element that is NULL makes the whole result NULL.
      return `CASE WHEN ${sql} IS NOT NULL THEN [${sql}] END`;
    });
    return `(${lists.join(" || ")})`;
  }
  if (args.length < 2 && type?.kind !== "char")
    return fewArguments(args, "There must be two or more concatenation arguments");
  return `(${args.join(" || ")})`;
}

/** A single argument is accepted only if it is NULL, and then the result is NULL. */
export function fewArguments([only]: readonly string[], sentence: string): string {
  if (only !== undefined && /^CAST\(NULL AS /.test(only)) return only;
  throw invalid(sentence);
}

/** DuckDB changes ß to the capital ẞ, whereas Java keeps it. An unused character takes its place during the call. */
const sharpS = "\u{10fffe}";

export const strings: Family = {
  char2hexint: plain((text: string) => Buffer.from(text, "utf16le").swap16().toString("hex").toUpperCase()),
  chr: plain((point: bigint) => {
    check(
      point >= 0n && point <= 0x10ffffn && !(point >= 0xd800n && point <= 0xdfffn),
      `Not a valid Unicode code point: ${point}`,
    );
    return String.fromCodePoint(Number(point));
  }),
  codepoint: plain((text: string) => {
    check(lengthOf(text) === 1, "Input string must be a single character string");
    return text.codePointAt(0);
  }),
  concat: mixed(concat),
  concat_ws: mixed((call) => {
    const joined = invoke(
      call,
      "concat_ws",
      call.types,
      call.returns,
      joinsArray(call.types)
        ? (separator: string | null, values: readonly (string | null)[] | null) =>
            values === null ? null : concatWs(separator, values)
        : concatWs,
      call.args,
      { takesNulls: true },
    );
    // Nothing is evaluated that a NULL separator would join.
    return call.literal(0) === undefined
      ? `CASE WHEN ${call.args[0]} IS NOT NULL THEN ${joined} END`
      : joined;
  }),
  index: same("strpos"),
  length: native(({ args: [x], types }) => (isBytes(types[0]) ? `octet_length(${x})` : `length(${x})`)),
  lower: same("lower"),
  lpad: pad(true),
  ltrim: trimmed("ltrim"),
  replace: mixed((call) => {
    const search = call.literal(1);
    if (search !== undefined && search !== "")
      return `replace(${[call.args[0], call.args[1], call.args[2] ?? "''"].join(", ")})`;
    return javascript(() => replaceIn).emit(call);
  }),
  rpad: pad(false),
  rtrim: trimmed("rtrim"),
  split: plain(split),
  split_part: plain(splitPart),
  starts_with: same("starts_with"),
  strpos: mixed((call) =>
    call.args.length === 2 ? same("strpos").emit(call) : javascript(() => positionOf).emit(call),
  ),
  substr,
  substring: substr,
  translate: plain(translate),
  trim: trimmed("trim"),
  upper: native(({ args: [x] }) => `replace(upper(replace(${x}, 'ß', '${sharpS}')), '${sharpS}', 'ß')`),
};

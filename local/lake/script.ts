/** Matches comments, strings and quoted names, in which no sign has a meaning. */
const trino =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)/g;

/** The same for Hive's grammar, in which a backslash escapes a quote inside a string. */
const hive =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|'(?:[^'\\]|\\[\s\S])*(?:'|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|`[^`]*(?:`|$)/g;

/** Statements whose strings follow Hive's grammar. */
const ofHive = /^(?:ALTER|CREATE\s+(?:DATABASE|SCHEMA|EXTERNAL)|DESC|DESCRIBE|MSCK|SHOW)\b/i;

/**
 * Splits a script into its statements, without the semicolons between them. A script with a single statement, or none,
 * is returned unchanged. Parts that consist only of comments are left out.
 */
export function splitStatements(script: string): readonly string[] {
  // A single statement keeps its comments and blank lines, so that the line numbers in errors stay right.
  const some = [...parts(script)].map(({ text }) => text.trim()).filter((text) => !isComment(text));
  return some.length > 1 ? some : [script];
}

/** The texts that end with a statement's semicolon, and the text after the last of them. */
function* parts(script: string): Generator<{ readonly text: string; readonly isEnded: boolean }> {
  for (let start = 0; ; ) {
    const end = endOf(script, start);
    yield { text: script.slice(start, end), isEnded: end !== undefined };
    if (end === undefined) return;
    start = end + 1;
  }
}

/** The position of the semicolon that ends the statement beginning at `start`. */
function endOf(script: string, start: number): number | undefined {
  let at = start;
  for (const { kind, text } of piecesOf(script.slice(start))) {
    const end = kind === "code" ? text.indexOf(";") : -1;
    if (end >= 0) return at + end;
    at += text.length;
  }
  return undefined;
}

/** A comment, a string or quoted name, or what is between them. */
export interface Piece {
  readonly kind: "comment" | "quoted" | "code";
  readonly text: string;
}

/** The pieces of a text that begins with a statement, whose grammar decides where strings end. */
export function* piecesOf(sql: string): Generator<Piece> {
  const token = new RegExp(ofHive.test(fromFirstWord(sql)) ? hive : trino);
  let at = 0;
  for (let found = token.exec(sql); found; found = token.exec(sql)) {
    if (found.index > at) yield { kind: "code", text: sql.slice(at, found.index) };
    yield { kind: found.groups?.comment === undefined ? "quoted" : "comment", text: found[0] };
    at = token.lastIndex;
  }
  if (at < sql.length) yield { kind: "code", text: sql.slice(at) };
}

/** Whether a text that is being typed ends with a semicolon that ends a statement. */
export function isEnded(text: string): boolean {
  const [last, before] = [...parts(text)].reverse();
  return before !== undefined && isComment(last?.text ?? "");
}

const isComment = (text: string): boolean => text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").trim() === "";

/** A statement without the comments and opening parentheses before its first word. */
export const fromFirstWord = (sql: string): string =>
  sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*/, "");

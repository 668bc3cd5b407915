/**
 * Matches strings, quoted names and comments, in which a semicolon does not end a statement, and the semicolon that
 * does.
 */
const trino =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<end>;)/g;

/** The same for Hive's grammar, in which a backslash escapes a quote inside a string. */
const hive =
  /'(?:[^'\\]|\\[\s\S])*(?:'|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<end>;)/g;

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
  const token = ofHive.test(fromFirstWord(script.slice(start))) ? hive : trino;
  token.lastIndex = start;
  for (let found = token.exec(script); found; found = token.exec(script))
    if (found.groups?.end !== undefined) return found.index;
  return undefined;
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

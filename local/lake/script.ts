/** Texts, quoted names and comments, in which a semicolon ends nothing; and the semicolon that does. */
const trino =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<end>;)/g;

/** The same in Hive's grammar, where a backslash keeps a quote from ending a text. */
const hive =
  /'(?:[^'\\]|\\[\s\S])*(?:'|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<end>;)/g;

/** Statements whose texts are Hive's. */
const ofHive = /^(?:ALTER|CREATE\s+(?:DATABASE|SCHEMA|EXTERNAL)|DESC|DESCRIBE|MSCK|SHOW)\b/i;

/**
 * The statements of a script, without the semicolons between them; the script as it is when it has one statement or
 * none. A part of comments alone is left out.
 */
export function splitStatements(script: string): readonly string[] {
  // A single one keeps its lines, by which mistakes are told.
  const some = [...parts(script)].map(({ text }) => text.trim()).filter((text) => !isComment(text));
  return some.length > 1 ? some : [script];
}

/** The texts between the semicolons that end statements; the last one has none. */
function* parts(script: string): Generator<{ readonly text: string; readonly isEnded: boolean }> {
  for (let start = 0; ; ) {
    const end = endOf(script, start);
    yield { text: script.slice(start, end), isEnded: end !== undefined };
    if (end === undefined) return;
    start = end + 1;
  }
}

/** Where the semicolon is that ends the statement that begins at `start`. */
function endOf(script: string, start: number): number | undefined {
  const token = ofHive.test(fromFirstWord(script.slice(start))) ? hive : trino;
  token.lastIndex = start;
  for (let found = token.exec(script); found; found = token.exec(script))
    if (found.groups?.end !== undefined) return found.index;
  return undefined;
}

/** Whether a text that is being typed ends with the semicolon of a statement. */
export function isEnded(text: string): boolean {
  const [last, before] = [...parts(text)].reverse();
  return before !== undefined && isComment(last?.text ?? "");
}

const isComment = (text: string): boolean => text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").trim() === "";

/** A statement without the comments and parentheses before its first word. */
export const fromFirstWord = (sql: string): string =>
  sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*/, "");

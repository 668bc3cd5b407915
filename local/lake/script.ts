/** Texts, quoted names and comments, in which a semicolon ends nothing; and the semicolon that does. */
const token =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<end>;)/g;

/**
 * The statements of a script, without the semicolons between them; the script as it is when it has one statement or
 * none. A part of comments alone is left out.
 */
export function splitStatements(script: string): readonly string[] {
  const statements: string[] = [];
  let start = 0;
  for (const { groups, index } of script.matchAll(token)) {
    if (groups?.end === undefined) continue;
    statements.push(script.slice(start, index));
    start = index + 1;
  }
  statements.push(script.slice(start));
  const some = statements.map((text) => text.trim()).filter((text) => !isComment(text));
  // A single one keeps its lines, by which mistakes are told.
  return some.length > 1 ? some : [script];
}

/** Whether a text that is being typed ends with the semicolon of a statement. */
export function isEnded(text: string): boolean {
  const last = [...text.matchAll(token)].findLast(({ groups }) => groups?.end !== undefined);
  return last !== undefined && isComment(text.slice(last.index + 1));
}

const isComment = (text: string): boolean => text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").trim() === "";

/** A statement without the comments and parentheses before its first word. */
export const fromFirstWord = (sql: string): string =>
  sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*/, "");

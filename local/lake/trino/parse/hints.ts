import { type Token, TokenType } from "./text/lexer";

/** A hint for a word that other databases accept and Trino does not. Undefined when there is none. */
export function hintAt(tokens: readonly Token[], index: number): string | undefined {
  const { type, text = "" } = tokens[index] ?? {};
  const before = tokens[index - 1];
  if (type === TokenType.end && index === 0) return "the statement is empty";
  if (before?.type === ";") return "one statement at a time, as on Athena";
  if (text === ":" && tokens[index + 1]?.text === ":") return "a cast is written CAST(x AS type)";
  if (text === "=" && before?.text === "=") return "equality is a single =";
  if (text === ">" && before?.text === "->") return "json_extract_scalar(x, '$.field') reads a field of JSON";
  if (type === TokenType.string && before?.type === "AS") return 'an alias is quoted with "double quotes"';
  if (text === "'") return "the string has no end";
  if (text === '"') return "the quoted name has no end";
  if (opensComment(tokens, index) || opensComment(tokens, index - 1)) return "the comment has no end";
  if (/^[\p{C}\p{Z}]$/u.test(text))
    return `the character U+${codeOf(text)} cannot be seen, and has no meaning here`;
  if (text.toUpperCase() === "TABLE" && before?.text.toUpperCase() === "INTO") return "INSERT INTO name";
  if (text === "," && tokens[index - 2]?.text.toUpperCase() === "LIMIT") return "OFFSET m LIMIT n";
  if (text.toUpperCase() === "VIEW" && before?.text.toUpperCase() === "LATERAL")
    return "CROSS JOIN UNNEST(array) AS t(item)";
  return WORDS[text.toUpperCase()] ?? WORDS[before?.text.toUpperCase() ?? ""];
}

/** Whether a token and the next one are the beginning of a comment. A complete comment does not become tokens. */
function opensComment(tokens: readonly Token[], index: number): boolean {
  const [slash, star] = [tokens[index], tokens[index + 1]];
  if (slash?.text !== "/" || star?.text !== "*") return false;
  return star.at.line === slash.at.line && star.at.column === slash.at.column + 1;
}

const codeOf = (text: string): string =>
  (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");

const WORDS: Readonly<Record<string, string>> = {
  "!": "NOT negates; the inequality is <>",
  "#": "a comment begins with --",
  "&": "bitwise_and(a, b) is what & is elsewhere",
  "**": "power(x, y)",
  "[": "an array is written ARRAY[…]",
  "^": "power(x, y), or bitwise_xor(a, b)",
  "~": "regexp_like(x, pattern), or bitwise_not(x)",
  "~*": "regexp_like(x, '(?i)pattern')",
  DIV: "/ divides integers to an integer",
  GLOB: "LIKE, or regexp_like(x, pattern)",
  IGNORE: "IGNORE NULLS stands after the parentheses",
  ILIKE: "lower(x) LIKE lower(pattern)",
  MINUS: "EXCEPT",
  OFFSET: "OFFSET stands before LIMIT",
  OVERWRITE: "rows are only added: INSERT INTO, or a new table by CREATE TABLE … AS",
  PIVOT: "CASE within an aggregate, or map_agg, gives a column of each value",
  QUALIFY: "a subquery with WHERE filters by window functions",
  REGEXP: "regexp_like(x, pattern)",
  RLIKE: "regexp_like(x, pattern)",
  SIMILAR: "regexp_like(x, pattern)",
  TOP: "LIMIT at the end of the statement",
  XOR: "a <> b of two booleans",
};

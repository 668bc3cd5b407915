import type { Identifier, QualifiedName } from "./ast";
import type { Grammar } from "./grammar";
import { TokenType } from "./text/lexer";

export const identifier = (g: Grammar): Identifier => {
  if (!g.isName()) g.unexpected();
  const { type, text, at } = g.advance();
  switch (type) {
    case TokenType.quotedName: {
      if (text.length === 2) g.refuse(at, "Zero-length delimited identifier not allowed");
      return { kind: "Identifier", ...at, value: text.slice(1, -1).replaceAll('""', '"'), quoted: true };
    }
    case TokenType.backquotedName:
      return g.refuse(at, "backquoted identifiers are not supported; use double quotes to quote identifiers");
    case TokenType.digitName:
      return g.refuse(
        at,
        "identifiers must not start with a digit; surround the identifier with double quotes",
      );
    default:
      return { kind: "Identifier", ...at, value: text, quoted: false };
  }
};

export const qualifiedName = (g: Grammar): QualifiedName => {
  const { at } = g;
  const parts = [identifier(g)];
  while (g.accept(".") !== undefined) parts.push(identifier(g));
  return { kind: "QualifiedName", ...at, parts };
};

/** Parses a list of column names, such as `(a, b)`. */
export const columnNames = (g: Grammar): readonly Identifier[] =>
  g.parenthesized(() => g.list(() => identifier(g)));

export const optionalColumnNames = (g: Grammar): readonly Identifier[] | undefined =>
  g.is("(") ? columnNames(g) : undefined;

const isInteger = (type: string): boolean => type === TokenType.integer || type === "?";

/** For each word that may begin a clause, whether it does so here. Otherwise the word is a name. */
const CLAUSES: Readonly<Record<string, (g: Grammar) => boolean>> = {
  AT: (g) => g.peek(1) === "TIME" && g.peek(2) === "ZONE",
  LIMIT: (g) => isInteger(g.peek(1)) || g.peek(1) === "ALL",
  OFFSET: (g) => isInteger(g.peek(1)),
  FETCH: (g) => g.peek(1) === "FIRST" || g.peek(1) === "NEXT",
  WINDOW: (g) => g.isNameAhead(1) && g.peek(2) === "AS",
  TABLESAMPLE: (g) => (g.peek(1) === "BERNOULLI" || g.peek(1) === "SYSTEM") && g.peek(2) === "(",
  MATCH_RECOGNIZE: (g) => g.peek(1) === "(" && g.hasInParentheses(1, "PATTERN"),
};

/** Whether an alias without AS comes next, as in `FROM t x`, but not in `FROM t LIMIT 5`. */
const isBareAlias = (g: Grammar): boolean => g.isName() && !(CLAUSES[g.token.type]?.(g) ?? false);

/** Parses an alias with or without AS. */
export const optionalAlias = (g: Grammar): Identifier | undefined => {
  if (g.accept("AS") !== undefined) return identifier(g);
  return isBareAlias(g) ? identifier(g) : undefined;
};

/** Types of the tokens with which an expression may begin, besides names. */
const EXPRESSION_STARTS: ReadonlySet<string> = new Set([
  TokenType.string,
  TokenType.unicodeString,
  TokenType.binary,
  TokenType.integer,
  TokenType.decimal,
  TokenType.double,
  ..."( - + ? NULL TRUE FALSE NOT CASE CAST EXISTS EXTRACT GROUPING LISTAGG NORMALIZE TRIM CURRENT_DATE".split(
    " ",
  ),
  ..."CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURRENT_CATALOG CURRENT_SCHEMA CURRENT_PATH".split(" "),
  ..."LOCALTIME LOCALTIMESTAMP JSON_EXISTS JSON_VALUE JSON_QUERY JSON_OBJECT JSON_ARRAY".split(" "),
]);

/** Whether an expression may begin `ahead` tokens from here. */
export const startsExpression = (g: Grammar, ahead: number): boolean =>
  g.isNameAhead(ahead) || EXPRESSION_STARTS.has(g.peek(ahead));

/** Parses DISTINCT or ALL. The word `ALL` may also be a column. */
export const optionalQuantifier = (g: Grammar, star = false): "DISTINCT" | "ALL" | undefined => {
  if (g.accept("DISTINCT") !== undefined) return "DISTINCT";
  if (g.is("ALL") && (startsExpression(g, 1) || (star && g.peek(1) === "*"))) {
    g.advance();
    return "ALL";
  }
  return undefined;
};

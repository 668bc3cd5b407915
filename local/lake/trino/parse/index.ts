import { queryBytes } from "@streaming-data-lake/rules/limits";
import { TrinoError } from "../types/errors";
import type { DataType, Expression, ParsedStatement, Query, StringLiteral } from "./ast";
import { stringLiteral } from "./expressions/literals";
import { expression, valueExpression } from "./expressions/operators";
import { Grammar } from "./grammar";
import { hintAt } from "./hints";
import { query } from "./queries";
import { statement } from "./statements/statement";
import { Expectations, UnexpectedToken } from "./text/cursor";
import { type Token, TokenType, tokenize } from "./text/lexer";
import { dataType } from "./types";

class Parser extends Grammar {
  override expression(): Expression {
    return expression(this);
  }
  override valueExpression(): Expression {
    return valueExpression(this);
  }
  override query(): Query {
    return query(this);
  }
  override type(): DataType {
    return dataType(this);
  }
  override string(): StringLiteral {
    return stringLiteral(this);
  }
}

/**
 * Parses one statement by Trino's grammar. A semicolon may follow it, as in Athena.
 *
 * @throws TrinoError SYNTAX_ERROR with the position of the first unexpected token, QUERY_TEXT_TOO_LARGE above Athena's
 * limit of 262,144 bytes.
 * @see https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
 * @see https://github.com/trinodb/trino/blob/476/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
 */
export const parseStatement = (sql: string): ParsedStatement =>
  parse(sql, (parser) => {
    const parsed = statement(parser);
    if (parser.token.type === ";") parser.advance();
    return { statement: parsed, parameters: parser.parameters };
  });

/** Parses an expression, which has to be the whole text. */
export const parseExpression = (sql: string): Expression => parse(sql, (parser) => parser.expression());

/** Parses a type in the form that CAST accepts, such as `array(varchar(10))` or `timestamp(3) with time zone`. */
export const parseType = (sql: string): DataType => parse(sql, (parser) => parser.type());

const parse = <T>(sql: string, rule: (parser: Parser) => T): T => {
  const bytes = Buffer.byteLength(sql);
  if (bytes > queryBytes)
    throw new TrinoError(
      "QUERY_TEXT_TOO_LARGE",
      `Query text length (${bytes}) exceeds the maximum length (${queryBytes})`,
    );
  const tokens = tokenize(sql);
  const read = (parser: Parser): T => {
    const result = rule(parser);
    parser.expect(TokenType.end);
    parser.throwRefused();
    return result;
  };
  try {
    return read(new Parser(tokens));
  } catch (error) {
    if (error instanceof UnexpectedToken)
      throw syntaxError(error, tokens, expectedAt(error.index, tokens, read));
    if (error instanceof RangeError)
      throw new TrinoError("SYNTAX_ERROR", "statement is too large (stack overflow while parsing)", 1, 1);
    throw error;
  }
};

/**
 * Parses an invalid statement again, to collect the tokens that were expected. Only invalid statements are parsed
 * twice.
 */
const expectedAt = (
  index: number,
  tokens: readonly Token[],
  read: (parser: Parser) => unknown,
): readonly string[] => {
  const expectations = new Expectations(index);
  try {
    read(new Parser(tokens, expectations));
  } catch (error) {
    if (!(error instanceof UnexpectedToken)) throw error;
  }
  return [...expectations.labels].sort();
};

const syntaxError = (
  { token: { text, at }, index }: UnexpectedToken,
  tokens: readonly Token[],
  expected: readonly string[],
): TrinoError => {
  const hint = hintAt(tokens, index);
  const shown = text.replaceAll(/\p{Cc}/gu, (character) =>
    character === "\n" ? "\\n" : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new TrinoError(
    "SYNTAX_ERROR",
    `mismatched input '${shown.length > 100 ? `${shown.slice(0, 100)}…` : shown}'. Expecting: ${expected.join(", ")}`,
    at.line,
    at.column,
    hint,
  );
};

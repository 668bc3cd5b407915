import type { TextPosition } from "../../types/errors";
import type { CurrentName, CurrentTime, Expression, Identifier, Lambda, WhenClause } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";
import { TokenType } from "../text/lexer";
import { functionCall, startsCall } from "./calls";
import { castForm, extract, listagg, normalize, position, substring, trim } from "./forms";
import { jsonArray, jsonExists, jsonObject, jsonQuery, jsonValue } from "./json";
import {
  binaryLiteral,
  intervalLiteral,
  isIntervalLiteral,
  isString,
  numberLiteral,
  stringLiteral,
} from "./literals";
import { over, startsOver } from "./windows";

/** Parses an expression without operators, and any `[index]` and `.field` after it. */
export const primaryExpression = (g: Grammar): Expression => {
  const { at } = g;
  let value = simple(g);
  for (let length = 1; ; length++) {
    if (g.is("[")) {
      g.advance();
      const index = g.nested(() => g.valueExpression());
      g.expect("]");
      value = { kind: "Subscript", ...at, base: value, index };
    } else if (g.is(".") && g.peek(1) !== "*") {
      g.advance();
      value = { kind: "Dereference", ...at, base: value, field: identifier(g) };
    } else return value;
    g.checkChain(length);
  }
};

const simple = (g: Grammar): Expression => {
  const { type, at } = g.token;
  switch (type) {
    case "(":
      return parenthesis(g);
    case "-":
      g.advance();
      return numberLiteral(g, true, at);
    case TokenType.integer:
    case TokenType.decimal:
    case TokenType.double:
      return numberLiteral(g, false, at);
    case TokenType.string:
    case TokenType.unicodeString:
      return stringLiteral(g);
    case TokenType.binary:
      return binaryLiteral(g);
    case "?":
      g.advance();
      return { kind: "Parameter", ...at, index: g.nextParameter() };
    case "NULL":
      g.advance();
      return { kind: "NullLiteral", ...at };
    case "TRUE":
    case "FALSE":
      g.advance();
      return { kind: "BooleanLiteral", ...at, value: type === "TRUE" };
    default:
      return reservedForm(g, type) ?? named(g);
  }
};

/** Parses the forms that begin with a reserved word. */
const reservedForm = (g: Grammar, type: string): Expression | undefined => {
  switch (type) {
    case "CASE":
      return caseExpression(g);
    case "CAST":
      return castForm(g);
    case "EXISTS": {
      const { at } = g.advance();
      const query = g.parenthesized(() => g.query());
      return { kind: "Exists", ...at, subquery: { kind: "ScalarSubquery", ...at, query } };
    }
    case "EXTRACT":
      return extract(g);
    case "TRIM":
      return trim(g);
    case "NORMALIZE":
      return normalize(g);
    case "LISTAGG":
      return listagg(g);
    case "GROUPING": {
      const { at } = g.advance();
      const columns = g.parenthesized(() => (g.is(")") ? [] : g.list(() => qualifiedName(g))));
      return { kind: "Grouping", ...at, columns };
    }
    case "JSON_EXISTS":
      return jsonExists(g);
    case "JSON_VALUE":
      return jsonValue(g);
    case "JSON_QUERY":
      return jsonQuery(g);
    case "JSON_OBJECT":
      return jsonObject(g);
    case "JSON_ARRAY":
      return jsonArray(g);
    case "CURRENT_DATE":
    case "CURRENT_TIME":
    case "CURRENT_TIMESTAMP":
    case "LOCALTIME":
    case "LOCALTIMESTAMP":
      return currentTime(g, type);
    case "CURRENT_USER":
    case "CURRENT_CATALOG":
    case "CURRENT_SCHEMA":
    case "CURRENT_PATH":
      return currentName(g, type);
    default:
      return undefined;
  }
};

const currentTime = (g: Grammar, form: CurrentTime["function"]): CurrentTime => {
  const { at } = g.advance();
  if (form === "CURRENT_DATE" || !g.is("(")) return { kind: "CurrentTime", ...at, function: form };
  const precision = g.parenthesized(() => Number(g.expect(TokenType.integer).text.replaceAll("_", "")));
  return { kind: "CurrentTime", ...at, function: form, precision };
};

const currentName = (g: Grammar, form: CurrentName["function"]): CurrentName => ({
  kind: "CurrentName",
  ...g.advance().at,
  function: form,
});

/**
 * Parses what begins with a name: a column, a call, a lambda, a literal after its type, or a form whose first word may
 * also be a name.
 */
const named = (g: Grammar): Expression => {
  const { type, at } = g.token;
  if (!g.isNameAhead(0)) g.unexpected();
  if (isString(g.peek(1)) && !isIntervalLiteral(g)) return typedLiteral(g);
  if (g.peek(1) === "->") return lambda(g, at, [identifier(g)]);
  switch (type) {
    case "INTERVAL":
      if (isIntervalLiteral(g)) return intervalLiteral(g);
      break;
    case "DOUBLE":
      if (g.peek(1) !== "PRECISION" || !isString(g.peek(2))) break;
      g.advance();
      g.advance();
      return { kind: "GenericLiteral", ...at, type: "DOUBLE", value: stringLiteral(g).value };
    case "ARRAY":
      if (g.peek(1) === "[") return arrayConstructor(g);
      break;
    case "ROW":
      if (g.peek(1) !== "(" || g.peek(2) === ")") break;
      g.advance();
      return { kind: "RowConstructor", ...at, items: g.parenthesized(() => g.list(() => g.expression())) };
    case "TRY_CAST":
      if (g.peek(1) === "(" && g.hasInParentheses(1, "AS")) return castForm(g);
      break;
    case "POSITION":
      if (g.peek(1) === "(" && g.hasInParentheses(1, "IN")) return position(g);
      break;
    case "SUBSTRING":
      if (g.peek(1) === "(" && g.hasInParentheses(1, "FROM")) return substring(g);
      break;
    default:
  }
  if (startsCall(g, 0) || ((type === "RUNNING" || type === "FINAL") && startsCall(g, 1)))
    return functionCall(g);
  const name = identifier(g);
  if (startsOver(g)) return { kind: "WindowMeasure", ...at, name, window: over(g) };
  return name;
};

const typedLiteral = (g: Grammar): Expression => {
  const { at } = g;
  const type = identifier(g).value;
  return { kind: "GenericLiteral", ...at, type, value: stringLiteral(g).value };
};

const arrayConstructor = (g: Grammar): Expression => {
  const { at } = g.expect("ARRAY");
  g.expect("[");
  const items = g.is("]") ? [] : g.list(() => g.expression());
  g.expect("]");
  return { kind: "ArrayConstructor", ...at, items };
};

const lambda = (g: Grammar, at: TextPosition, parameters: readonly Identifier[]): Lambda => {
  g.expect("->");
  return { kind: "Lambda", ...at, parameters, body: g.expression() };
};

/** Parses `(SELECT …)`, `(a)`, `(a, b)` or `(a, b) -> …`. */
const parenthesis = (g: Grammar): Expression => {
  const { at } = g;
  if (g.afterParentheses() === "->") {
    const parameters = g.parenthesized(() => (g.is(")") ? [] : g.list(() => identifier(g))));
    return lambda(g, at, parameters);
  }
  if (g.isQueryInParentheses())
    return { kind: "ScalarSubquery", ...at, query: g.parenthesized(() => g.query()) };
  g.expect("(");
  g.labelled("<query>", () => undefined);
  const items = g.list(() => g.expression());
  g.expect(")");
  return items.length === 1 ? (items[0] as Expression) : { kind: "RowConstructor", ...at, items };
};

const caseExpression = (g: Grammar): Expression => {
  const { at } = g.expect("CASE");
  const operand = g.is("WHEN") ? undefined : g.expression();
  const whens = [whenClause(g)];
  while (g.is("WHEN")) whens.push(whenClause(g));
  const otherwise = g.accept("ELSE") === undefined ? undefined : g.expression();
  g.expect("END");
  const rest = { whens, ...(otherwise === undefined ? {} : { otherwise }) };
  return operand === undefined
    ? { kind: "SearchedCase", ...at, ...rest }
    : { kind: "SimpleCase", ...at, operand, ...rest };
};

const whenClause = (g: Grammar): WhenClause => {
  const { at } = g.expect("WHEN");
  const operand = g.expression();
  g.expect("THEN");
  return { kind: "WhenClause", ...at, operand, result: g.expression() };
};

import type { TextPosition } from "../../types/errors";
import type { Comparison, ComparisonOperator, Expression, Not, ScalarSubquery } from "../ast";
import type { Grammar } from "../grammar";
import { call } from "./calls";
import { intervalLiteral, isNumberToken, stringLiteral } from "./literals";
import { primaryExpression } from "./primary";

/**
 * Parses an expression: OR, then AND, NOT and predicates by increasing precedence. Few function calls lead from one
 * level to the next, because each uses space on the stack.
 */
export const expression = (g: Grammar): Expression => {
  g.down();
  const mark = g.enter("<expression>");
  const result = logical(g, "OR", conjunction);
  g.leave(mark);
  g.up();
  return result;
};

const conjunction = (g: Grammar): Expression => logical(g, "AND", negation);

/** Parses any number of terms with the same operator into a single node. */
const logical = (g: Grammar, operator: "AND" | "OR", term: (g: Grammar) => Expression): Expression => {
  const { at } = g;
  const first = term(g);
  if (!g.is(operator)) return first;
  const terms = [first];
  while (g.accept(operator) !== undefined) {
    const mark = g.enter("<expression>");
    terms.push(term(g));
    g.leave(mark);
  }
  return { kind: "Logical", ...at, operator, terms };
};

const negation = (g: Grammar): Expression => {
  const not = g.accept("NOT");
  if (not === undefined) {
    // At most one predicate follows a value. Trino does not allow `a = b = c`.
    const value = operators(g, CONCATENATION);
    const mark = g.enter("<predicate>");
    const result = predicate(g, value);
    g.leave(mark);
    return result;
  }
  return { kind: "Not", ...not.at, value: g.nested(() => g.labelled("<expression>", () => negation(g))) };
};

const COMPARISONS: ReadonlySet<string> = new Set<ComparisonOperator>(["=", "<>", "<", "<=", ">", ">="]);

const predicate = (g: Grammar, value: Expression): Expression => {
  const { at } = g;
  const { type } = g.token;
  if (COMPARISONS.has(type)) return comparison(g, value, type as ComparisonOperator);
  switch (type) {
    case "IS":
      return isPredicate(g, value);
    case "NOT": {
      g.advance();
      return { kind: "Not", ...at, value: negatable(g, value, at) };
    }
    case "BETWEEN":
    case "IN":
    case "LIKE":
      return negatable(g, value, at);
    default:
      return value;
  }
};

const comparison = (g: Grammar, value: Expression, operator: ComparisonOperator): Expression => {
  const { at } = g.advance();
  for (const quantifier of ["ALL", "ANY", "SOME"] as const) {
    if (!g.is(quantifier) || !g.isQueryInParentheses(1)) continue;
    g.advance();
    return { kind: "QuantifiedComparison", ...at, operator, quantifier, value, subquery: subquery(g) };
  }
  return { kind: "Comparison", ...at, operator, left: value, right: g.valueExpression() };
};

/** Parses a query in parentheses. Its position is that of its first word. */
const subquery = (g: Grammar): ScalarSubquery =>
  g.parenthesized(() => ({ kind: "ScalarSubquery", ...g.at, query: g.query() }));

const isPredicate = (g: Grammar, value: Expression): Expression => {
  const { at } = g.expect("IS");
  const not = g.accept("NOT") !== undefined;
  if (g.accept("NULL") !== undefined)
    return not ? { kind: "IsNotNull", ...at, value } : { kind: "IsNull", ...at, value };
  g.expect("DISTINCT");
  g.expect("FROM");
  const right = g.valueExpression();
  const distinct: Comparison = {
    kind: "Comparison",
    ...at,
    operator: "IS DISTINCT FROM",
    left: value,
    right,
  };
  const negated: Not = { kind: "Not", ...at, value: distinct };
  return not ? negated : distinct;
};

/** Parses the predicates that may follow NOT. `at` is the position where the predicate begins. */
const negatable = (g: Grammar, value: Expression, at: TextPosition): Expression => {
  // No predicate of Trino's grammar begins with `IN ()`. Without NOT, Trino reports the word IN itself.
  const isNegated = g.at.line !== at.line || g.at.column !== at.column;
  if (!isNegated && g.is("IN") && g.peek(1) === "(" && g.peek(2) === ")") g.unexpected();
  switch (g.expectAny("BETWEEN", "IN", "LIKE")) {
    case "BETWEEN": {
      const min = g.valueExpression();
      g.expect("AND");
      return { kind: "Between", ...at, value, min, max: g.valueExpression() };
    }
    case "IN":
      return inPredicate(g, value, at);
    case "LIKE": {
      const pattern = g.valueExpression();
      const like = { kind: "Like", ...at, value, pattern } as const;
      return g.accept("ESCAPE") === undefined ? like : { ...like, escape: g.valueExpression() };
    }
  }
};

const inPredicate = (g: Grammar, value: Expression, at: TextPosition): Expression => {
  // When both a list and a subquery are possible, as in `IN ((SELECT 1))`, Trino takes it as a list of one subquery.
  const isList = g.peek(1) === "(" && g.isQueryInParentheses(1) && g.isWholeParenthesis(1);
  if (!isList && g.isQueryInParentheses()) {
    const query = g.parenthesized(() => g.query());
    return { kind: "InSubquery", ...at, value, subquery: { kind: "ScalarSubquery", ...at, query } };
  }
  return { kind: "InList", ...at, value, items: g.parenthesized(() => g.list(() => g.expression())) };
};

// ---------------------------------------------------------------------------------------------- value expressions

/** Precedence of the operators, from the lowest. */
const CONCATENATION = 1;
const SUM = 2;
const PRODUCT = 3;
const SIGN = 4;

export const valueExpression = (g: Grammar): Expression => operators(g, CONCATENATION);

const operators = (g: Grammar, strength: number): Expression => {
  const mark = g.enter("<expression>");
  let left = isSigned(g) ? signed(g) : primaryExpression(g);
  for (let length = 1; ; length++) {
    const next = operation(g, left, strength);
    if (next === undefined) {
      g.leave(mark);
      return left;
    }
    g.checkChain(length);
    left = next;
  }
};

/** Whether a sign is an operator. A sign directly before a number is part of the number. */
const isSigned = (g: Grammar): boolean => {
  const { type } = g.token;
  return type === "+" || (type === "-" && !isNumberToken(g.peek(1)));
};

const signed = (g: Grammar): Expression => {
  const { at } = g;
  const operator = g.expectAny("-", "+");
  return { kind: "ArithmeticUnary", ...at, operator, value: g.nested(() => operators(g, SIGN)) };
};

const operation = (g: Grammar, left: Expression, strength: number): Expression | undefined => {
  const { at } = g;
  if (g.is("AT") && g.peek(1) === "TIME") {
    g.acceptSequence("AT", "TIME", "ZONE");
    const timeZone = g.is("INTERVAL") ? intervalLiteral(g) : stringLiteral(g);
    return { kind: "AtTimeZone", ...at, value: left, timeZone };
  }
  if (strength <= PRODUCT) {
    const operator = g.acceptAny("*", "/", "%");
    if (operator !== undefined)
      return { kind: "ArithmeticBinary", ...at, operator, left, right: operators(g, SIGN) };
  }
  if (strength <= SUM) {
    const operator = g.acceptAny("+", "-");
    if (operator !== undefined)
      return { kind: "ArithmeticBinary", ...at, operator, left, right: operators(g, PRODUCT) };
  }
  if (strength <= CONCATENATION && g.accept("||") !== undefined)
    return call(at, "concat", [left, operators(g, SUM)]);
  return undefined;
};

import type { TextPosition } from "../types/errors";
import type { AliasedRelation, Join, JoinCriteria, Relation, TableFunctionArgument } from "./ast";
import type { Grammar } from "./grammar";
import { jsonTable } from "./json-table";
import { columnNames, identifier, optionalAlias, optionalColumnNames, qualifiedName } from "./names";
import { sortItem } from "./sorting";

/**
 * Parses relations that are joined from left to right. The right side of a join with a condition may itself contain
 * joins.
 */
export const relation = (g: Grammar): Relation =>
  g.nested(() => {
    const { at } = g;
    let left = sampledRelation(g);
    for (let length = 1; ; length++) {
      const joined = optionalJoin(g, left, at);
      if (joined === undefined) return left;
      g.checkChain(length);
      left = joined;
    }
  });

const optionalJoin = (g: Grammar, left: Relation, at: TextPosition): Join | undefined => {
  if (g.acceptSequence("CROSS", "JOIN"))
    return { kind: "Join", ...at, type: "CROSS", left, right: sampledRelation(g) };
  if (g.accept("NATURAL") !== undefined) {
    const type = optionalJoinType(g) ?? g.unexpected();
    return { kind: "Join", ...at, type, left, right: sampledRelation(g), criteria: { kind: "Natural" } };
  }
  const type = optionalJoinType(g);
  if (type === undefined) return undefined;
  const right = relation(g);
  return { kind: "Join", ...at, type, left, right, criteria: joinCriteria(g) };
};

/** Parses `[INNER | LEFT [OUTER] | …] JOIN`. */
const optionalJoinType = (g: Grammar): "INNER" | "LEFT" | "RIGHT" | "FULL" | undefined => {
  if (g.accept("JOIN") !== undefined) return "INNER";
  const type = g.acceptAny("INNER", "LEFT", "RIGHT", "FULL");
  if (type === undefined) return undefined;
  if (type !== "INNER") g.accept("OUTER");
  g.expect("JOIN");
  return type;
};

const joinCriteria = (g: Grammar): JoinCriteria =>
  g.expectAny("ON", "USING") === "ON"
    ? { kind: "On", expression: g.expression() }
    : { kind: "Using", columns: columnNames(g) };

const sampledRelation = (g: Grammar): Relation => {
  const { at } = g;
  const sampled = patternRecognition(g);
  if (g.accept("TABLESAMPLE") === undefined) return sampled;
  const method = g.expectAny("BERNOULLI", "SYSTEM");
  const percentage = g.parenthesized(() => g.expression());
  return { kind: "SampledRelation", ...at, relation: sampled, method, percentage };
};

const patternRecognition = (g: Grammar): Relation => {
  const { at } = g;
  const matched = aliasedRelation(g);
  if (!(g.is("MATCH_RECOGNIZE") && g.peek(1) === "(")) return matched;
  g.advance();
  g.skipParentheses();
  return withAlias(g, { kind: "PatternRecognition", ...at }, at);
};

const aliasedRelation = (g: Grammar): Relation => {
  const { at } = g;
  return withAlias(g, relationPrimary(g), at);
};

const withAlias = (g: Grammar, named: Relation, at: TextPosition): Relation => {
  const alias = optionalAlias(g);
  if (alias === undefined) return named;
  const columns = optionalColumnNames(g);
  const aliased: AliasedRelation = { kind: "AliasedRelation", ...at, relation: named, alias };
  return columns === undefined ? aliased : { ...aliased, columns };
};

const relationPrimary = (g: Grammar): Relation => {
  const { at } = g;
  if (g.is("(")) return parenthesizedRelation(g);
  if (g.accept("UNNEST") !== undefined) {
    const expressions = g.parenthesized(() => g.list(() => g.expression()));
    return { kind: "Unnest", ...at, expressions, ordinality: g.acceptSequence("WITH", "ORDINALITY") };
  }
  if (g.isSequence("LATERAL", "(")) {
    g.advance();
    return { kind: "Lateral", ...at, query: g.parenthesized(() => g.query()) };
  }
  if (g.accept("TABLE") !== undefined) return g.parenthesized(() => tableFunctionCall(g));
  if (g.is("JSON_TABLE")) return jsonTable(g);
  return { kind: "Table", ...at, name: qualifiedName(g), versioned: queryPeriod(g) };
};

const parenthesizedRelation = (g: Grammar): Relation => {
  const { at } = g;
  if (g.isQueryInParentheses())
    return { kind: "TableSubquery", ...at, query: g.parenthesized(() => g.query()) };
  g.expect("(");
  g.labelled("<query>", () => undefined);
  const inner = relation(g);
  g.expect(")");
  return inner;
};

/** Parses `FOR TIMESTAMP AS OF value`, and returns whether it is there. */
const queryPeriod = (g: Grammar): boolean => {
  if (g.accept("FOR") === undefined) return false;
  g.expectAny("TIMESTAMP", "VERSION");
  g.expect("AS");
  g.expect("OF");
  g.valueExpression();
  return true;
};

const tableFunctionCall = (g: Grammar): Relation => {
  const { at } = g;
  const name = qualifiedName(g);
  return g.parenthesized(() => {
    const args = g.is(")") || g.is("COPARTITION") ? [] : g.list(() => tableFunctionArgument(g));
    if (g.accept("COPARTITION") !== undefined)
      g.list(() => g.parenthesized(() => g.list(() => qualifiedName(g))));
    return { kind: "TableFunctionCall", ...at, name, arguments: args };
  });
};

const tableFunctionArgument = (g: Grammar): TableFunctionArgument => {
  const { at } = g;
  const name = g.isNameAhead(0) && g.peek(1) === "=>" ? identifier(g) : undefined;
  if (name !== undefined) g.expect("=>");
  const argument = { kind: "TableFunctionArgument", ...at, ...(name === undefined ? {} : { name }) } as const;
  if (g.is("TABLE")) {
    tableArgument(g);
    return { ...argument, form: "table" };
  }
  if (g.isSequence("DESCRIPTOR", "(")) {
    g.advance();
    g.parenthesized(() => g.list(() => descriptorField(g)));
    return { ...argument, form: "descriptor" };
  }
  return { ...argument, form: "expression", value: g.expression() };
};

const descriptorField = (g: Grammar): void => {
  identifier(g);
  if (!g.isAny(",", ")")) g.type();
};

/** Parses `TABLE(name | query) [AS alias] [PARTITION BY …] [PRUNE | KEEP WHEN EMPTY] [ORDER BY …]`. */
const tableArgument = (g: Grammar): void => {
  g.expect("TABLE");
  const isQuery = g.isQueryInParentheses();
  g.parenthesized(() => (isQuery ? g.query() : qualifiedName(g)));
  const clause = g.token.type === "PARTITION" || g.token.type === "PRUNE" || g.token.type === "KEEP";
  if (!clause && optionalAlias(g) !== undefined) optionalColumnNames(g);
  if (g.acceptSequence("PARTITION", "BY")) g.expression();
  if (g.acceptAny("PRUNE", "KEEP") !== undefined) {
    g.expect("WHEN");
    g.expect("EMPTY");
  }
  if (g.acceptSequence("ORDER", "BY")) {
    if (g.is("(")) g.parenthesized(() => g.list(() => sortItem(g)));
    else sortItem(g);
  }
};

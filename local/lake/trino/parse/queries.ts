import type { TextPosition } from "../types/errors";
import { errorAt } from "../types/errors";
import type {
  Expression,
  FetchFirst,
  GroupBy,
  GroupingElement,
  Offset,
  OrderBy,
  Query,
  QueryBody,
  QuerySpecification,
  Relation,
  RowCount,
  RowLimit,
  SelectItem,
  SetOperation,
  WindowDefinition,
  With,
  WithQuery,
} from "./ast";
import { longLiteral } from "./expressions/literals";
import { windowSpecification } from "./expressions/windows";
import type { Grammar } from "./grammar";
import {
  columnNames,
  identifier,
  optionalAlias,
  optionalColumnNames,
  optionalQuantifier,
  qualifiedName,
} from "./names";
import { relation } from "./relations";
import { optionalOrderBy } from "./sorting";
import { TokenType } from "./text/lexer";

/** Parses `[WITH …] body [ORDER BY …] [OFFSET …] [LIMIT …]`. */
export const query = (g: Grammar): Query =>
  g.nested(() =>
    g.labelled("<query>", () => {
      const { at } = g;
      const clause = g.is("WITH") ? withClause(g) : undefined;
      const body = queryWithoutWith(g);
      return clause === undefined ? body : { ...body, ...at, with: clause };
    }),
  );

const withClause = (g: Grammar): With => {
  const { at } = g.expect("WITH");
  if (g.is("FUNCTION") && g.isNameAhead(1) && (g.peek(2) === "(" || g.peek(2) === "."))
    throw errorAt(at, "NOT_SUPPORTED", "functions written in a query (WITH FUNCTION) are not done here");
  const recursive = g.accept("RECURSIVE") !== undefined;
  return { kind: "With", ...at, recursive, queries: g.list(() => withQuery(g)) };
};

const withQuery = (g: Grammar): WithQuery => {
  const { at } = g;
  const name = identifier(g);
  const columns = optionalColumnNames(g);
  g.expect("AS");
  const inner = g.parenthesized(() => g.query());
  return { kind: "WithQuery", ...at, name, ...(columns === undefined ? {} : { columns }), query: inner };
};

interface Tail {
  readonly orderBy?: OrderBy;
  readonly offset?: Offset;
  readonly limit?: RowLimit | FetchFirst;
}

/**
 * Parses a query without WITH. If its body is a single SELECT, the clauses after the body become part of that SELECT.
 */
const queryWithoutWith = (g: Grammar): Query => {
  const { at } = g;
  const body = setOperations(g);
  const tail = queryTail(g);
  return body.kind === "QuerySpecification"
    ? { kind: "Query", ...at, body: { ...body, ...tail } }
    : { kind: "Query", ...at, body, ...tail };
};

const queryTail = (g: Grammar): Tail => {
  const orderBy = optionalOrderBy(g);
  const offset = optionalOffset(g);
  const limit = optionalLimit(g);
  return {
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(offset === undefined ? {} : { offset }),
    ...(limit === undefined ? {} : { limit }),
  };
};

const optionalOffset = (g: Grammar): Offset | undefined => {
  const { at } = g;
  if (g.accept("OFFSET") === undefined) return undefined;
  const count = rowCount(g);
  g.acceptAny("ROW", "ROWS");
  return { kind: "Offset", ...at, count };
};

const optionalLimit = (g: Grammar): RowLimit | FetchFirst | undefined => {
  const { at } = g;
  if (g.accept("LIMIT") !== undefined)
    return g.accept("ALL") === undefined
      ? { kind: "Limit", ...at, count: rowCount(g) }
      : { kind: "Limit", ...at };
  if (g.accept("FETCH") === undefined) return undefined;
  g.expectAny("FIRST", "NEXT");
  const count = g.isAny("ROW", "ROWS") ? undefined : rowCount(g);
  g.expectAny("ROW", "ROWS");
  const withTies = g.expectAny("ONLY", "WITH") === "WITH";
  if (withTies) g.expect("TIES");
  return { kind: "FetchFirst", ...at, ...(count === undefined ? {} : { count }), withTies };
};

const rowCount = (g: Grammar): RowCount => {
  const { at } = g;
  if (g.is(TokenType.integer)) return longLiteral(g, false, at);
  g.expect("?");
  return { kind: "Parameter", ...at, index: g.nextParameter() };
};

/** UNION and EXCEPT are evaluated from left to right. INTERSECT has a higher precedence. */
const setOperations = (g: Grammar): QueryBody => chain(g, ["UNION", "EXCEPT"], () => intersections(g));

const intersections = (g: Grammar): QueryBody => chain(g, ["INTERSECT"], () => queryPrimary(g));

const chain = (
  g: Grammar,
  operators: readonly SetOperation["operator"][],
  operand: () => QueryBody,
): QueryBody => {
  let left = operand();
  for (let length = 1; ; length++) {
    const { at } = g;
    const operator = g.acceptAny(...operators);
    if (operator === undefined) return left;
    g.checkChain(length);
    const distinct = g.acceptAny("DISTINCT", "ALL") !== "ALL";
    left = { kind: "SetOperation", ...at, operator, distinct, left, right: operand() };
  }
};

const queryPrimary = (g: Grammar): QueryBody => {
  const { at } = g;
  switch (g.expectAny("SELECT", "TABLE", "VALUES", "(")) {
    case "SELECT":
      return querySpecification(g, at);
    case "TABLE":
      return { kind: "Table", ...at, name: qualifiedName(g), versioned: false };
    case "VALUES":
      return { kind: "Values", ...at, rows: g.list(() => g.expression()) };
    case "(": {
      const inner = g.nested(() => queryWithoutWith(g));
      g.expect(")");
      return { kind: "TableSubquery", ...at, query: inner };
    }
  }
};

const querySpecification = (g: Grammar, at: TextPosition): QuerySpecification => {
  const distinct = optionalQuantifier(g, true) === "DISTINCT";
  const items = g.list(() => selectItem(g));
  const from = g.accept("FROM") === undefined ? undefined : fromClause(g, at);
  const where = g.accept("WHERE") === undefined ? undefined : g.expression();
  const groupBy = g.acceptSequence("GROUP", "BY") ? groupByClause(g) : undefined;
  const having = g.accept("HAVING") === undefined ? undefined : g.expression();
  const windows = g.accept("WINDOW") === undefined ? [] : g.list(() => windowDefinition(g));
  return {
    kind: "QuerySpecification",
    ...at,
    select: { kind: "Select", ...at, distinct, items },
    ...(from === undefined ? {} : { from }),
    ...(where === undefined ? {} : { where }),
    ...(groupBy === undefined ? {} : { groupBy }),
    ...(having === undefined ? {} : { having }),
    windows,
  };
};

const selectItem = (g: Grammar): SelectItem => {
  const { at } = g;
  if (g.accept("*") !== undefined) return { kind: "AllColumns", ...at };
  const expression: Expression = g.expression();
  if (g.is(".") && g.peek(1) === "*") {
    g.advance();
    g.advance();
    const aliases = g.accept("AS") === undefined ? undefined : columnNames(g);
    return { kind: "AllColumns", ...at, target: expression, ...(aliases === undefined ? {} : { aliases }) };
  }
  const alias = optionalAlias(g);
  return { kind: "SingleColumn", ...at, expression, ...(alias === undefined ? {} : { alias }) };
};

/** Parses relations separated by commas. As in Trino, these joins have the position of the SELECT. */
const fromClause = (g: Grammar, select: TextPosition): Relation => {
  let left = relation(g);
  for (let length = 1; g.accept(",") !== undefined; length++) {
    g.checkChain(length);
    left = { kind: "Join", ...select, type: "IMPLICIT", left, right: relation(g) };
  }
  return left;
};

const groupByClause = (g: Grammar): GroupBy => {
  const { at } = g;
  // ALL may also be a column, but not before these.
  if (g.is("ALL") && ["ROLLUP", "CUBE"].includes(g.peek(1))) g.advance();
  const distinct = optionalQuantifier(g) === "DISTINCT";
  return { kind: "GroupBy", ...at, distinct, elements: g.list(() => groupingElement(g)) };
};

const groupingElement = (g: Grammar): GroupingElement => {
  const { at } = g;
  for (const type of ["ROLLUP", "CUBE"] as const) {
    if (g.accept(type) === undefined) continue;
    const sets = g.parenthesized(() => (g.is(")") ? [] : g.list(() => groupingSet(g))));
    return { kind: "GroupingElement", ...at, type, sets };
  }
  if (g.isSequence("GROUPING", "SETS")) {
    g.acceptSequence("GROUPING", "SETS");
    const sets = g.parenthesized(() => g.list(() => groupingSet(g)));
    return { kind: "GroupingElement", ...at, type: "GROUPING SETS", sets };
  }
  return { kind: "GroupingElement", ...at, type: "SIMPLE", sets: [groupingSet(g)] };
};

const AFTER_SET: ReadonlySet<string> = new Set([
  ",",
  ")",
  ";",
  TokenType.end,
  ..."HAVING WINDOW ORDER OFFSET LIMIT FETCH UNION INTERSECT EXCEPT".split(" "),
]);

/**
 * Parses a grouping set. `(a, b)` and `()` are sets, unless they begin an expression such as `(a) + 1`, or are a query
 * such as `(SELECT 1)`.
 */
const groupingSet = (g: Grammar): readonly Expression[] => {
  if (!g.is("(") || !AFTER_SET.has(g.afterParentheses()) || g.isQueryInParentheses()) return [g.expression()];
  return g.parenthesized(() => (g.is(")") ? [] : g.list(() => g.expression())));
};

const windowDefinition = (g: Grammar): WindowDefinition => {
  const { at } = g;
  const name = identifier(g);
  g.expect("AS");
  return { kind: "WindowDefinition", ...at, name, window: g.parenthesized(() => windowSpecification(g)) };
};

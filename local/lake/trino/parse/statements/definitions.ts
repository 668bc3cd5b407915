import type { Position } from "../../types/errors";
import type { ColumnDefinition, CreateView, Drop, LikeClause, Property, Query, Statement } from "../ast";
import { intervalLiteral } from "../expressions/literals";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";
import { optionalCatalog, principal, skipFunctionParameters } from "./access";

export const create = (g: Grammar): Statement => {
  const { at } = g.expect("CREATE");
  const orReplace = g.acceptSequence("OR", "REPLACE");
  const words = ["FUNCTION", "MATERIALIZED", "TABLE", "VIEW"] as const;
  const what = orReplace ? g.expectAny(...words) : g.expectAny(...words, "CATALOG", "ROLE", "SCHEMA");
  switch (what) {
    case "TABLE":
      return createTable(g, at, orReplace);
    case "VIEW":
      return createView(g, at, orReplace);
    case "MATERIALIZED":
      g.expect("VIEW");
      return createMaterializedView(g, at, orReplace);
    case "SCHEMA": {
      const ifNotExists = acceptIfNotExists(g);
      const name = qualifiedName(g);
      if (g.accept("AUTHORIZATION") !== undefined) principal(g);
      return { kind: "CreateSchema", ...at, name, ifNotExists, properties: optionalProperties(g) };
    }
    case "FUNCTION": {
      const object = qualifiedName(g);
      // The body of a function is skipped. It is written in a language of its own, which Athena does not support.
      while (g.token.type !== "<EOF>") g.advance();
      return { kind: "OtherStatement", ...at, name: "CREATE FUNCTION", object };
    }
    case "CATALOG":
      acceptIfNotExists(g);
      identifier(g);
      g.expect("USING");
      identifier(g);
      optionalComment(g);
      if (g.accept("AUTHORIZATION") !== undefined) principal(g);
      optionalProperties(g);
      return { kind: "OtherStatement", ...at, name: "CREATE CATALOG" };
    case "ROLE":
      identifier(g);
      if (g.acceptSequence("WITH", "ADMIN")) principal(g);
      optionalCatalog(g);
      return { kind: "OtherStatement", ...at, name: "CREATE ROLE" };
  }
};

const acceptIfNotExists = (g: Grammar): boolean => {
  if (!(g.is("IF") && g.peek(1) === "NOT")) return false;
  return g.acceptSequence("IF", "NOT", "EXISTS");
};

export const acceptIfExists = (g: Grammar): boolean => {
  if (!(g.is("IF") && g.peek(1) === "EXISTS")) return false;
  return g.acceptSequence("IF", "EXISTS");
};

const optionalComment = (g: Grammar): { readonly comment?: string } =>
  g.accept("COMMENT") === undefined ? {} : { comment: g.string().value };

/** Parses `WITH (name = value, …)`. */
const optionalProperties = (g: Grammar): readonly Property[] =>
  g.accept("WITH") === undefined ? [] : g.parenthesized(() => propertyAssignments(g));

export const propertyAssignments = (g: Grammar): readonly Property[] => g.list(() => property(g));

const property = (g: Grammar): Property => {
  const { at } = g;
  const name = identifier(g);
  g.expect("=");
  const ends = [",", ")", "<EOF>", ";"];
  if (g.is("DEFAULT") && ends.includes(g.peek(1))) {
    g.advance();
    return { kind: "Property", ...at, name };
  }
  return { kind: "Property", ...at, name, value: g.expression() };
};

const createTable = (g: Grammar, at: Position, orReplace: boolean): Statement => {
  const ifNotExists = acceptIfNotExists(g);
  const name = qualifiedName(g);
  const table = { ...at, name, orReplace, ifNotExists };
  if (!g.is("(") || isColumnNames(g)) {
    const columns = g.is("(") ? g.parenthesized(() => g.list(() => identifier(g))) : undefined;
    const comment = optionalComment(g);
    const properties = optionalProperties(g);
    g.expect("AS");
    const query = rootQuery(g);
    const withData = optionalWithData(g);
    return {
      kind: "CreateTableAsSelect",
      ...table,
      ...(columns === undefined ? {} : { columns }),
      ...comment,
      properties,
      query,
      withData,
    };
  }
  const elements = g.parenthesized(() => g.list(() => tableElement(g)));
  return {
    kind: "CreateTable",
    ...table,
    elements,
    ...optionalComment(g),
    properties: optionalProperties(g),
  };
};

/**
 * Whether a list contains only names of columns, such as `(a, b)`. The alternative is definitions, such as
 * `(a bigint, b varchar)`.
 */
const isColumnNames = (g: Grammar): boolean =>
  (g.isNameAhead(1) && (g.peek(2) === "," || g.peek(2) === ")")) || false;

const rootQuery = (g: Grammar): Query => {
  const whole = g.isQueryInParentheses() && ["<EOF>", ";", "WITH"].includes(g.afterParentheses());
  return whole ? g.parenthesized(() => g.query()) : g.query();
};

const optionalWithData = (g: Grammar): boolean => {
  if (g.accept("WITH") === undefined) return true;
  const no = g.accept("NO") !== undefined;
  g.expect("DATA");
  return !no;
};

const tableElement = (g: Grammar): ColumnDefinition | LikeClause => {
  const { at } = g;
  if (g.accept("LIKE") === undefined) return columnDefinition(g);
  const table = qualifiedName(g);
  const properties = g.acceptAny("INCLUDING", "EXCLUDING");
  if (properties === undefined) return { kind: "LikeClause", ...at, table };
  g.expect("PROPERTIES");
  return { kind: "LikeClause", ...at, table, properties };
};

export const columnDefinition = (g: Grammar): ColumnDefinition => {
  const { at } = g;
  const name = qualifiedName(g);
  const type = g.type();
  const nullable = !g.acceptSequence("NOT", "NULL");
  const comment = optionalComment(g);
  return {
    kind: "ColumnDefinition",
    ...at,
    name,
    type,
    nullable,
    ...comment,
    properties: optionalProperties(g),
  };
};

const createView = (g: Grammar, at: Position, orReplace: boolean): CreateView => {
  const name = qualifiedName(g);
  const comment = optionalComment(g);
  const security = g.accept("SECURITY") === undefined ? undefined : g.expectAny("DEFINER", "INVOKER");
  g.expect("AS");
  return {
    kind: "CreateView",
    ...at,
    name,
    materialized: false,
    orReplace,
    ifNotExists: false,
    ...comment,
    ...(security === undefined ? {} : { security }),
    properties: [],
    query: g.query(),
  };
};

const createMaterializedView = (g: Grammar, at: Position, orReplace: boolean): CreateView => {
  const ifNotExists = acceptIfNotExists(g);
  const name = qualifiedName(g);
  const gracePeriod = g.acceptSequence("GRACE", "PERIOD") ? intervalLiteral(g) : undefined;
  const comment = optionalComment(g);
  const properties = optionalProperties(g);
  g.expect("AS");
  return {
    kind: "CreateView",
    ...at,
    name,
    materialized: true,
    orReplace,
    ifNotExists,
    ...comment,
    ...(gracePeriod === undefined ? {} : { gracePeriod }),
    properties,
    query: g.query(),
  };
};

export const drop = (g: Grammar): Statement => {
  const { at } = g.expect("DROP");
  const what = g.expectAny("CATALOG", "FUNCTION", "MATERIALIZED", "ROLE", "SCHEMA", "TABLE", "VIEW");
  if (what === "MATERIALIZED") g.expect("VIEW");
  switch (what) {
    case "ROLE":
      identifier(g);
      optionalCatalog(g);
      return { kind: "OtherStatement", ...at, name: "DROP ROLE" };
    case "CATALOG":
      acceptIfExists(g);
      identifier(g);
      g.acceptAny("CASCADE", "RESTRICT");
      return { kind: "OtherStatement", ...at, name: "DROP CATALOG" };
    case "FUNCTION": {
      acceptIfExists(g);
      const object = qualifiedName(g);
      skipFunctionParameters(g);
      return { kind: "OtherStatement", ...at, name: "DROP FUNCTION", object };
    }
    default: {
      const ifExists = acceptIfExists(g);
      const name = qualifiedName(g);
      const cascade = what === "SCHEMA" && g.acceptAny("CASCADE", "RESTRICT") === "CASCADE";
      const object: Drop["object"] = what === "MATERIALIZED" ? "MATERIALIZED VIEW" : what;
      return { kind: "Drop", ...at, object, name, ifExists, cascade };
    }
  }
};

export const refresh = (g: Grammar): Statement => {
  const { at } = g.expect("REFRESH");
  g.expect("MATERIALIZED");
  g.expect("VIEW");
  return { kind: "OtherStatement", ...at, name: "REFRESH MATERIALIZED VIEW", object: qualifiedName(g) };
};

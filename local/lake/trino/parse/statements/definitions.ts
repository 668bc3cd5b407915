import type { TextPosition } from "../../types/errors";
import type { Query, Statement } from "../ast";
import { intervalLiteral } from "../expressions/literals";
import type { Grammar } from "../grammar";
import { columnNames, identifier, qualifiedName } from "../names";
import {
  acceptIfExists,
  acceptIfNotExists,
  columnDefinition,
  optionalCatalog,
  optionalComment,
  optionalProperties,
  principal,
  skipFunctionParameters,
} from "./clauses";

/** Parses CREATE. Of what is not run here, only the name is kept. */
export const create = (g: Grammar): Statement => {
  const { at } = g.expect("CREATE");
  const orReplace = g.acceptSequence("OR", "REPLACE");
  const words = ["FUNCTION", "MATERIALIZED", "TABLE", "VIEW"] as const;
  const what = orReplace ? g.expectAny(...words) : g.expectAny(...words, "CATALOG", "ROLE", "SCHEMA");
  if (what === "TABLE") return createTable(g, at, orReplace);
  if (what === "VIEW") return createView(g, at, orReplace);
  return { kind: "OtherStatement", ...at, name: `CREATE ${CREATIONS[what](g) ?? what}` };
};

const CREATIONS: Readonly<
  Record<"CATALOG" | "FUNCTION" | "MATERIALIZED" | "ROLE" | "SCHEMA", (g: Grammar) => string | undefined>
> = {
  CATALOG: (g) => {
    acceptIfNotExists(g);
    identifier(g);
    g.expect("USING");
    identifier(g);
    optionalComment(g);
    if (g.accept("AUTHORIZATION") !== undefined) principal(g);
    optionalProperties(g);
  },
  FUNCTION: (g) => {
    qualifiedName(g);
    // The body of a function is skipped. It is written in a language of its own, which Athena does not support.
    while (g.token.type !== "<EOF>") g.advance();
  },
  MATERIALIZED: (g) => {
    g.expect("VIEW");
    acceptIfNotExists(g);
    qualifiedName(g);
    if (g.acceptSequence("GRACE", "PERIOD")) intervalLiteral(g);
    optionalComment(g);
    optionalProperties(g);
    g.expect("AS");
    g.query();
    return "MATERIALIZED VIEW";
  },
  ROLE: (g) => {
    identifier(g);
    if (g.acceptSequence("WITH", "ADMIN")) principal(g);
    optionalCatalog(g);
  },
  SCHEMA: (g) => {
    acceptIfNotExists(g);
    qualifiedName(g);
    if (g.accept("AUTHORIZATION") !== undefined) principal(g);
    optionalProperties(g);
  },
};

const createTable = (g: Grammar, at: TextPosition, orReplace: boolean): Statement => {
  const ifNotExists = acceptIfNotExists(g);
  const name = qualifiedName(g);
  if (g.is("(") && !isColumnNames(g)) {
    g.parenthesized(() => g.list(() => tableElement(g)));
    optionalComment(g);
    optionalProperties(g);
    return { kind: "OtherStatement", ...at, name: "CREATE TABLE" };
  }
  const columns = g.is("(") ? { columns: columnNames(g) } : {};
  optionalComment(g);
  const properties = optionalProperties(g);
  g.expect("AS");
  const query = rootQuery(g);
  const withData = optionalWithData(g);
  const table = { ...at, name, orReplace, ifNotExists, ...columns };
  return { kind: "CreateTableAsSelect", ...table, properties, query, withData };
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

const tableElement = (g: Grammar): void => {
  if (g.accept("LIKE") === undefined) {
    columnDefinition(g);
    return;
  }
  qualifiedName(g);
  if (g.acceptAny("INCLUDING", "EXCLUDING") !== undefined) g.expect("PROPERTIES");
};

const createView = (g: Grammar, at: TextPosition, orReplace: boolean): Statement => {
  const name = qualifiedName(g);
  optionalComment(g);
  if (g.accept("SECURITY") !== undefined) g.expectAny("DEFINER", "INVOKER");
  g.expect("AS");
  return { kind: "CreateView", ...at, name, orReplace, query: g.query() };
};

/** Parses DROP. Of what is not run here, only the name is kept. */
export const drop = (g: Grammar): Statement => {
  const { at } = g.expect("DROP");
  const what = g.expectAny("CATALOG", "FUNCTION", "MATERIALIZED", "ROLE", "SCHEMA", "TABLE", "VIEW");
  if (what === "MATERIALIZED") g.expect("VIEW");
  if (what === "ROLE") {
    identifier(g);
    optionalCatalog(g);
  } else {
    const ifExists = acceptIfExists(g);
    if (what === "CATALOG") identifier(g);
    else {
      const name = qualifiedName(g);
      if (what === "VIEW") return { kind: "DropView", ...at, name, ifExists };
    }
    if (what === "FUNCTION") skipFunctionParameters(g);
    if (what === "CATALOG" || what === "SCHEMA") g.acceptAny("CASCADE", "RESTRICT");
  }
  return {
    kind: "OtherStatement",
    ...at,
    name: `DROP ${what === "MATERIALIZED" ? "MATERIALIZED VIEW" : what}`,
  };
};

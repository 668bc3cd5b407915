import type { Identifier, QualifiedName, ShowPattern, Statement } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";
import { grantObject } from "./clauses";

/** Parses the SHOW statements. */
export const show = (g: Grammar): Statement => {
  const { at } = g.expect("SHOW");
  const what = g.expectAny(
    "CATALOGS",
    "COLUMNS",
    "CREATE",
    "CURRENT",
    "FUNCTIONS",
    "GRANTS",
    "ROLE",
    "ROLES",
    "SCHEMAS",
    "SESSION",
    "STATS",
    "TABLES",
  );
  switch (what) {
    case "CATALOGS":
      return { kind: "ShowCatalogs", ...at, ...like(g) };
    case "COLUMNS":
      g.expectAny("FROM", "IN");
      return { kind: "ShowColumns", ...at, table: qualifiedName(g), ...like(g) };
    case "CREATE":
      return showCreate(g, at);
    case "SCHEMAS":
      return { kind: "ShowSchemas", ...at, ...inCatalog(g), ...like(g) };
    case "TABLES":
      return { kind: "ShowTables", ...at, ...inSchema(g), ...like(g) };
    default:
      return { kind: "OtherStatement", ...at, name: `SHOW ${OTHERS[what](g) ?? what}` };
  }
};

/** What is shown that is not kept here. A function returns its name if that differs from its first word. */
const OTHERS: Readonly<
  Record<
    "CURRENT" | "FUNCTIONS" | "GRANTS" | "ROLE" | "ROLES" | "SESSION" | "STATS",
    (g: Grammar) => string | undefined
  >
> = {
  CURRENT: (g) => {
    g.expect("ROLES");
    inCatalog(g);
    return "ROLES";
  },
  FUNCTIONS: (g) => {
    inSchema(g);
    like(g);
  },
  GRANTS: (g) => {
    if (g.accept("ON") !== undefined) grantObject(g);
  },
  ROLE: (g) => {
    g.expect("GRANTS");
    inCatalog(g);
    return "ROLE GRANTS";
  },
  ROLES: (g) => void inCatalog(g),
  SESSION: (g) => void like(g),
  STATS: (g) => {
    g.expect("FOR");
    if (g.is("(")) g.parenthesized(() => g.query());
    else qualifiedName(g);
  },
};

const showCreate = (g: Grammar, at: { readonly line: number; readonly column: number }): Statement => {
  const word = g.expectAny("FUNCTION", "MATERIALIZED", "SCHEMA", "TABLE", "VIEW");
  if (word === "MATERIALIZED") g.expect("VIEW");
  const object = word === "MATERIALIZED" ? "MATERIALIZED VIEW" : word;
  return { kind: "ShowCreate", ...at, object, name: qualifiedName(g) };
};

const like = (g: Grammar): { readonly like?: ShowPattern } => {
  if (g.accept("LIKE") === undefined) return {};
  const pattern = g.string().value;
  return { like: g.accept("ESCAPE") === undefined ? { pattern } : { pattern, escape: g.string().value } };
};

const inSchema = (g: Grammar): { readonly schema?: QualifiedName } =>
  g.acceptAny("FROM", "IN") === undefined ? {} : { schema: qualifiedName(g) };

const inCatalog = (g: Grammar): { readonly catalog?: Identifier } =>
  g.acceptAny("FROM", "IN") === undefined ? {} : { catalog: identifier(g) };

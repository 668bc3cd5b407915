import type { Identifier, QualifiedName, ShowPattern, Statement } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";
import { optionalGrantObject } from "./access";

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
    case "FUNCTIONS":
      return { kind: "ShowFunctions", ...at, ...inSchema(g), ...like(g) };
    case "SCHEMAS":
      return { kind: "ShowSchemas", ...at, ...inCatalog(g), ...like(g) };
    case "SESSION":
      return { kind: "ShowSession", ...at, ...like(g) };
    case "TABLES":
      return { kind: "ShowTables", ...at, ...inSchema(g), ...like(g) };
    case "STATS":
      g.expect("FOR");
      return {
        kind: "ShowStats",
        ...at,
        relation: g.is("(") ? g.parenthesized(() => g.query()) : qualifiedName(g),
      };
    case "GRANTS": {
      const object = g.accept("ON") === undefined ? undefined : optionalGrantObject(g);
      return {
        kind: "OtherStatement",
        ...at,
        name: "SHOW GRANTS",
        ...(object === undefined ? {} : { object }),
      };
    }
    default:
      if (what === "CURRENT") g.expect("ROLES");
      if (what === "ROLE") g.expect("GRANTS");
      inCatalog(g);
      return { kind: "OtherStatement", ...at, name: what === "ROLE" ? "SHOW ROLE GRANTS" : "SHOW ROLES" };
  }
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

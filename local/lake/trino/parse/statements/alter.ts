import type { QualifiedName, Statement } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";
import { callArguments, principal } from "./access";
import { acceptIfExists, columnDefinition, propertyAssignments } from "./definitions";

/** Parses ALTER completely, so that a mistake is reported as a syntax error. The requested change is not kept. */
export const alter = (g: Grammar): Statement => {
  const { at } = g.expect("ALTER");
  const what = g.expectAny("MATERIALIZED", "SCHEMA", "TABLE", "VIEW");
  if (what === "MATERIALIZED") g.expect("VIEW");
  const name = `ALTER ${what === "MATERIALIZED" ? "MATERIALIZED VIEW" : what}`;
  const object = ALTERATIONS[what](g);
  return { kind: "OtherStatement", ...at, name, object };
};

const renameTo = (g: Grammar): void => {
  g.expect("TO");
  qualifiedName(g);
};

const setAuthorization = (g: Grammar): void => {
  g.expect("AUTHORIZATION");
  principal(g);
};

const setProperties = (g: Grammar): void => {
  g.expect("PROPERTIES");
  propertyAssignments(g);
};

const ALTERATIONS: Readonly<
  Record<"MATERIALIZED" | "SCHEMA" | "TABLE" | "VIEW", (g: Grammar) => QualifiedName>
> = {
  SCHEMA: (g) => renameOrSet(g, setAuthorization),
  VIEW: (g) => renameOrSet(g, setAuthorization),
  MATERIALIZED: (g) => {
    acceptIfExists(g);
    return renameOrSet(g, setProperties);
  },
  TABLE: (g) => alterTable(g),
};

const renameOrSet = (g: Grammar, set: (g: Grammar) => void): QualifiedName => {
  const name = qualifiedName(g);
  if (g.expectAny("RENAME", "SET") === "RENAME") renameTo(g);
  else set(g);
  return name;
};

const alterTable = (g: Grammar): QualifiedName => {
  acceptIfExists(g);
  const name = qualifiedName(g);
  switch (g.expectAny("ADD", "ALTER", "DROP", "EXECUTE", "RENAME", "SET")) {
    case "ADD":
      g.expect("COLUMN");
      if (g.is("IF") && g.peek(1) === "NOT") g.acceptSequence("IF", "NOT", "EXISTS");
      columnDefinition(g);
      break;
    case "ALTER":
      g.expect("COLUMN");
      qualifiedName(g);
      if (g.expectAny("SET", "DROP") === "DROP") {
        g.expect("NOT");
        g.expect("NULL");
      } else {
        g.expect("DATA");
        g.expect("TYPE");
        g.type();
      }
      break;
    case "DROP":
      g.expect("COLUMN");
      acceptIfExists(g);
      qualifiedName(g);
      break;
    case "EXECUTE":
      identifier(g);
      if (g.is("(")) callArguments(g);
      if (g.accept("WHERE") !== undefined) g.expression();
      break;
    case "RENAME":
      if (g.accept("COLUMN") !== undefined) {
        acceptIfExists(g);
        qualifiedName(g);
      }
      renameTo(g);
      break;
    case "SET":
      if (g.isAny("AUTHORIZATION")) setAuthorization(g);
      else setProperties(g);
  }
  return name;
};

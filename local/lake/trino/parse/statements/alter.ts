import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";
import {
  acceptIfExists,
  acceptIfNotExists,
  callArguments,
  columnDefinition,
  principal,
  propertyAssignments,
} from "./clauses";

/** Parses what follows ALTER. The requested change is not kept. */
export const alter = (g: Grammar): string => {
  const what = g.expectAny("MATERIALIZED", "SCHEMA", "TABLE", "VIEW");
  if (what === "MATERIALIZED") g.expect("VIEW");
  ALTERATIONS[what](g);
  return `ALTER ${what === "MATERIALIZED" ? "MATERIALIZED VIEW" : what}`;
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

const ALTERATIONS: Readonly<Record<"MATERIALIZED" | "SCHEMA" | "TABLE" | "VIEW", (g: Grammar) => void>> = {
  SCHEMA: (g) => renameOrSet(g, setAuthorization),
  VIEW: (g) => renameOrSet(g, setAuthorization),
  MATERIALIZED: (g) => {
    acceptIfExists(g);
    renameOrSet(g, setProperties);
  },
  TABLE: (g) => alterTable(g),
};

const renameOrSet = (g: Grammar, set: (g: Grammar) => void): void => {
  qualifiedName(g);
  if (g.expectAny("RENAME", "SET") === "RENAME") renameTo(g);
  else set(g);
};

const alterTable = (g: Grammar): void => {
  acceptIfExists(g);
  qualifiedName(g);
  switch (g.expectAny("ADD", "ALTER", "DROP", "EXECUTE", "RENAME", "SET")) {
    case "ADD":
      g.expect("COLUMN");
      acceptIfNotExists(g);
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
};

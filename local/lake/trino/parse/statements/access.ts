import type { OtherStatement } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";
import { alter } from "./alter";
import { CHANGES } from "./changes";
import { callArguments, grantObject, optionalCatalog, optionalProperties, principal } from "./clauses";

/**
 * Parses statements that change rows or administer a Trino server. They are not run here, but are parsed completely, so
 * that a mistake is reported as a syntax error.
 */
export const other = (g: Grammar): OtherStatement => {
  const { type, at } = g.advance();
  return { kind: "OtherStatement", ...at, name: OTHERS[type]?.(g) ?? type };
};

/** The statements by their first word. A function returns the statement's name if it is longer than that word. */
export const OTHERS: Readonly<Record<string, (g: Grammar) => string | undefined>> = {
  ...CHANGES,
  ALTER: (g) => alter(g),
  ANALYZE: (g) => {
    qualifiedName(g);
    optionalProperties(g);
  },
  CALL: (g) => {
    qualifiedName(g);
    callArguments(g);
  },
  COMMENT: (g) => {
    g.expect("ON");
    const word = g.expectAny("COLUMN", "TABLE", "VIEW");
    qualifiedName(g);
    g.expect("IS");
    if (g.accept("NULL") === undefined) g.string();
    return `COMMENT ON ${word}`;
  },
  COMMIT: (g) => {
    g.accept("WORK");
  },
  REFRESH: (g) => {
    g.expect("MATERIALIZED");
    g.expect("VIEW");
    qualifiedName(g);
    return "REFRESH MATERIALIZED VIEW";
  },
  ROLLBACK: (g) => {
    g.accept("WORK");
  },
  START: (g) => {
    g.expect("TRANSACTION");
    if (g.isAny("ISOLATION", "READ")) g.list(() => transactionMode(g));
    return "START TRANSACTION";
  },
  USE: (g) => {
    qualifiedName(g);
  },
  SET: (g) => set(g),
  RESET: (g) => {
    g.expect("SESSION");
    if (g.accept("AUTHORIZATION") !== undefined) return "RESET SESSION AUTHORIZATION";
    qualifiedName(g);
    return "RESET SESSION";
  },
  GRANT: (g) => void grant(g, "TO"),
  REVOKE: (g) => {
    if (g.isSequence("ADMIN", "OPTION") || g.isSequence("GRANT", "OPTION")) {
      g.advance();
      g.expect("OPTION");
      g.expect("FOR");
    }
    grant(g, "FROM");
  },
  DENY: (g) => void grant(g, "TO"),
};

const transactionMode = (g: Grammar): void => {
  if (g.expectAny("ISOLATION", "READ") === "READ") {
    g.expectAny("ONLY", "WRITE");
    return;
  }
  g.expect("LEVEL");
  switch (g.expectAny("READ", "REPEATABLE", "SERIALIZABLE")) {
    case "READ":
      g.expectAny("COMMITTED", "UNCOMMITTED");
      break;
    case "REPEATABLE":
      g.expect("READ");
      break;
    default:
  }
};

const set = (g: Grammar): string => {
  switch (g.expectAny("PATH", "ROLE", "SESSION", "TIME")) {
    case "PATH":
      g.list(() => qualifiedName(g));
      return "SET PATH";
    case "ROLE":
      identifier(g);
      optionalCatalog(g);
      return "SET ROLE";
    case "TIME":
      g.expect("ZONE");
      if (g.accept("LOCAL") === undefined) g.expression();
      return "SET TIME ZONE";
    case "SESSION":
      if (g.is("AUTHORIZATION") && g.peek(1) !== "=" && g.peek(1) !== ".") {
        g.advance();
        if (g.isName()) identifier(g);
        else g.string();
        return "SET SESSION AUTHORIZATION";
      }
      qualifiedName(g);
      g.expect("=");
      g.expression();
      return "SET SESSION";
  }
};

/** Parses GRANT and REVOKE of privileges or of roles. Only the word ON shows which of the two it is. */
const grant = (g: Grammar, preposition: "TO" | "FROM"): void => {
  g.list(() => {
    if (g.acceptAny("CREATE", "SELECT", "DELETE", "INSERT", "UPDATE") === undefined) {
      const all = g.is("ALL");
      identifier(g);
      if (all) g.accept("PRIVILEGES");
    }
  });
  if (g.accept("ON") !== undefined) grantObject(g);
  g.expect(preposition);
  g.list(() => principal(g));
  if (g.accept("WITH") !== undefined) {
    g.expectAny("ADMIN", "GRANT");
    g.expect("OPTION");
  }
  if (g.acceptSequence("GRANTED", "BY")) principal(g);
  optionalCatalog(g);
};

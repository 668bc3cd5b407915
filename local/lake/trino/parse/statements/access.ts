import type { OtherStatement, QualifiedName } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";

/** Parses `name`, `USER name` or `ROLE name`, and for grantors also CURRENT_USER and CURRENT_ROLE. */
export const principal = (g: Grammar): void => {
  if (g.acceptAny("CURRENT_USER", "CURRENT_ROLE") !== undefined) return;
  if (g.isAny("USER", "ROLE") && g.isNameAhead(1)) g.advance();
  identifier(g);
};

export const optionalCatalog = (g: Grammar): void => {
  if (g.accept("IN") !== undefined) identifier(g);
};

export const callArguments = (g: Grammar): void =>
  g.parenthesized(() => {
    if (g.is(")")) return;
    g.list(() => {
      if (g.isNameAhead(0) && g.peek(1) === "=>") {
        g.advance();
        g.advance();
      }
      g.expression();
    });
  });

/** Skips the parameters of a function, such as `(name type, type)`. */
export const skipFunctionParameters = (g: Grammar): void =>
  g.parenthesized(() => {
    if (g.is(")")) return;
    g.list(() => {
      if (g.isNameAhead(0) && g.isNameAhead(1)) g.advance();
      g.type();
    });
  });

/** Parses `TABLE name`, `SCHEMA name` or the name alone. A following TO or FROM is not taken as a name. */
export const optionalGrantObject = (g: Grammar): QualifiedName => {
  const named = g.acceptAny("TABLE", "SCHEMA") !== undefined;
  if (!named && g.isNameAhead(0) && g.isNameAhead(1) && g.peek(1) !== "TO") g.advance();
  return qualifiedName(g);
};

/**
 * Parses statements that administer a Trino server. They are not run here, but are parsed completely, so that a mistake
 * is reported as a syntax error.
 */
export const other = (g: Grammar): OtherStatement => {
  const { type, at } = g.advance();
  const parsed = STATEMENTS[type]?.(g) ?? {};
  const { name = type, object } = parsed;
  return { kind: "OtherStatement", ...at, name, ...(object === undefined ? {} : { object }) };
};

type Parsed = { readonly name?: string; readonly object?: QualifiedName };

const STATEMENTS: Readonly<Record<string, (g: Grammar) => Parsed>> = {
  ANALYZE: (g) => {
    const object = qualifiedName(g);
    if (g.accept("WITH") !== undefined) callArgumentsOfProperties(g);
    return { object };
  },
  CALL: (g) => {
    const object = qualifiedName(g);
    callArguments(g);
    return { object };
  },
  COMMENT: (g) => {
    g.expect("ON");
    const word = g.expectAny("COLUMN", "TABLE", "VIEW");
    const object = qualifiedName(g);
    g.expect("IS");
    if (g.accept("NULL") === undefined) g.string();
    return { name: `COMMENT ON ${word}`, object };
  },
  COMMIT: (g) => {
    g.accept("WORK");
    return {};
  },
  ROLLBACK: (g) => {
    g.accept("WORK");
    return {};
  },
  START: (g) => {
    g.expect("TRANSACTION");
    if (g.isAny("ISOLATION", "READ")) g.list(() => transactionMode(g));
    return { name: "START TRANSACTION" };
  },
  USE: (g) => ({ object: qualifiedName(g) }),
  SET: (g) => set(g),
  RESET: (g) => {
    g.expect("SESSION");
    if (g.accept("AUTHORIZATION") !== undefined) return { name: "RESET SESSION AUTHORIZATION" };
    qualifiedName(g);
    return { name: "RESET SESSION" };
  },
  GRANT: (g) => grant(g, "TO"),
  REVOKE: (g) => {
    if (g.isSequence("ADMIN", "OPTION") || g.isSequence("GRANT", "OPTION")) {
      g.advance();
      g.expect("OPTION");
      g.expect("FOR");
    }
    return grant(g, "FROM");
  },
  DENY: (g) => grant(g, "TO"),
};

const callArgumentsOfProperties = (g: Grammar): void =>
  g.parenthesized(() => {
    g.list(() => {
      identifier(g);
      g.expect("=");
      g.expression();
    });
  });

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

const set = (g: Grammar): Parsed => {
  switch (g.expectAny("PATH", "ROLE", "SESSION", "TIME")) {
    case "PATH":
      g.list(() => qualifiedName(g));
      return { name: "SET PATH" };
    case "ROLE":
      identifier(g);
      optionalCatalog(g);
      return { name: "SET ROLE" };
    case "TIME":
      g.expect("ZONE");
      if (g.accept("LOCAL") === undefined) g.expression();
      return { name: "SET TIME ZONE" };
    case "SESSION":
      if (g.is("AUTHORIZATION") && g.peek(1) !== "=" && g.peek(1) !== ".") {
        g.advance();
        if (g.isName()) identifier(g);
        else g.string();
        return { name: "SET SESSION AUTHORIZATION" };
      }
      qualifiedName(g);
      g.expect("=");
      g.expression();
      return { name: "SET SESSION" };
  }
};

/** Parses GRANT and REVOKE of privileges or of roles. Only the word ON shows which of the two it is. */
const grant = (g: Grammar, preposition: "TO" | "FROM"): Parsed => {
  g.list(() => {
    if (g.acceptAny("CREATE", "SELECT", "DELETE", "INSERT", "UPDATE") === undefined) {
      const all = g.is("ALL");
      identifier(g);
      if (all) g.accept("PRIVILEGES");
    }
  });
  const object = g.accept("ON") === undefined ? undefined : optionalGrantObject(g);
  g.expect(preposition);
  g.list(() => principal(g));
  if (g.accept("WITH") !== undefined) {
    g.expectAny("ADMIN", "GRANT");
    g.expect("OPTION");
  }
  if (g.acceptSequence("GRANTED", "BY")) principal(g);
  optionalCatalog(g);
  return object === undefined ? {} : { object };
};

import type { Grammar } from "../grammar";
import { columnNames, identifier, qualifiedName } from "../names";
import { relation } from "../relations";

/** Parses DELETE, UPDATE, MERGE and TRUNCATE completely, so that a mistake is reported as a syntax error. */
export const CHANGES: Readonly<
  Record<"DELETE" | "MERGE" | "TRUNCATE" | "UPDATE", (g: Grammar) => undefined>
> = {
  DELETE: (g) => {
    g.expect("FROM");
    qualifiedName(g);
    if (g.accept("WHERE") !== undefined) g.expression();
  },
  MERGE: (g) => {
    g.expect("INTO");
    qualifiedName(g);
    if (g.accept("AS") !== undefined || g.isName()) identifier(g);
    g.expect("USING");
    relation(g);
    g.expect("ON");
    g.expression();
    do mergeCase(g);
    while (g.is("WHEN"));
  },
  TRUNCATE: (g) => {
    g.expect("TABLE");
    qualifiedName(g);
  },
  UPDATE: (g) => {
    qualifiedName(g);
    assignments(g);
    if (g.accept("WHERE") !== undefined) g.expression();
  },
};

const assignments = (g: Grammar): void => {
  g.expect("SET");
  g.list(() => {
    identifier(g);
    g.expect("=");
    g.expression();
  });
};

const mergeCase = (g: Grammar): void => {
  g.expect("WHEN");
  const matched = g.accept("NOT") === undefined;
  g.expect("MATCHED");
  if (g.accept("AND") !== undefined) g.expression();
  g.expect("THEN");
  if (!matched) {
    g.expect("INSERT");
    if (g.is("(")) columnNames(g);
    g.expect("VALUES");
    g.parenthesized(() => g.list(() => g.expression()));
  } else if (g.expectAny("UPDATE", "DELETE") === "UPDATE") assignments(g);
};

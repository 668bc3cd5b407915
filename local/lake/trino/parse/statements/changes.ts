import type { Assignment, Delete, Merge, MergeCase, Statement, Truncate, Update } from "../ast";
import type { Grammar } from "../grammar";
import { columnNames, identifier, qualifiedName } from "../names";
import { relation } from "../relations";

export const deletion = (g: Grammar): Delete => {
  const { at } = g.expect("DELETE");
  g.expect("FROM");
  const table = qualifiedName(g);
  return g.accept("WHERE") === undefined
    ? { kind: "Delete", ...at, table }
    : { kind: "Delete", ...at, table, where: g.expression() };
};

export const truncate = (g: Grammar): Truncate => {
  const { at } = g.expect("TRUNCATE");
  g.expect("TABLE");
  return { kind: "Truncate", ...at, table: qualifiedName(g) };
};

export const update = (g: Grammar): Update => {
  const { at } = g.expect("UPDATE");
  const table = qualifiedName(g);
  g.expect("SET");
  const assignments = g.list(() => assignment(g));
  return g.accept("WHERE") === undefined
    ? { kind: "Update", ...at, table, assignments }
    : { kind: "Update", ...at, table, assignments, where: g.expression() };
};

const assignment = (g: Grammar): Assignment => {
  const { at } = g;
  const target = identifier(g);
  g.expect("=");
  return { kind: "Assignment", ...at, target, value: g.expression() };
};

export const merge = (g: Grammar): Merge | Statement => {
  const { at } = g.expect("MERGE");
  g.expect("INTO");
  const target = qualifiedName(g);
  const alias = g.accept("AS") !== undefined || g.isName() ? identifier(g) : undefined;
  g.expect("USING");
  const using = relation(g);
  g.expect("ON");
  const on = g.expression();
  const cases = [mergeCase(g)];
  while (g.is("WHEN")) cases.push(mergeCase(g));
  return { kind: "Merge", ...at, target, ...(alias === undefined ? {} : { alias }), using, on, cases };
};

const mergeCase = (g: Grammar): MergeCase => {
  const { at } = g.expect("WHEN");
  const matched = g.accept("NOT") === undefined;
  g.expect("MATCHED");
  const condition = g.accept("AND") === undefined ? undefined : g.expression();
  g.expect("THEN");
  const clause = {
    kind: "MergeCase",
    ...at,
    matched,
    ...(condition === undefined ? {} : { condition }),
  } as const;
  if (!matched) {
    g.expect("INSERT");
    const columns = g.is("(") ? columnNames(g) : [];
    g.expect("VALUES");
    const values = g.parenthesized(() => g.list(() => g.expression()));
    return { ...clause, action: "INSERT", columns, values };
  }
  if (g.expectAny("UPDATE", "DELETE") === "DELETE")
    return { ...clause, action: "DELETE", columns: [], values: [] };
  g.expect("SET");
  const assignments = g.list(() => assignment(g));
  return {
    ...clause,
    action: "UPDATE",
    columns: assignments.map(({ target }) => target),
    values: assignments.map(({ value }) => value),
  };
};

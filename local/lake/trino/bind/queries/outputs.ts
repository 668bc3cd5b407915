import { sameType, type Type } from "../../types/types";
import type { Env } from "../context";
import { coerce } from "../expressions/coerce";
import type { Scope } from "../scope";
import type { BoundBody, BoundColumn, BoundQuery, BoundRelation, Expr, OutputColumn } from "../tree";

export interface BoundFrom {
  readonly relation: BoundRelation;
  readonly scope: Scope;
}

export const columnOf = ({ id, type, name }: OutputColumn): BoundColumn => ({
  kind: "column",
  id,
  type,
  ...(name && { name }),
});

export const asQuery = (body: BoundBody): BoundQuery => ({
  ctes: [],
  body,
  outputs: body.outputs,
  orderBy: [],
});

/** The query with its columns coerced to the given types. */
export function project(query: BoundQuery, types: readonly Type[], env: Env): BoundQuery {
  if (query.outputs.every(({ type }, index) => sameType(type, types[index] ?? type))) return query;
  const items = query.outputs.map((from, index) => {
    const type = types[index] ?? from.type;
    return {
      expr: coerce(columnOf(from), type),
      output: { id: env.context.nextId(), type, ...(from.name && { name: from.name }) },
    };
  });
  return selectFrom(query, items);
}

/** `SELECT items FROM (query)`. */
export const selectFrom = (
  query: BoundQuery,
  items: readonly { readonly expr: Expr; readonly output: OutputColumn }[],
): BoundQuery =>
  asQuery({
    kind: "select",
    distinct: false,
    items,
    from: { kind: "subquery", query, outputs: query.outputs, lateral: false },
    windows: [],
    orderBy: [],
    outputs: items.map(({ output }) => output),
  });

import type { OrderBy, SortItem } from "./ast";
import type { Grammar } from "./grammar";

/** Parses `ORDER BY a DESC NULLS FIRST, b`. */
export const orderBy = (g: Grammar): OrderBy => {
  const { at } = g.expect("ORDER");
  g.expect("BY");
  return { kind: "OrderBy", ...at, items: g.list(() => sortItem(g)) };
};

export const optionalOrderBy = (g: Grammar): OrderBy | undefined => (g.is("ORDER") ? orderBy(g) : undefined);

export const sortItem = (g: Grammar): SortItem => {
  const { at } = g;
  const expression = g.expression();
  const descending = g.acceptAny("ASC", "DESC") === "DESC";
  const nulls = g.accept("NULLS") === undefined ? undefined : g.expectAny("FIRST", "LAST");
  return { kind: "SortItem", ...at, expression, descending, ...(nulls === undefined ? {} : { nulls }) };
};

import type { TextPosition } from "../../types/errors";
import { errorAt } from "../../types/errors";
import type { Argument, BoundBody, BoundQuery, BoundRelation, BoundSelect, Expr } from "./index";
import { columnIn, columnsIn, outerColumns, usesColumns } from "./outer-columns";
import { contains, queryOf } from "./visit";

/** How a subquery is used: as a condition, as a value, compared with ALL or ANY, or as rows in FROM. */
export type SubqueryUse = "exists" | "in" | "quantified" | "scalar" | "lateral";

/**
 * Refuses the correlated subqueries that Trino's planner cannot turn into joins. It can if outer columns are only in
 * conditions, and what is done with the rows afterwards leaves these conditions valid for the rows of a join.
 *
 * @param at Position at which Trino reports the error.
 * @see https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/sql/planner/optimizations/PlanNodeDecorrelator.java
 */
export function checkCorrelation(query: BoundQuery, at: TextPosition, use: SubqueryUse): void {
  const outer = outerColumns(query);
  if (outer.size > 0 && isRefused(query, outer, use))
    throw errorAt(at, "NOT_SUPPORTED", "Given correlated subquery is not supported");
}

function isRefused(query: BoundQuery, outer: ReadonlySet<number>, use: SubqueryUse): boolean {
  const { body } = query;
  if (body.kind === "query") return isRefused(body.query, outer, use);
  if (body.kind === "values" && use === "exists") return false;
  if (body.kind === "select" && unnestsOuter(body.from)) return isRefusedUnnest(body, use);
  const rows = new Correlation(outer, use).ofQuery(query, true);
  if (!rows) return true;
  if (use === "in") return !rows.plain || rows.row === "outer";
  if (use === "quantified") return (rows.global && rows.related) || rows.row === "outer";
  return false;
}

const isRefusedUnnest = ({ where, grouping }: BoundSelect, use: SubqueryUse): boolean =>
  use === "in" ||
  use === "quantified" ||
  where !== undefined ||
  (grouping?.aggregates ?? []).some(({ filter }) => filter !== undefined);

/** The rows of a part of a subquery whose conditions on outer columns can move up to a join. */
interface Rows {
  /** Whether there are such conditions. */
  readonly related: boolean;
  /** Whether the rows are those of tables, only filtered. */
  readonly plain: boolean;
  /** Whether a single row is aggregated from all rows. */
  readonly global: boolean;
  /** Whether there is a row for each group, and nothing is left out of them. */
  readonly groups: boolean;
  /** Whether it is one row that no table has, and whether outer columns are values of it. */
  readonly row?: "own" | "outer";
  /** The columns that conditions on outer columns use: their ids here, and whether they equal an outer value. */
  readonly columns: readonly { readonly ids: ReadonlySet<number>; readonly constant: boolean }[];
}

const tableRows: Rows = { related: false, plain: true, global: false, groups: false, columns: [] };

/** Moves the conditions on outer columns up through a subquery. The result is undefined where Trino cannot. */
class Correlation {
  constructor(
    private readonly outer: ReadonlySet<number>,
    private readonly use: SubqueryUse,
  ) {}

  /** @param outermost Whether the query is the subquery itself, and not a relation in it. */
  ofQuery(query: BoundQuery, outermost: boolean): Rows | undefined {
    const rows = this.ofBody(query.body, outermost);
    return rows && this.limited(rows, query, outermost);
  }

  private ofBody(body: BoundBody, outermost: boolean): Rows | undefined {
    switch (body.kind) {
      case "select":
        return this.ofSelect(body, outermost);
      case "query":
        return this.ofQuery(body.query, outermost);
      case "set":
        return [body.left, body.right].some((side) => this.isIn(side)) ? undefined : tableRows;
      case "values": {
        const isOuter = body.rows.some((row) => row.some((value) => this.uses(value)));
        if (!isOuter) return body.rows.length === 1 ? { ...tableRows, row: "own" } : tableRows;
        return body.rows.length === 1 ? { ...tableRows, row: "outer" } : undefined;
      }
    }
  }

  private ofSelect(select: BoundSelect, outermost: boolean): Rows | undefined {
    const from = this.ofRelation(select.from);
    const filtered = from && this.filtered(from, [...termsOf(select.where), ...joined(select.from)]);
    const grouped = filtered && this.grouped(filtered, select, outermost);
    if (!grouped) return undefined;
    if (select.windows.length > 0 && (grouped.related || select.windows.some((call) => this.uses(call))))
      return undefined;
    const shown = this.projected(grouped, select, outermost);
    return shown && this.limited(shown, select, outermost);
  }

  private ofRelation(relation: BoundRelation): Rows | undefined {
    switch (relation.kind) {
      case "oneRow":
        return { ...tableRows, row: "own" };
      case "subquery":
        return this.ofQuery(relation.query, false);
      case "cte":
        return relation.cte.recursive ? tableRows : this.ofQuery(relation.cte.query, false);
      case "sample":
        return this.isFree(this.ofRelation(relation.relation)) ? tableRows : undefined;
      case "join": {
        const sides = [relation.left, relation.right].map((side) => this.ofRelation(side));
        return sides.every((side) => this.isFree(side)) ? tableRows : undefined;
      }
      case "unnest":
        return relation.items.some(({ expr }) => this.uses(expr)) ? undefined : tableRows;
      default:
        return tableRows;
    }
  }

  private filtered(rows: Rows, terms: readonly Expr[]): Rows | undefined {
    if (terms.length === 0) return rows;
    const related = terms.filter((term) => this.uses(term));
    if ((rows.related && rows.global) || rows.row === "outer") return undefined;
    if (related.some((term) => this.isInSubquery(term))) return undefined;
    const columns = related.flatMap((term) => {
      const constant = this.equated(term);
      return columnsIn(term)
        .filter((id) => !this.outer.has(id))
        .map((id) => ({ ids: new Set([id]), constant: id === constant }));
    });
    return {
      ...rows,
      groups: false,
      related: rows.related || related.length > 0,
      columns: [...rows.columns, ...columns],
    };
  }

  private grouped(
    rows: Rows,
    { grouping, having, distinct }: BoundSelect,
    outermost: boolean,
  ): Rows | undefined {
    if (!grouping) return rows;
    const { keys, sets, aggregates } = grouping;
    const isOuter = (expr: Argument) => this.uses(expr);
    if (rows.row === "outer" || [...keys, ...aggregates].some(isOuter)) return undefined;
    const global = keys.length === 0;
    if (rows.related && (rows.global || sets.length > 1)) return undefined;
    const isLast = outermost && this.use === "lateral" && !having && !distinct;
    if (rows.related && !global && !isLast && !keeps(rows, keys)) return undefined;
    if (global && having && (rows.related || isOuter(having))) return undefined;
    const related = rows.related || (having !== undefined && isOuter(having));
    return {
      related,
      global,
      groups: !global && !having,
      plain: rows.plain && !related,
      columns: global ? [] : rows.columns,
    };
  }

  private projected(rows: Rows, select: BoundSelect, outermost: boolean): Rows | undefined {
    const values = select.items.map(({ expr }) => expr);
    const isLateral = outermost && this.use === "lateral";
    if (select.distinct && rows.related && !isLateral && !keeps(rows, values)) return undefined;
    const columns = rows.columns.map(({ ids, constant }) => {
      const shown = select.items.filter(({ expr }) => ids.has(columnIn(expr) ?? -1));
      return { ids: new Set([...ids, ...shown.map(({ output }) => output.id)]), constant };
    });
    const result: Rows = {
      ...rows,
      columns,
      groups: rows.groups || select.distinct,
      plain: rows.plain && !(select.distinct && rows.related),
    };
    if (!values.some((value) => this.uses(value))) return result;
    const isRow = rows.row !== undefined && !rows.related && !select.distinct;
    if (isRow) return { ...result, row: "outer" };
    if (outermost && this.use === "exists" && !select.distinct) return result;
    if (!outermost || select.distinct || values.some((value) => this.isInSubquery(value))) return undefined;
    if (rows.global && this.use === "scalar") return result;
    return isLateral && (rows.global || rows.groups) ? result : undefined;
  }

  private limited(
    rows: Rows,
    { limit, offset, orderBy }: Pick<BoundQuery, "limit" | "offset" | "orderBy">,
    outermost: boolean,
  ): Rows | undefined {
    const isSortedByOuter = limit !== undefined && orderBy.some(({ expr }) => this.uses(expr));
    if (!rows.related && !isSortedByOuter) return rows;
    if (offset && !(offset.kind === "constant" && offset.value === 0n)) return undefined;
    if (!limit || rows.global) return rows;
    if (limit.withTies || isSortedByOuter) return undefined;
    const isOne = limit.count.kind === "constant" && limit.count.value === 1n;
    if (isOne && orderBy.length === 0 && outermost && this.use !== "exists") return undefined;
    return rows.columns.every(({ constant }) => constant) ? { ...rows, plain: false } : undefined;
  }

  private uses(expr: Argument): boolean {
    return usesColumns(expr, this.outer);
  }

  private isIn(query: BoundQuery): boolean {
    return [...outerColumns(query)].some((id) => this.outer.has(id));
  }

  private isFree(rows: Rows | undefined): boolean {
    return rows !== undefined && !rows.related && rows.row !== "outer";
  }

  /** Whether a subquery inside of an expression, or what is compared with it, uses outer columns. */
  private isInSubquery(expr: Argument): boolean {
    return contains(expr, (node) => queryOf(node) !== undefined && this.uses(node));
  }

  /** The column of a condition `column = outer`, which has a single value for each row of the outer query. */
  private equated(term: Expr): number | undefined {
    if (term.kind !== "comparison" || term.operator !== "=") return undefined;
    const isOwn = (expr: Argument): boolean => expr.kind === "column" && !this.outer.has(expr.id);
    const [own, other] = isOwn(term.left) ? [term.left, term.right] : [term.right, term.left];
    return isOwn(own) && !contains(other, isOwn) ? columnIn(own) : undefined;
  }
}

/** Whether rows that are grouped by keys still have the columns of the conditions on outer columns. */
const keeps = ({ columns }: Rows, keys: readonly Expr[]): boolean =>
  columns.every(
    ({ ids, constant }) =>
      constant ||
      columns.some((other) => other.constant && [...other.ids].some((id) => ids.has(id))) ||
      keys.some((key) => ids.has(columnIn(key) ?? -1)),
  );

const termsOf = (where: Expr | undefined): readonly Expr[] => {
  if (!where) return [];
  return where.kind === "logical" && where.operator === "AND" ? where.terms : [where];
};

/** The conditions of inner joins. */
const joined = (relation: BoundRelation): readonly Expr[] =>
  relation.kind === "join"
    ? [...termsOf(relation.condition), ...joined(relation.left), ...joined(relation.right)]
    : [];

/** Whether a relation begins with an UNNEST. Such an UNNEST can only use columns of the outer query. */
const unnestsOuter = (relation: BoundRelation): boolean =>
  relation.kind === "unnest" &&
  relation.items.some(({ expr }) => contains(expr, (node) => node.kind === "column"));

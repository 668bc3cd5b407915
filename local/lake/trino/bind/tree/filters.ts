import type { BoundBody, BoundQuery, BoundRelation, Expr, TableRelation } from "./index";
import { replaceColumns } from "./replace";
import { childrenOf, contains, expressionsOf, queryOf } from "./visit";

/**
 * For each scan, the conditions that are true for every row that the statement needs of it, and that use only its
 * partition keys. They come from WHERE and JOIN ON, also through subqueries that pass columns on unchanged. Queries of
 * WITH that are used more than once get no conditions.
 */
export function collectFilters(query: BoundQuery): ReadonlyMap<TableRelation, readonly Expr[]> {
  const found = new Map<TableRelation, Expr[]>();
  new Collector(found).whole(query);
  return found;
}

class Collector {
  constructor(private readonly found: Map<TableRelation, Expr[]>) {}

  /** Visits a whole query, including the subqueries in its expressions. */
  whole(query: BoundQuery): void {
    this.query(query, []);
    for (const expr of expressionsOf(query)) this.subqueries(expr);
  }

  /** @param conditions Conditions over the query's outputs. */
  private query(query: BoundQuery, conditions: readonly Expr[]): void {
    for (const cte of query.ctes) this.query(cte.query, []);
    const passes = query.limit === undefined && query.offset === undefined;
    this.body(query.body, passes ? conditions : []);
  }

  private subqueries(expr: Parameters<typeof childrenOf>[0]): void {
    const query = queryOf(expr);
    if (query) this.whole(query);
    for (const child of childrenOf(expr)) this.subqueries(child);
  }

  private body(body: BoundBody, conditions: readonly Expr[]): void {
    switch (body.kind) {
      case "query":
        this.query(body.query, conditions);
        break;
      case "set":
        for (const side of [body.left, body.right])
          this.query(
            side,
            renamed(conditions, (index) => side.outputs[index]?.id, body.outputs),
          );
        break;
      case "select": {
        const plain = !body.grouping && body.windows.length === 0 && !body.limit && !body.offset;
        const byOutput = new Map(body.items.map(({ expr, output }) => [output.id, expr]));
        const passed = plain
          ? conditions.map((condition) => replaceColumns(condition, ({ id }) => byOutput.get(id)))
          : [];
        this.relation(body.from, [...passed, ...(body.where ? conjuncts(body.where) : [])]);
      }
    }
  }

  private relation(relation: BoundRelation, conditions: readonly Expr[]): void {
    switch (relation.kind) {
      case "table": {
        const keys = new Set(
          relation.columns.filter(({ column }) => column.partitionKey).map(({ id }) => id),
        );
        const own = conditions.filter((condition) => isOver(condition, keys));
        this.found.set(relation, [...(this.found.get(relation) ?? []), ...own]);
        break;
      }
      case "subquery":
        this.query(relation.query, conditions);
        break;
      case "sample":
        this.relation(relation.relation, conditions);
        break;
      case "join": {
        const on = relation.condition ? conjuncts(relation.condition) : [];
        const { type } = relation;
        const inner = type === "INNER" || type === "CROSS";
        // A side of an outer join that may be filled with NULL keeps all of its rows. The conditions above the join
        // would remove rows from it that decide whether the other side is filled.
        const left = inner || type === "LEFT" ? conditions : [];
        const right = inner || type === "RIGHT" ? conditions : [];
        this.relation(relation.left, inner || type === "RIGHT" ? [...left, ...on] : left);
        this.relation(relation.right, inner || type === "LEFT" ? [...right, ...on] : right);
      }
    }
  }
}

const conjuncts = (expr: Expr): Expr[] =>
  expr.kind === "logical" && expr.operator === "AND" ? expr.terms.flatMap(conjuncts) : [expr];

/** Rewrites conditions over the outputs of a set operation to conditions over the outputs of one of its sides. */
function renamed(
  conditions: readonly Expr[],
  idOf: (index: number) => number | undefined,
  outputs: readonly { readonly id: number }[],
): Expr[] {
  const indexes = new Map(outputs.map(({ id }, index) => [id, index]));
  return conditions.map((condition) =>
    replaceColumns(condition, (column) => {
      const index = indexes.get(column.id);
      const id = index === undefined ? undefined : idOf(index);
      return id === undefined ? undefined : { ...column, id };
    }),
  );
}

/**
 * Whether an expression uses only the given columns, and at least one of them, and always returns the same result for
 * the same values.
 */
function isOver(expr: Expr, columns: ReadonlySet<number>): boolean {
  let named = false;
  const check = (node: Parameters<typeof childrenOf>[0]): boolean => {
    if (node.kind === "column") {
      named = true;
      return columns.has(node.id);
    }
    return isDeterministic(node) && childrenOf(node).every(check);
  };
  return check(expr) && named;
}

const isDeterministic = (node: Parameters<typeof childrenOf>[0]): boolean =>
  queryOf(node) ? isStatic(node) : node.kind !== "call" || node.call.deterministic;

/**
 * Whether a subquery is a single row of constants, such as `(SELECT 'a')`, whose value is known before any object is
 * read.
 */
function isStatic(node: Parameters<typeof childrenOf>[0]): boolean {
  if (node.kind !== "scalarSubquery") return false;
  const { ctes, body, limit, offset } = node.query;
  if (ctes.length > 0 || limit || offset) return false;
  const row = rowOf(body);
  return (
    row?.every((expr) => !contains(expr, (part) => part.kind === "column" || !isDeterministic(part))) ?? false
  );
}

function rowOf(body: BoundBody): readonly Expr[] | undefined {
  if (body.kind === "values") return body.rows.length === 1 ? body.rows[0] : undefined;
  if (body.kind !== "select" || body.from.kind !== "oneRow") return undefined;
  const { where, grouping, having, limit, offset, windows, items } = body;
  const isPlain = !where && !grouping && !having && !limit && !offset && windows.length === 0;
  return isPlain ? items.map(({ expr }) => expr) : undefined;
}

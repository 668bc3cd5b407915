import type {
  BoundBody,
  BoundCte,
  BoundGrouping,
  BoundLimit,
  BoundQuery,
  BoundSelect,
  Expr,
  SortKey,
} from "../bind/tree";
import { expressionKey } from "../bind/tree/key";
import { collect, contains, isVolatile } from "../bind/tree/visit";
import { duckdbTypeText } from "../types/duckdb";
import { boolean } from "../types/types";
import { emitSortKeys } from "./calls";
import { canonical, containsZone, hasKey, keyOf } from "./canonical";
import { emitCondition } from "./conditions/conditions";
import { cteName, type Emission, emitExpr, emitQuery, emittedColumn } from "./context";
import { failure } from "./failure";
import { digitsOf } from "./numbers/digits";
import { emitRelation } from "./relations";

/** Writes a query in DuckDB's SQL. Its columns are named by the ids of its outputs. */
export const writeQuery = (query: BoundQuery, emission: Emission): string =>
  emission.inside(() => write(query, emission));

function write(query: BoundQuery, emission: Emission): string {
  const ctes = query.ctes.map((cte) => emitCte(cte, emission));
  const head =
    ctes.length > 0
      ? `WITH ${query.ctes.some(({ recursive }) => recursive) ? "RECURSIVE " : ""}${ctes.join(", ")} `
      : "";
  const tail = emitTail(query.orderBy, query.offset, query.limit, emission);
  const body = emitBody(query.body, emission);
  if (tail === "" && !query.limit?.withTies) return `${head}${body}`;
  const names = query.outputs.map(({ id }) => emittedColumn(id)).join(", ");
  const from = `(${body}) AS ${emission.name("r")}`;
  if (query.limit?.withTies)
    return `${head}${withTies(names, from, query.orderBy, query.offset, query.limit, emission)}`;
  return `${head}SELECT ${names} FROM ${from}${tail}`;
}

function emitTail(
  orderBy: readonly SortKey[],
  offset: Expr | undefined,
  limit: BoundLimit | undefined,
  emission: Emission,
): string {
  const parts = [];
  if (orderBy.length > 0) parts.push(` ORDER BY ${emitSortKeys(orderBy, emission)}`);
  if (limit && !limit.withTies) parts.push(` LIMIT ${emitExpr(limit.count, emission)}`);
  if (offset) parts.push(` OFFSET ${emitExpr(offset, emission)}`);
  return parts.join("");
}

/** Writes FETCH FIRST … WITH TIES: the rows whose rank is not above the count. */
function withTies(
  names: string,
  from: string,
  orderBy: readonly SortKey[],
  offset: Expr | undefined,
  limit: BoundLimit,
  emission: Emission,
): string {
  const keys = emitSortKeys(orderBy, emission);
  const numbered = `SELECT *, row_number() OVER (ORDER BY ${keys}) AS n FROM ${from}`;
  const afterOffset = offset ? ` WHERE n > ${emitExpr(offset, emission)}` : "";
  const ranked = `SELECT *, rank() OVER (ORDER BY ${keys}) AS k FROM (${numbered}) AS ${emission.name("r")}${afterOffset}`;
  return `SELECT ${names} FROM (${ranked}) AS ${emission.name("r")} WHERE k <= ${emitExpr(limit.count, emission)} ORDER BY n`;
}

function emitBody(body: BoundBody, emission: Emission): string {
  switch (body.kind) {
    case "select":
      return emitSelect(body, emission);
    case "query":
      return emitQuery(body.query, emission);
    case "values":
      return emitValues(body, emission);
    case "set":
      return emitSet(body, emission);
  }
}

function emitValues(body: Extract<BoundBody, { kind: "values" }>, emission: Emission): string {
  const names = body.outputs.map(({ id }) => emittedColumn(id));
  const rows = body.rows.map((row) => `(${row.map((expr) => emitExpr(expr, emission)).join(", ")})`);
  const relation = `${emission.name("v")}(${names.join(", ")})`;
  return `SELECT ${names.join(", ")} FROM (VALUES ${rows.join(", ")}) AS ${relation}`;
}

type SetBody = Extract<BoundBody, { kind: "set" }>;

/** Nested unions are written side by side, because DuckDB limits the depth of nested queries. */
function emitSet(body: SetBody, emission: Emission): string {
  const compared = body.distinct || body.operator !== "UNION";
  const side = (query: BoundQuery) => {
    const columns = query.outputs.map(({ id, type }, index) => {
      const name = emittedColumn(id);
      const value = compared ? canonical(name, type, emission) : name;
      return `${value} AS ${emittedColumn(body.outputs[index]?.id ?? id)}`;
    });
    const sql = emitQuery(query, emission);
    for (const [index, { id }] of body.outputs.entries()) {
      const output = query.outputs[index];
      if (output) emission.isAlso(id, output);
    }
    return `(SELECT ${columns.join(", ")} FROM (${sql}) AS ${emission.name("r")})`;
  };
  if (compared && body.outputs.some(({ type }) => containsZone(type)))
    return emitZonedSet(body, side, emission);
  const rights: string[] = [];
  let first: BoundQuery = body.left;
  for (let set: SetBody | undefined = body; set; set = unionOf(first)) {
    rights.push(` ${set.operator}${set.distinct ? "" : " ALL"} ${side(set.right)}`);
    first = set.left;
    if (set.operator !== "UNION") break;
  }
  return [side(first), ...rights.reverse()].join("");
}

/** Writes a set operation of values with time zones, which are duplicates when their instants are equal. */
function emitZonedSet(body: SetBody, side: (query: BoundQuery) => string, emission: Emission): string {
  const [left, right] = [emission.name("r"), emission.name("r")];
  const keys = (relation: string) =>
    body.outputs.map(({ id, type }) => keyOf(`${relation}.${emittedColumn(id)}`, type, emission));
  const distinct = (from: string) => `SELECT DISTINCT ON (${keys(left).join(", ")}) * FROM ${from}`;
  if (body.operator === "UNION")
    return distinct(`(${emitSet({ ...body, distinct: false }, emission)}) AS ${left}`);
  // Of n equal rows, ALL needs n rows on the other side.
  const numbered = (query: BoundQuery, relation: string) =>
    body.distinct
      ? `${side(query)} AS ${relation}`
      : `(SELECT *, row_number() OVER (PARTITION BY ${keys(relation).join(", ")}) AS n FROM ${side(query)} AS ${relation}) AS ${relation}`;
  const others = keys(right);
  const equal = keys(left).map((key, index) => `${key} IS NOT DISTINCT FROM ${others[index]}`);
  if (!body.distinct) equal.push(`${left}.n = ${right}.n`);
  const isThere = `EXISTS (SELECT 1 FROM ${numbered(body.right, right)} WHERE ${equal.join(" AND ")})`;
  const from = `${numbered(body.left, left)} WHERE ${body.operator === "EXCEPT" ? "NOT " : ""}${isThere}`;
  return body.distinct ? distinct(from) : `SELECT * EXCLUDE (n) FROM ${from}`;
}

/** The union of a query that consists of nothing else. */
function unionOf({ ctes, body, orderBy, offset, limit }: BoundQuery): SetBody | undefined {
  const isBare = ctes.length === 0 && orderBy.length === 0 && !offset && !limit;
  return isBare && body.kind === "set" && body.operator === "UNION" ? body : undefined;
}

function emitCte(cte: BoundCte, emission: Emission): string {
  const names = cte.outputs.map(({ id }) => emittedColumn(id));
  if (cte.recursive && cte.query.body.kind === "set") return emitRecursive(cte, cte.query.body, emission);
  const sql = emitQuery(cte.query, emission);
  for (const [index, output] of cte.query.outputs.entries())
    emission.isAlso(cte.outputs[index]?.id ?? output.id, output);
  return `${cteName(cte)}(${names.join(", ")}) AS (${sql})`;
}

const recursionLimit = 10;

/**
 * Writes a recursive query. It counts its rounds, because Trino allows only ten.
 *
 * @see https://trino.io/docs/current/sql/select.html#with-recursive-clause
 */
function emitRecursive(cte: BoundCte, body: SetBody, emission: Emission): string {
  const names = cte.outputs.map(({ id }) => emittedColumn(id));
  const side = (query: BoundQuery, depth: string, from = "") =>
    `SELECT ${[...query.outputs.map(({ id }) => emittedColumn(id)), depth].join(", ")} FROM (${emitQuery(query, emission)}) AS ${emission.name("r")}${from}`;
  const round = `(SELECT max(depth) AS depth FROM ${cteName(cte)})`;
  const tooDeep = failure(
    "INTEGER",
    "NOT_SUPPORTED",
    `Recursion depth limit exceeded (${recursionLimit}). Use 'max_recursion_depth' session property to modify the limit.`,
  );
  const deeper = `CASE WHEN d.depth >= ${recursionLimit} THEN ${tooDeep} ELSE d.depth + 1 END`;
  const rounds = `${side(body.left, "CAST(0 AS INTEGER)")} UNION ALL ${side(body.right, deeper, `, ${round} AS d`)}`;
  const named = `${cteName(cte)}(${[...names, "depth"].join(", ")})`;
  // Trino completes all rounds, even when a LIMIT would need fewer rows.
  return `${named} AS MATERIALIZED (WITH RECURSIVE ${named} AS (${rounds}) SELECT * FROM ${cteName(cte)})`;
}

/**
 * The condition for the rows that are read. If all rows are one group, and all of its aggregates have filters, Trino reads
 * only rows that pass one of these, so that an argument does not fail for the others.
 */
function whereOf({ where, grouping }: BoundSelect): Expr | undefined {
  const aggregates = grouping?.keys.length === 0 ? grouping.aggregates : [];
  const filters = aggregates.flatMap(({ filter }) => filter ?? []);
  if (filters.length === 0 || filters.length < aggregates.length) return where;
  if (filters.some((filter) => contains(filter, isVolatile))) return where;
  const terms = [...new Map(filters.map((filter) => [expressionKey(filter), filter])).values()];
  const [only, ...others] = terms;
  const any: Expr | undefined =
    others.length === 0 ? only : { kind: "logical", type: boolean, operator: "OR", terms };
  if (!any || !where) return any;
  return { kind: "logical", type: boolean, operator: "AND", terms: [where, any] };
}

function emitSelect(select: BoundSelect, emission: Emission): string {
  const isBare = select.from.kind === "oneRow" && select.windows.length === 0 && !select.limit?.withTies;
  let from = isBare ? "" : ` FROM ${emitRelation(select.from, emission)}`;
  const condition = whereOf(select);
  let where = condition ? ` WHERE ${emitCondition(condition, emission)}` : "";
  const computed = new Map<string, string>();
  if (select.grouping) {
    from = ` FROM (${emitGroups(select, select.grouping, `${from}${where}`, computed, emission)}) AS ${emission.name("g")}`;
    where = "";
  }
  return emission.within(computed, () => {
    if (select.having) where = ` WHERE ${emitCondition(select.having, emission)}`;
    if (select.windows.length > 0) {
      const windows = select.windows.map((call) => {
        const name = emission.name("w");
        return { key: expressionKey(call), name, sql: `${emitExpr(call, emission)} AS ${name}` };
      });
      from = ` FROM (SELECT *, ${windows.map(({ sql }) => sql).join(", ")}${from}${where}) AS ${emission.name("r")}`;
      where = "";
      for (const { key, name } of windows) computed.set(key, name);
    }
    return emitOutput(select, from, where, emission);
  });
}

function emitOutput(select: BoundSelect, from: string, where: string, emission: Emission): string {
  const items = select.items.map(({ expr, output }) => {
    emission.isOf(output, digitsOf(expr, emission));
    return `${emitExpr(expr, emission)} AS ${emittedColumn(output.id)}`;
  });
  const { orderBy, offset, limit } = select;
  if (!select.distinct) {
    if (limit?.withTies) {
      const names = select.outputs.map(({ id }) => emittedColumn(id)).join(", ");
      return withTies(
        names,
        `(SELECT *, ${items.join(", ")}${from}${where}) AS ${emission.name("r")}`,
        orderBy,
        offset,
        limit,
        emission,
      );
    }
    return `SELECT ${items.join(", ")}${from}${where}${emitTail(orderBy, offset, limit, emission)}`;
  }
  const distinct = emitDistinct(select, `${items.join(", ")}${from}${where}`, emission);
  if (orderBy.length === 0 && !offset && !limit) return distinct;
  // The sort keys of a SELECT DISTINCT are always among its items.
  const byKey = new Map(
    select.items.map(({ expr, output }) => [expressionKey(expr), emittedColumn(output.id)]),
  );
  return emission.within(byKey, () => {
    const names = select.outputs.map(({ id }) => emittedColumn(id)).join(", ");
    const relation = `(${distinct}) AS ${emission.name("r")}`;
    return limit?.withTies
      ? withTies(names, relation, orderBy, offset, limit, emission)
      : `SELECT ${names} FROM ${relation}${emitTail(orderBy, offset, limit, emission)}`;
  });
}

function emitDistinct(select: BoundSelect, rest: string, emission: Emission): string {
  if (!select.outputs.some(({ type }) => hasKey(type))) return `SELECT DISTINCT ${rest}`;
  const keys = select.outputs.map(({ id, type }) => keyOf(emittedColumn(id), type, emission));
  return `SELECT DISTINCT ON (${keys.join(", ")}) * FROM (SELECT ${rest}) AS ${emission.name("r")}`;
}

/** Writes the groups: their keys and aggregates become columns, whose names are added to `computed`. */
function emitGroups(
  select: BoundSelect,
  { keys, sets, aggregates }: BoundGrouping,
  fromWhere: string,
  computed: Map<string, string>,
  emission: Emission,
): string {
  const columns: string[] = [];
  const names = new Map<string, string>();
  const groups = keys.map((key) => {
    const name = emission.name("k");
    const sql = emitExpr(key, emission);
    names.set(expressionKey(key), name);
    if (hasKey(key.type)) {
      const group = keyOf(sql, key.type, emission);
      const first = `first(${sql})`;
      columns.push(
        `${sets.length === 1 ? first : `CASE WHEN grouping(${group}) = 0 THEN ${first} END`} AS ${name}`,
      );
      return group;
    }
    columns.push(`${sql} AS ${name}`);
    return sql;
  });
  emission.alone = keys.length === 0;
  for (const aggregate of aggregates) {
    const name = emission.name("a");
    names.set(expressionKey(aggregate), name);
    columns.push(`${emitExpr(aggregate, emission)} AS ${name}`);
  }
  for (const call of groupingCalls(select)) {
    const key = expressionKey(call);
    if (names.has(key)) continue;
    const name = emission.name("b");
    names.set(key, name);
    const bits = call.columns
      .map((column) => {
        const at = keys.findIndex((one) => expressionKey(one) === expressionKey(column));
        return groups[at] ?? emitExpr(column, emission);
      })
      .join(", ");
    columns.push(`CAST(grouping(${bits}) AS ${duckdbTypeText(call.type)}) AS ${name}`);
  }
  for (const [key, name] of names) computed.set(key, name);
  const [only] = sets;
  const groupBy =
    sets.length === 1 && only
      ? only.length > 0
        ? ` GROUP BY ${only.map((index) => groups[index]).join(", ")}`
        : keys.length > 0 || aggregates.length === 0
          ? " GROUP BY ()"
          : ""
      : ` GROUP BY GROUPING SETS (${sets.map((set) => `(${set.map((index) => groups[index]).join(", ")})`).join(", ")})`;
  if (columns.length === 0) columns.push("1 AS one");
  return `SELECT ${columns.join(", ")}${fromWhere}${groupBy}`;
}

type GroupingExpr = Extract<Expr, { kind: "grouping" }>;

function groupingCalls(select: BoundSelect): GroupingExpr[] {
  const parts = [
    ...select.items.map(({ expr }) => expr),
    ...(select.having ? [select.having] : []),
    ...select.orderBy.map(({ expr }) => expr),
  ];
  return parts.flatMap((part) => collect(part, (node): node is GroupingExpr => node.kind === "grouping"));
}

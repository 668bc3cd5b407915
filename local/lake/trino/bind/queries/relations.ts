import { parseStatement } from "../../parse";
import type * as ast from "../../parse/ast";
import { commonType, isCoercible } from "../../types/coercion";
import { errorAt, type TextPosition, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { bigint, double, isNumeric } from "../../types/types";
import { bindExpr, bindQuery, type Env, emptyScope } from "../context";
import { coerce } from "../expressions/coerce";
import { bindBoolean, checkScalar } from "../expressions/conditions";
import { bindComparison } from "../expressions/operators";
import { closest, relationScope, type Scope, type ScopeField, take } from "../scope";
import type {
  BoundQuery,
  BoundRelation,
  CatalogColumn,
  CatalogTable,
  Expr,
  OutputColumn,
  ScanColumn,
} from "../tree";
import { checkCorrelation } from "../tree/correlation";
import { columnsOf, outerReferences } from "../tree/outer-columns";
import { collect, contains, isColumn, isSubquery } from "../tree/visit";
import { type BoundFrom, columnOf, selectFrom } from "./outputs";
import { bindTableFunction } from "./table-functions";

/** Binds an item of FROM. The scope of `env` is the one that encloses the query. */
export function bindRelation(node: ast.Relation, env: Env): BoundFrom {
  switch (node.kind) {
    case "Table":
      return bindTable(node, env);
    case "AliasedRelation":
      return bindAliased(node, env);
    case "TableSubquery":
      return bindDerived(node.query, env, false);
    case "Lateral":
      return bindDerived(node.query, env, true);
    case "Join":
      return bindJoin(node, env);
    case "Unnest":
      return bindUnnest(node, env, undefined);
    case "SampledRelation":
      return bindSample(node, env);
    case "TableFunctionCall":
      return bindTableFunction(node, env);
    case "JsonTable":
      throw errorAt(node, "NOT_SUPPORTED", "JSON_TABLE is not supported here");
    case "PatternRecognition":
      throw errorAt(node, "NOT_SUPPORTED", "MATCH_RECOGNIZE is not supported here");
  }
}

const fieldOf = (output: OutputColumn, qualifier: readonly string[]): ScopeField => ({
  name: output.name,
  qualifier,
  expr: columnOf(output),
});

function bindDerived(node: ast.Query, env: Env, lateral: boolean): BoundFrom {
  const query = bindQuery(node, env);
  if (lateral) checkCorrelation(query, node, "lateral");
  return {
    relation: { kind: "subquery", query, outputs: query.outputs, lateral },
    scope: relationScope(
      query.outputs.map((output) => fieldOf(output, [])),
      env.scope,
    ),
  };
}

export function bindTable(node: ast.Table, env: Env): BoundFrom {
  if (node.versioned)
    throw errorAt(undefined, "NOT_SUPPORTED", "This connector does not support versioned tables");
  const parts = node.name.parts.map(({ value }) => value);
  const cte = parts.length === 1 ? env.ctes.get(parts[0]?.toLowerCase() ?? "") : undefined;
  if (cte) {
    const outputs = cte.outputs.map((output) => ({ ...output, id: env.context.nextId() }));
    return {
      relation: { kind: "cte", cte, outputs },
      scope: relationScope(
        outputs.map((output) => fieldOf(output, [cte.name.toLowerCase()])),
        env.scope,
      ),
    };
  }
  const table = findTable(parts, node, env);
  // A column's name can be qualified by as much of the table's name as is written here.
  const qualifier = parts.map((part) => part.toLowerCase());
  return table.view ? bindView(table, table.view, qualifier, node, env) : scan(table, qualifier, env);
}

/** Binds the query of a view. The view's columns are those that it had when it was created. */
function bindView(
  table: CatalogTable,
  { sql, schema }: NonNullable<CatalogTable["view"]>,
  qualifier: readonly string[],
  at: TextPosition,
  { context, scope: outer }: Env,
): BoundFrom {
  const name = `${context.catalog.name}.${table.schema}.${table.name}`;
  const views = context.views ?? [];
  if (views.includes(name)) throw errorAt(at, "INVALID_VIEW", `View '${name}' is recursive`);
  const query = viewQuery(name, sql, at, {
    context: { ...context, schema, parameters: [], views: [...views, name] },
    scope: emptyScope,
    ctes: new Map(),
  });
  const stale = staleness(query.outputs, table.columns);
  if (stale) throw errorAt(at, "VIEW_IS_STALE", `View '${name}' is stale or in invalid state: ${stale}`);
  const columns = table.columns.map((column) => ({ ...column, id: context.nextId() }));
  const items = columns.map(({ id, name: column, type }, index) => {
    const output = query.outputs[index];
    if (!output) throw new Error("a view's query lacks a column");
    return { expr: coerce(columnOf(output), type), output: { id, name: column, type } };
  });
  const select = selectFrom(query, items);
  const { outputs } = select;
  return {
    relation: { kind: "subquery", query: select, outputs, lateral: false, view: table },
    scope: relationScope(
      outputs.map((output) => fieldOf(output, qualifier)),
      outer,
    ),
  };
}

function viewQuery(name: string, sql: string, at: TextPosition, env: Env): BoundQuery {
  try {
    const { statement } = parseStatement(sql);
    if (statement.kind !== "Query") throw errorAt(undefined, "SYNTAX_ERROR", "it is not a query");
    return bindQuery(statement, env);
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    throw errorAt(at, "INVALID_VIEW", `Failed analyzing stored view '${name}': ${error.message}`);
  }
}

/** The reason why a view's query no longer returns the view's columns. Undefined when it still does. */
function staleness(outputs: readonly OutputColumn[], columns: readonly CatalogColumn[]): string | undefined {
  if (outputs.length !== columns.length)
    return `stored view column count (${columns.length}) does not match column count derived from the view query analysis (${outputs.length})`;
  for (const [index, { name, type }] of columns.entries()) {
    const output = outputs[index];
    if (!output || output.name?.toLowerCase() !== name)
      return `column [${output?.name ?? ""}] of type ${output ? formatType(output.type) : ""} projected from query view at position ${index} has a different name from column [${name}] of type ${formatType(type)} stored in view definition`;
    if (!isCoercible(output.type, type))
      return `column [${name}] of type ${formatType(output.type)} projected from query view at position ${index} cannot be coerced to column [${name}] of type ${formatType(type)} stored in view definition`;
  }
  return undefined;
}

function findTable(parts: readonly string[], at: TextPosition, { context }: Env): CatalogTable {
  const { catalog } = context;
  if (parts.length > 3)
    throw new TrinoError("SYNTAX_ERROR", `Too many dots in table name: ${parts.join(".")}`);
  const [name = "", schema = context.schema, catalogName = catalog.name] = [...parts]
    .reverse()
    .map((part) => part.toLowerCase());
  if (catalogName !== catalog.name)
    throw errorAt(at, "CATALOG_NOT_FOUND", `Catalog '${catalogName}' not found`);
  // A table name without a database is looked up in every database, beginning with the current one.
  const schemas = parts.length === 1 ? [schema, ...catalog.schemas] : [schema];
  for (const one of schemas) {
    const table = catalog.find(one, name);
    if (table) return table;
  }
  if (!catalog.schemas.includes(schema))
    throw errorAt(at, "SCHEMA_NOT_FOUND", `Schema '${schema}' does not exist`);
  const names = catalog.tables(schema).map((one) => one.name);
  const close = closest(name, names);
  const known =
    names.length === 0
      ? `the database ${schema} has no tables`
      : `tables: ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
  throw errorAt(
    at,
    "TABLE_NOT_FOUND",
    `Table '${catalog.name}.${schema}.${name}' does not exist`,
    close ? `did you mean "${close}"?` : known,
  );
}

function scan(table: CatalogTable, qualifier: readonly string[], { context, scope: outer }: Env): BoundFrom {
  const columns = table.columns.map(
    (column): ScanColumn => ({ id: context.nextId(), name: column.name, type: column.type, column }),
  );
  const used = new Set<number>();
  const fields = columns.map(
    (column): ScopeField => ({
      name: column.name,
      qualifier,
      hidden: column.column.hidden,
      expr: columnOf(column),
      use: () => used.add(column.id),
    }),
  );
  return { relation: { kind: "table", table, columns, used }, scope: relationScope(fields, outer) };
}

function bindAliased(node: ast.AliasedRelation, env: Env): BoundFrom {
  const inner = node.relation;
  const bound =
    inner.kind === "Unnest" ? bindUnnest(inner, env, node.columns?.length) : bindRelation(inner, env);
  return { relation: bound.relation, scope: aliased(bound.scope, node, env) };
}

function aliased(scope: Scope, node: ast.AliasedRelation, env: Env): Scope {
  const qualifier = [node.alias.value.toLowerCase()];
  const shown = scope.fields.filter(({ hidden }) => !hidden);
  const { columns } = node;
  if (columns && columns.length !== shown.length)
    throw errorAt(
      node,
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${columns.length} entries but '${node.alias.value}' has ${shown.length} columns available`,
    );
  const fields = columns ? shown : scope.fields;
  return relationScope(
    fields.map((field, index) => ({
      ...field,
      name: columns ? columns[index]?.value : field.name,
      qualifier,
    })),
    env.scope,
  );
}

const unaliased = (node: ast.Relation): ast.Relation =>
  node.kind === "AliasedRelation" ? unaliased(node.relation) : node;

/** Whether the right side of a join may use columns of the left side. */
const isLateral = (node: ast.Relation): boolean =>
  ["Unnest", "Lateral", "JsonTable"].includes(unaliased(node).kind);

const isUnnest = (node: ast.Relation): boolean => unaliased(node).kind === "Unnest";

const joinType = (type: ast.Join["type"]) => (type === "IMPLICIT" ? "CROSS" : type);

/** UNNEST is done for each row of the left side, and so has no rows of its own without one. */
const unnested = (type: ast.Join["type"]) =>
  type === "RIGHT" ? "INNER" : type === "FULL" ? "LEFT" : joinType(type);

const isTrue = (node: ast.Expression): boolean => node.kind === "BooleanLiteral" && node.value;

function bindJoin(node: ast.Join, env: Env): BoundFrom {
  const left = bindRelation(node.left, env);
  const lateral = isLateral(node.right);
  const right = bindRelation(node.right, lateral ? { ...env, scope: left.scope } : env);
  const isOuter = lateral && (node.type === "RIGHT" || node.type === "FULL");
  if (isOuter) checkIndependent(right.relation, left.relation, node.type);
  const type = isUnnest(node.right) ? unnested(node.type) : joinType(node.type);
  const fields = [...left.scope.fields, ...right.scope.fields];
  const scope = relationScope(fields, env.scope);
  const { criteria } = node;
  const base = {
    kind: "join",
    left: left.relation,
    right:
      isOuter && right.relation.kind === "subquery" ? { ...right.relation, lateral: false } : right.relation,
  } as const;
  if (!criteria) return { relation: { ...base, type }, scope };
  if (isUnnest(node.right) && !(criteria.kind === "On" && isTrue(criteria.expression)))
    throw errorAt(
      criteria.kind === "On" ? criteria.expression : node,
      "NOT_SUPPORTED",
      `${node.type} JOIN involving UNNEST is only supported with condition ON TRUE`,
    );
  if (criteria.kind === "Natural") throw errorAt(node, "NOT_SUPPORTED", "Natural join not supported");
  if (criteria.kind === "Using") return bindUsing(node, criteria.columns, left.scope, right.scope, env, base);
  if (lateral && criteria.expression.kind !== "BooleanLiteral" && type !== "INNER")
    throw errorAt(
      criteria.expression,
      "NOT_SUPPORTED",
      `${type} JOIN involving LATERAL relation is only supported with condition ON TRUE`,
    );
  const condition = bindBoolean(criteria.expression, { ...env, scope }, "JOIN ON clause");
  checkScalar(condition, criteria.expression, "JOIN clause");
  if (type !== "INNER") checkOwn(condition, base);
  return { relation: { ...base, type, condition }, scope };
}

/** Refuses a right side of a RIGHT or FULL JOIN that uses columns of the left one. */
function checkIndependent(right: BoundRelation, left: BoundRelation, type: ast.Join["type"]): void {
  const ofLeft = new Set(columnsOf(left));
  const used =
    right.kind === "subquery"
      ? outerReferences(right.query)
      : right.kind === "unnest"
        ? right.items.flatMap(({ expr }) => collect(expr, isColumn))
        : [];
  const column = used.find(({ id }) => ofLeft.has(id));
  if (column)
    throw errorAt(column.at, "INVALID_COLUMN_REFERENCE", `LATERAL reference not allowed in ${type} JOIN`);
}

/**
 * Refuses columns of outer queries in the condition of an outer join, and in its subqueries also the columns of the
 * join, as Trino does.
 */
function checkOwn(
  condition: Expr,
  { left, right }: { readonly left: BoundRelation; readonly right: BoundRelation },
): void {
  const own = new Set([...columnsOf(left), ...columnsOf(right)]);
  const column =
    collect(condition, isColumn).find(({ id }) => !own.has(id)) ??
    collect(condition, isSubquery).flatMap((subquery) => outerReferences(subquery.query))[0];
  if (!column) return;
  throw errorAt(
    column.at,
    "NOT_SUPPORTED",
    `Reference to column '${column.name ?? ""}' from outer scope not allowed in this context`,
  );
}

function hasName(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasName);
  if (typeof node !== "object" || node === null) return false;
  const { kind } = node as { kind?: string };
  if (kind === "Identifier" || kind === "Dereference") return true;
  return Object.entries(node).some(([key, part]) => key !== "name" && key !== "type" && hasName(part));
}

function bindUsing(
  node: ast.Join,
  names: readonly ast.Identifier[],
  left: Scope,
  right: Scope,
  env: Env,
  base: { readonly kind: "join"; readonly left: BoundRelation; readonly right: BoundRelation },
): BoundFrom {
  const seen = new Set<string>();
  const joined: ScopeField[] = [];
  const conditions: Expr[] = [];
  for (const name of names) {
    const wanted = name.value.toLowerCase();
    if (seen.has(wanted))
      throw errorAt(
        name,
        "DUPLICATE_COLUMN_NAME",
        `Column '${name.value}' appears multiple times in USING clause`,
      );
    seen.add(wanted);
    const side = (scope: Scope, which: string) => {
      const found = scope.fields.filter((field) => field.name?.toLowerCase() === wanted);
      if (found.length > 1) throw errorAt(name, "AMBIGUOUS_NAME", `Column '${name.value}' is ambiguous`);
      if (!found[0])
        throw errorAt(
          name,
          "COLUMN_NOT_FOUND",
          `Column '${name.value}' is missing from ${which} side of join`,
        );
      return take(found[0]);
    };
    const one = side(left, "left");
    const other = side(right, "right");
    const type = commonType(one.type, other.type);
    if (!type)
      throw errorAt(
        name,
        "TYPE_MISMATCH",
        `Column types of left and right side of join are not compatible: ${formatType(one.type)}, ${formatType(other.type)}`,
      );
    conditions.push(bindComparison("=", one, other, name));
    const [a, b] = [coerce(one, type), coerce(other, type)];
    joined.push({
      name: name.value,
      qualifier: [],
      expr: node.type === "INNER" || node.type === "LEFT" ? a : { kind: "coalesce", type, operands: [a, b] },
    });
  }
  const rest = [...left.fields, ...right.fields].filter(
    ({ name }) => name === undefined || !seen.has(name.toLowerCase()),
  );
  const type = joinType(node.type);
  const [first] = conditions;
  if (!first) throw new Error("USING without columns");
  const condition: Expr =
    conditions.length === 1
      ? first
      : { kind: "logical", type: first.type, operator: "AND", terms: conditions };
  return { relation: { ...base, type, condition }, scope: relationScope([...joined, ...rest], env.scope) };
}

/**
 * Binds an UNNEST of arrays and maps. An array of rows gives one column for each field of the rows. When it has a
 * single alias, Athena gives one column of rows instead.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/flattening-arrays.html
 */
function bindUnnest(node: ast.Unnest, env: Env, aliases: number | undefined): BoundFrom {
  const exprs = node.expressions.map((expression) => bindExpr(expression, env));
  const asRow =
    aliases !== undefined && aliases === exprs.length + (node.ordinality ? 1 : 0) && exprs.some(isRows);
  const output = (type: OutputColumn["type"], name?: string): OutputColumn => ({
    id: env.context.nextId(),
    type,
    ...(name !== undefined && { name }),
  });
  const items = exprs.map((expr, index) => {
    const { type } = expr;
    if (type.kind === "map") return { expr, asRow: false, outputs: [output(type.key), output(type.value)] };
    if (type.kind !== "array")
      throw errorAt(undefined, "INVALID_FUNCTION_ARGUMENT", `Cannot unnest type: ${formatType(type)}`);
    const { element } = type;
    checkScalar(expr, node.expressions[index] ?? node, "UNNEST");
    if (element.kind !== "row" || asRow) return { expr, asRow: true, outputs: [output(element)] };
    return { expr, asRow: false, outputs: element.fields.map((field) => output(field.type, field.name)) };
  });
  const ordinality = node.ordinality ? output(bigint) : undefined;
  const outputs = [...items.flatMap((item) => item.outputs), ...(ordinality ? [ordinality] : [])];
  return {
    relation: { kind: "unnest", items, ...(ordinality && { ordinality }) },
    scope: relationScope(
      outputs.map((one) => fieldOf(one, [])),
      env.scope,
    ),
  };
}

const isRows = ({ type }: Expr) => type.kind === "array" && type.element.kind === "row";

function checkPercentage(percentage: Expr, at: TextPosition): void {
  if (percentage.kind !== "constant") return;
  const { type, value } = percentage;
  const rate = Number(value) / (type.kind === "decimal" ? 10 ** type.scale : 1);
  if (rate < 0)
    throw errorAt(at, "NUMERIC_VALUE_OUT_OF_RANGE", "Sample percentage must be greater than or equal to 0");
  if (rate > 100)
    throw errorAt(at, "NUMERIC_VALUE_OUT_OF_RANGE", "Sample percentage must be less than or equal to 100");
}

function bindSample(node: ast.SampledRelation, env: Env): BoundFrom {
  const { relation, scope } = bindRelation(node.relation, env);
  const refuse = (code: string, sentence: string) => errorAt(node.percentage, code, sentence);
  if (hasName(node.percentage))
    throw refuse("EXPRESSION_NOT_CONSTANT", "Sample percentage cannot contain column references");
  const percentage = bindExpr(node.percentage, env);
  if (contains(percentage, isSubquery))
    throw refuse("EXPRESSION_NOT_CONSTANT", "Constant expression cannot contain a subquery");
  checkScalar(percentage, node.percentage, "Sample percentage");
  if (percentage.type.kind === "unknown")
    throw refuse("INVALID_ARGUMENTS", "Sample percentage cannot be NULL");
  if (!isNumeric(percentage.type))
    throw errorAt(node.percentage, "TYPE_MISMATCH", "Sample percentage should be a numeric expression");
  checkPercentage(percentage, node.percentage);
  return {
    relation: { kind: "sample", relation, method: node.method, percentage: coerce(percentage, double) },
    scope,
  };
}

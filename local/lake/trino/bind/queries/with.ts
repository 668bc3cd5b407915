import type * as ast from "../../parse/ast";
import { commonType } from "../../types/coercion";
import { errorAt } from "../../types/errors";
import { formatType } from "../../types/format";
import { sameType } from "../../types/types";
import { bindBody, bindQuery, type Env } from "../context";
import { relationScope } from "../scope";
import type { BoundCte, Output } from "../tree";
import { asQuery, project } from "./outputs";

export interface BoundWith {
  readonly ctes: readonly BoundCte[];
  /** The queries that the body can use, by their names in lower case. */
  readonly visible: ReadonlyMap<string, BoundCte>;
}

export function bindWith(node: ast.With, env: Env): BoundWith {
  const ctes: BoundCte[] = [];
  const visible = new Map(env.ctes);
  const own = new Set<string>();
  for (const query of node.queries) {
    const name = query.name.value.toLowerCase();
    if (own.has(name))
      throw errorAt(
        query,
        "DUPLICATE_NAMED_QUERY",
        `WITH query name '${query.name.value}' specified more than once`,
      );
    own.add(name);
    // A query of WITH cannot use columns from outside of the statement that it belongs to.
    const inner: Env = { ...env, ctes: new Map(visible), scope: env.scope };
    const cte = (node.recursive && bindRecursive(query, inner)) || bindPlain(query, inner);
    ctes.push(cte);
    visible.set(name, cte);
  }
  return { ctes, visible };
}

function bindPlain(node: ast.WithQuery, env: Env): BoundCte {
  const query = bindQuery(node.query, env);
  return {
    id: env.context.nextId(),
    name: node.name.value,
    outputs: renamed(query.outputs, node.columns),
    query,
    recursive: false,
  };
}

/** The outputs, named by a column list. */
export function renamed(outputs: readonly Output[], names: readonly ast.Identifier[] | undefined): Output[] {
  if (!names) return [...outputs];
  if (names.length !== outputs.length)
    throw errorAt(
      names[0],
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${names.length} entries but relation has ${outputs.length} columns`,
    );
  return outputs.map((output, index) => ({ ...output, name: names[index]?.value }));
}

/**
 * Binds `anchor UNION [ALL] step`, in which the step names the query itself. Undefined when the query does not have
 * that form.
 */
function bindRecursive(node: ast.WithQuery, env: Env): BoundCte | undefined {
  if (!node.columns)
    throw errorAt(node, "MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query");
  const { body } = node.query;
  const union = body.kind === "TableSubquery" ? body.query.body : body;
  if (union.kind !== "SetOperation" || union.operator !== "UNION" || !names(union.right, node.name.value))
    return undefined;
  const anchor = asQuery(bindBody(union.left, env));
  const outputs = renamed(anchor.outputs, node.columns).map((output) => ({
    ...output,
    id: env.context.nextId(),
  }));
  const cte: BoundCte = {
    id: env.context.nextId(),
    name: node.name.value,
    outputs,
    query: anchor,
    recursive: true,
  };
  const inner: Env = {
    ...env,
    ctes: new Map(env.ctes).set(node.name.value.toLowerCase(), cte),
    scope: env.scope ?? relationScope([]),
  };
  const step = asQuery(bindBody(union.right, inner));
  for (const [index, output] of outputs.entries()) {
    const other = step.outputs[index];
    if (!other || step.outputs.length !== outputs.length)
      throw errorAt(
        node,
        "TYPE_MISMATCH",
        `base and step relations of recursion have different number of fields: ${outputs.length}, ${step.outputs.length}`,
      );
    const type = commonType(output.type, other.type);
    if (!type || !sameType(type, output.type))
      throw errorAt(
        union.right,
        "TYPE_MISMATCH",
        `recursion step relation output type (${formatType(other.type)}) is not coercible to recursion base relation output type (${formatType(output.type)}) at column ${index + 1}`,
      );
  }
  cte.query = asQuery({
    kind: "set",
    operator: "UNION",
    distinct: union.distinct,
    left: anchor,
    right: project(
      step,
      outputs.map(({ type }) => type),
      env,
    ),
    outputs,
  });
  return cte;
}

/** Whether a part of a query reads a table of the given name. */
function names(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((part) => names(part, name));
  if (typeof node !== "object" || node === null) return false;
  const table = node as Partial<ast.Table>;
  if (
    table.kind === "Table" &&
    table.name?.parts.length === 1 &&
    table.name.parts[0]?.value.toLowerCase() === name.toLowerCase()
  )
    return true;
  return Object.values(node).some((part) => names(part, name));
}

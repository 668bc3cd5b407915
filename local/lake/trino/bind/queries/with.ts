import type * as ast from "../../parse/ast";
import { commonType } from "../../types/coercion";
import { errorAt } from "../../types/errors";
import { formatType } from "../../types/format";
import { sameType } from "../../types/types";
import { bindBody, bindQuery, type Env } from "../context";
import { relationScope } from "../scope";
import type { BoundCte, OutputColumn } from "../tree";
import { asQuery, project } from "./outputs";
import { recursionOf } from "./recursion";

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
export function renamed(
  outputs: readonly OutputColumn[],
  names: readonly ast.Identifier[] | undefined,
): OutputColumn[] {
  if (!names) return [...outputs];
  if (names.length !== outputs.length)
    throw errorAt(
      names[0],
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${names.length} entries but relation has ${outputs.length} columns`,
    );
  const seen = new Set<string>();
  for (const name of names) {
    const key = name.value.toLowerCase();
    if (seen.has(key))
      throw errorAt(name, "DUPLICATE_COLUMN_NAME", `Column name '${name.value}' specified more than once`);
    seen.add(key);
  }
  return outputs.map((output, index) => ({ ...output, name: names[index]?.value }));
}

/** Binds a query that names itself. Undefined when it does not. */
function bindRecursive(node: ast.WithQuery, env: Env): BoundCte | undefined {
  if (!node.columns)
    throw errorAt(node, "MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query");
  const recursion = recursionOf(node);
  if (!recursion) return undefined;
  const anchor = asQuery(bindBody(recursion.anchor, env));
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
  const step = asQuery(bindBody(recursion.step, inner));
  for (const [index, output] of outputs.entries()) {
    const other = step.outputs[index];
    if (!other || step.outputs.length !== outputs.length)
      throw errorAt(
        recursion.step,
        "TYPE_MISMATCH",
        `base and step relations of recursion have different number of fields: ${outputs.length}, ${step.outputs.length}`,
      );
    const type = commonType(output.type, other.type);
    if (!type || !sameType(type, output.type))
      throw errorAt(
        recursion.step,
        "TYPE_MISMATCH",
        `recursion step relation output type (${formatType(other.type)}) is not coercible to recursion base relation output type (${formatType(output.type)}) at column ${index + 1}`,
      );
  }
  cte.query = asQuery({
    kind: "set",
    operator: "UNION",
    distinct: recursion.distinct,
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

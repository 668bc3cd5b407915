import type * as ast from "../../parse/ast";
import { errorAt, type TextPosition } from "../../types/errors";
import { formatType } from "../../types/format";
import { bindExpr, type Env } from "../context";
import { columnNotFound, findField, type Scope, take } from "../scope";
import type { Expr } from "../tree";

/** The column or lambda parameter to which an identifier refers. */
export function resolveName(node: ast.Identifier, env: Env): Expr {
  const field = findField(env.scope, [node.value], node);
  if (!field) throw columnNotFound(env.scope, [node.value], node, isAlias(node, env) ? aliasHint : undefined);
  return placed(take(field), node.value, node);
}

const aliasHint = "an alias of the SELECT list is known only in ORDER BY: repeat its expression";

function isAlias({ value }: ast.Identifier, { select }: Env): boolean {
  const name = value.toLowerCase();
  return (select?.select.items ?? []).some(
    (item) => item.kind === "SingleColumn" && item.alias?.value.toLowerCase() === name,
  );
}

/** A column with its name and position, which error messages use. */
const placed = (expr: Expr, name: string, at: TextPosition): Expr =>
  expr.kind === "column" ? { ...expr, name, at } : expr;

/** The parts of a name such as `a.b.c`. Undefined when the base is not a name. */
export function partsOf(node: ast.Expression): readonly string[] | undefined {
  if (node.kind === "Identifier") return [node.value];
  if (node.kind !== "Dereference") return undefined;
  const base = partsOf(node.base);
  return base && [...base, node.field.value];
}

/** Whether a prefix of the name is a column. The remaining parts are then fields of a row. */
function beginsWithColumn(scope: Scope, parts: readonly string[], at: TextPosition): boolean {
  for (let length = parts.length - 1; length > 0; length--)
    if (findField(scope, parts.slice(0, length), at)) return true;
  return false;
}

/** Resolves `a.b` as the column of a table, or otherwise as the field of a row. */
export function resolveDereference(node: ast.Dereference, env: Env): Expr {
  const parts = partsOf(node);
  if (parts) {
    const field = findField(env.scope, parts, node);
    if (field) return placed(take(field), parts.join("."), node);
    if (!beginsWithColumn(env.scope, parts, node)) throw columnNotFound(env.scope, parts, node);
  }
  const base = bindExpr(node.base, env);
  if (base.type.kind !== "row")
    throw errorAt(
      node.base,
      "TYPE_MISMATCH",
      `Expression ${partsOf(node.base)?.join(".") ?? formatType(base.type)} is not of type ROW`,
      base.type.kind === "map" ? `a map's value is taken as map['${node.field.value}']` : undefined,
    );
  const wanted = node.field.value.toLowerCase();
  const found = base.type.fields.flatMap((field, index) =>
    field.name?.toLowerCase() === wanted ? [{ field, index }] : [],
  );
  if (found.length > 1)
    throw errorAt(node.field, "AMBIGUOUS_NAME", `Ambiguous row field reference: ${node.field.value}`);
  const [only] = found;
  if (!only)
    throw errorAt(node, "INVALID_COLUMN_REFERENCE", `Column reference '${node.field.value}' is invalid`);
  return { kind: "field", type: only.field.type, base, index: only.index };
}

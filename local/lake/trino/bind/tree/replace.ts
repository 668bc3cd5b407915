import type { BoundColumn, Expr } from "./index";

/** A copy of an expression in which some columns are replaced by other expressions. */
export function replaceColumns(expr: Expr, by: (column: BoundColumn) => Expr | undefined): Expr {
  const replace = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(replace);
    if (typeof part !== "object" || part === null || part instanceof Uint8Array) return part;
    const { kind } = part as { kind?: string };
    if (kind === "column") return by(part as BoundColumn) ?? part;
    if (
      kind === undefined &&
      !("expr" in part) &&
      !("condition" in part) &&
      !("orderBy" in part) &&
      !("value" in part)
    )
      return part;
    const entries = Object.entries(part).map(([key, value]) => [
      key,
      skipped.has(key) ? value : replace(value),
    ]);
    return Object.fromEntries(entries);
  };
  return replace(expr) as Expr;
}

const skipped = new Set(["type", "call", "at", "query", "name"]);

import type { BoundFrameEdge, BoundWindow, Expr, WindowCall } from "../bind/tree";
import { isNumeric, type Type } from "../types/types";
import { emitArguments, emitSortKeys } from "./calls";
import { keyOf } from "./canonical";
import { emitTest } from "./conditions/conditions";
import type { Emission } from "./context";
import { emitExpr } from "./context";
import { failure } from "./failure";

export function emitWindow(expr: WindowCall, emission: Emission): string {
  const clauses = {
    distinct: expr.distinct,
    ...(expr.filter && { filter: emitTest(expr.filter, emission) }),
    ignoreNulls: expr.ignoreNulls,
    over: emitOver(expr.window, emission),
  };
  return `(${expr.call.emit(emitArguments(expr.arguments, emission), emission, clauses)})`;
}

function emitOver({ partitionBy, orderBy, frame }: BoundWindow, emission: Emission): string {
  const parts: string[] = [];
  if (partitionBy.length > 0)
    parts.push(
      `PARTITION BY ${partitionBy.map((part) => keyOf(emitExpr(part, emission), part.type, emission)).join(", ")}`,
    );
  if (orderBy.length > 0) parts.push(`ORDER BY ${emitSortKeys(orderBy, emission)}`);
  if (frame) {
    const sorted = frame.type === "RANGE" ? orderBy[0]?.expr.type : undefined;
    parts.push(
      `${frame.type} BETWEEN ${emitEdge(frame.start, sorted, emission)} AND ${emitEdge(frame.end, sorted, emission)}`,
    );
  }
  return `(${parts.join(" ")})`;
}

function emitEdge(edge: BoundFrameEdge, sorted: Type | undefined, emission: Emission): string {
  if (!edge.value) return edge.type;
  const sql = distance(edge.value, sorted, emission);
  if (sorted || edge.value.kind === "constant") return `${sql} ${edge.type}`;
  const negative = failure(
    "BIGINT",
    "INVALID_WINDOW_FRAME",
    "Window frame offset value must not be negative or null",
  );
  return `(CASE WHEN ${sql} >= 0 THEN ${sql} ELSE ${negative} END) ${edge.type}`;
}

/** The distance of a frame's edge. It is an interval of DuckDB's when the rows are sorted by time. */
function distance(value: Expr, sorted: Type | undefined, emission: Emission): string {
  const sql = emitExpr(value, emission);
  if (!sorted || isNumeric(sorted) || sorted.kind.startsWith("interval")) return sql;
  return value.type.kind === "interval year to month"
    ? `to_months(CAST(${sql} AS INTEGER))`
    : `to_microseconds(${sql} * 1000)`;
}

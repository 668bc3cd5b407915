import type { BoundFrameEdge, BoundWindow, Expr, WindowCall } from "../bind/tree";
import { duckdbTypeText } from "../types/duckdb";
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
  return `${distance(edge.value, edge.type, sorted, emission)} ${edge.type}`;
}

const negative = "Window frame offset value must not be negative or null";

/** The distance of a frame's edge. It is an interval of DuckDB's when the rows are sorted by time. */
function distance(
  value: Expr,
  edge: BoundFrameEdge["type"],
  sorted: Type | undefined,
  emission: Emission,
): string {
  const type = duckdbTypeText(value.type);
  const sql = emitExpr(value, emission);
  const checked =
    value.kind === "constant"
      ? sql
      : `(CASE WHEN ${sql} >= 0 THEN ${sql} ELSE ${failure(type, "INVALID_WINDOW_FRAME", negative)} END)`;
  if (!sorted || isNumeric(sorted) || sorted.kind.startsWith("interval")) return checked;
  if (value.type.kind === "interval year to month") return `to_months(CAST(${checked} AS INTEGER))`;
  if (sorted.kind !== "date" || (value.kind === "constant" && Number(value.value) % day === 0))
    return `to_microseconds(${checked} * 1000)`;
  const sentence = `Cannot ${edge === "PRECEDING" ? "subtract" : "add"} hour, minutes or seconds ${edge === "PRECEDING" ? "from" : "to"} a date`;
  const partOfDay = failure(type, "INVALID_FUNCTION_ARGUMENT", sentence);
  return `to_microseconds((CASE WHEN ${checked} % ${day} = 0 THEN ${sql} ELSE ${partOfDay} END) * 1000)`;
}

/** Milliseconds. */
const day = 86_400_000;

import type * as ast from "../../parse/ast";
import { isComparable, isOrderable } from "../../types/comparable";
import { errorAt, type TextPosition, TrinoError } from "../../types/errors";
import { formatType } from "../../types/format";
import { bigint, isIntegral, isNumeric } from "../../types/types";
import { bindExpr, type Env } from "../context";
import type { BoundFrame, BoundFrameEdge, BoundWindow, Expr, SortKey } from "../tree";
import { coerce } from "./coerce";
import { bindArithmetic } from "./operators";
import { bindSortKeys } from "./sorting";

/**
 * Binds the window of a call: either a window of the WINDOW clause, given by its name, or a specification in the call.
 */
export function bindWindow(node: ast.Window, env: Env, functionName: string): BoundWindow {
  const specification = node.kind === "WindowReference" ? named(node.name, env) : node;
  const base =
    node.kind === "WindowReference"
      ? undefined
      : specification.existing && named(specification.existing, env);
  if (base) checkRefinement(specification, base);
  const partition = base ? base.partitionBy : specification.partitionBy;
  const order = specification.orderBy ?? base?.orderBy;
  const partitionBy = partition.map((item) => {
    const expr = bindExpr(item, env);
    if (!isComparable(expr.type))
      throw errorAt(
        item,
        "TYPE_MISMATCH",
        `${formatType(expr.type)} is not comparable, and therefore cannot be used in window function PARTITION BY`,
      );
    return expr;
  });
  const orderBy = order ? bindSortKeys(order, env, "window") : [];
  checkPartition(partitionBy, partition, functionName === "row_number" && orderBy.length === 0);
  const { frame } = specification;
  const bound = frame && bindFrame(frame, orderBy, specification, env);
  if (shifting.has(functionName) && orderBy.length === 0)
    throw errorAt(node, "MISSING_ORDER_BY", `${functionName} function requires an ORDER BY window clause`);
  if (frame && (ranking.has(functionName) || shifting.has(functionName)))
    throw errorAt(frame, "INVALID_WINDOW_FRAME", `Cannot specify window frame for ${functionName} function`);
  return { partitionBy, orderBy, ...(bound && { frame: bound }) };
}

/** Trino sorts the rows by PARTITION BY, and so fails there for maps and JSON. It only numbers them without sorting. */
function checkPartition(
  partitionBy: readonly Expr[],
  nodes: readonly ast.Expression[],
  onlyNumbers: boolean,
): void {
  const index = onlyNumbers ? -1 : partitionBy.findIndex(({ type }) => !isOrderable(type));
  const unsorted = partitionBy[index];
  if (unsorted)
    throw errorAt(
      nodes[index],
      "NOT_SUPPORTED",
      `${formatType(unsorted.type)} is not orderable, and therefore fails in window function PARTITION BY`,
    );
}

/** Functions that number rows, whatever is in them. */
export const ranking: ReadonlySet<string> = new Set([
  "cume_dist",
  "dense_rank",
  "ntile",
  "percent_rank",
  "rank",
  "row_number",
]);

/** Functions that depend on the rows at a distance in the order. */
const shifting: ReadonlySet<string> = new Set(["lag", "lead"]);

function named(name: ast.Identifier, env: Env): ast.WindowSpecification {
  const found = env.windows?.get(name.value.toLowerCase());
  if (!found) throw errorAt(name, "INVALID_WINDOW_REFERENCE", `Cannot resolve WINDOW name ${name.value}`);
  const base = found.existing && named(found.existing, env);
  if (!base) return found;
  checkRefinement(found, base);
  return {
    ...found,
    partitionBy: base.partitionBy,
    ...((found.orderBy ?? base.orderBy) && { orderBy: found.orderBy ?? base.orderBy }),
  };
}

function checkRefinement(window: ast.WindowSpecification, base: ast.WindowSpecification): void {
  if (window.partitionBy[0])
    throw errorAt(
      window.partitionBy[0],
      "INVALID_PARTITION_BY",
      "WINDOW specification with named WINDOW reference cannot specify PARTITION BY",
    );
  if (window.orderBy && base.orderBy)
    throw errorAt(
      window.orderBy,
      "INVALID_ORDER_BY",
      "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY",
    );
  if (base.frame)
    throw errorAt(
      window.existing,
      "INVALID_WINDOW_REFERENCE",
      "Cannot reference named WINDOW containing frame specification",
    );
}

const order = ["UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING", "UNBOUNDED FOLLOWING"];

function bindFrame(
  frame: ast.WindowFrame,
  orderBy: readonly SortKey[],
  window: ast.WindowSpecification,
  env: Env,
): BoundFrame {
  if (frame.rowPattern)
    throw errorAt(frame, "NOT_SUPPORTED", "row pattern recognition in windows is not supported here");
  const refuse = (sentence: string) => errorAt(frame, "INVALID_WINDOW_FRAME", sentence);
  const end: ast.FrameBound = frame.end ?? {
    kind: "FrameBound",
    type: "CURRENT ROW",
    line: frame.line,
    column: frame.column,
  };
  const { start } = frame;
  if (start.type === "UNBOUNDED FOLLOWING") throw refuse("Window frame start cannot be UNBOUNDED FOLLOWING");
  if (end.type === "UNBOUNDED PRECEDING") throw refuse("Window frame end cannot be UNBOUNDED PRECEDING");
  if (order.indexOf(start.type) > order.indexOf(end.type))
    throw refuse(`Window frame starting from ${start.type} cannot end with ${end.type}`);
  const hasValue = start.value !== undefined || end.value !== undefined;
  if (frame.type === "RANGE" && hasValue) {
    if (orderBy.length === 0)
      throw errorAt(
        window,
        "MISSING_ORDER_BY",
        "Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY",
      );
    if (orderBy.length > 1)
      throw errorAt(
        window.orderBy,
        "INVALID_ORDER_BY",
        `Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY (actual: ${orderBy.length})`,
      );
  }
  if (frame.type === "GROUPS" && hasValue && orderBy.length === 0)
    throw errorAt(
      window,
      "MISSING_ORDER_BY",
      "Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY",
    );
  return {
    type: frame.type,
    start: bindEdge(start, frame.type, "start", orderBy, window, env),
    end: bindEdge(end, frame.type, "end", orderBy, window, env),
  };
}

/** The sum of a sort key and a frame's distance. Undefined when the types cannot be added. */
function sumOf(key: Expr, value: Expr, at: TextPosition): Expr | undefined {
  try {
    return bindArithmetic("+", key, value, at);
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

function bindEdge(
  edge: ast.FrameBound,
  type: BoundFrame["type"],
  side: "start" | "end",
  orderBy: readonly SortKey[],
  window: ast.WindowSpecification,
  env: Env,
): BoundFrameEdge {
  if (!edge.value) return { type: edge.type };
  const value = bindExpr(edge.value, env);
  const refuseNegative = () => {
    if (value.kind !== "constant" || (value.value !== null && Number(value.value) >= 0)) return;
    throw errorAt(
      undefined,
      "INVALID_WINDOW_FRAME",
      "Window frame offset value must not be negative or null",
    );
  };
  if (type !== "RANGE") {
    if (!isIntegral(value.type))
      throw errorAt(
        edge.value,
        "TYPE_MISMATCH",
        `Window frame ${type} ${side} value type must be exact numeric type with scale 0 (actual ${formatType(value.type)})`,
      );
    refuseNegative();
    return { type: edge.type, value: coerce(value, bigint) };
  }
  const [key] = orderBy;
  if (!key) throw new Error("RANGE without a sort key");
  const sorted = key.expr.type;
  if (
    !isNumeric(sorted) &&
    sorted.kind !== "date" &&
    !sorted.kind.startsWith("time") &&
    !sorted.kind.startsWith("interval")
  )
    throw errorAt(
      window.orderBy?.items[0]?.expression,
      "TYPE_MISMATCH",
      `Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be numeric, datetime or interval (actual: ${formatType(sorted)})`,
    );
  // As in Trino, the distance fits the sort key if their sum or difference is defined.
  const moved = value.type.kind === "unknown" ? undefined : sumOf(key.expr, value, edge.value);
  if (!moved)
    throw errorAt(
      edge.value,
      "TYPE_MISMATCH",
      `Window frame RANGE value type (${formatType(value.type)}) not compatible with sort item type (${formatType(sorted)})`,
    );
  refuseNegative();
  if (isNumeric(sorted)) {
    const common = moved.kind === "arithmetic" ? moved.right : value;
    return { type: edge.type, value: common };
  }
  return { type: edge.type, value };
}

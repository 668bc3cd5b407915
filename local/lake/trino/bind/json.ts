import type * as ast from "../parse/ast";
import { errorAt } from "../types/errors";
import type { Env } from "./context";
import type { Expr } from "./tree";

type JsonForm = ast.JsonExists | ast.JsonValue | ast.JsonQuery | ast.JsonObject | ast.JsonArray;

/** JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY. */
export function bindJson(node: JsonForm, _env: Env): Expr {
  throw errorAt(node, "NOT_SUPPORTED", `${node.kind} is not supported here`);
}

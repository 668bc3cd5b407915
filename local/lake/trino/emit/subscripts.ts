import type { Expr } from "../bind/tree";
import { textOf } from "../casts/text";
import { computedOnce, isLongSql } from "../functions/computed-once";
import type { Plain } from "../functions/javascript/values";
import { callJavaScript } from "../functions/registry";
import { duckdbTypeText } from "../types/duckdb";
import { TrinoError } from "../types/errors";
import { equalNested } from "../types/nested";
import type { Emission } from "./context";
import { emitExpr } from "./context";
import { failure } from "./failure";

/** Writes `array[index]` and `map[key]`, which fail when the element does not exist. */
export function emitSubscript(expr: Extract<Expr, { kind: "subscript" }>, emission: Emission): string {
  const base = emitExpr(expr.base, emission);
  const index = emitExpr(expr.index, emission);
  const { type } = expr.base;
  if (type.kind === "array") {
    const write = ([array = "", at = ""]: readonly string[]) =>
      elementAt(array, at, duckdbTypeText(expr.type));
    return isLongSql([base, index]) ? computedOnce(emission, [base, index], write) : write([base, index]);
  }
  if (type.kind !== "map") throw new Error(`a subscript of ${type.kind}`);
  const write = textOf(type.key);
  const fn = {
    name: "map[]",
    parameters: [type, type.key],
    returns: type.value,
    call: ((entries: readonly (readonly [Plain, Plain])[], key: Plain) => {
      const found = entries.find(([other]) => equalNested(other, key, type.key, true));
      if (!found) throw new TrinoError("INVALID_FUNCTION_ARGUMENT", `Key not present in map: ${write(key)}`);
      return found[1];
    }) as never,
  };
  return callJavaScript(emission, fn, [base, index]);
}

function elementAt(base: string, index: string, type: string): string {
  const fail = (sentence: string, detail?: string) =>
    failure(type, "INVALID_FUNCTION_ARGUMENT", sentence, detail);
  const beyond = fail(
    "Array subscript must be less than or equal to array length: ",
    `${index} || ' > ' || len(${base})`,
  );
  return `CASE WHEN ${base} IS NULL OR ${index} IS NULL THEN NULL WHEN ${index} = 0 THEN ${fail("SQL array indices start at 1")} WHEN ${index} < 0 THEN ${fail("Array subscript is negative: ", index)} WHEN ${index} > len(${base}) THEN ${beyond} ELSE list_extract(${base}, ${index}) END`;
}

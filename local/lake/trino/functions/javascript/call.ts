import { duckdbTypeText } from "../../types/duckdb";
import { boolean } from "../../types/types";
import type { EmitContext, JavaScriptFunction } from "../contract";

/**
 * The SQL of a call of a JavaScript function over the rows of a relation.
 *
 * DuckDB takes its functions for ones that can't fail, and runs one of a single column over the column's whole
 * dictionary: over values of other rows too, which a filter or CASE has left out, or TRY would answer NULL for. A second
 * argument that isn't constant keeps it from that, so a call of one column gets one.
 */
export function callJavaScript(
  context: Pick<EmitContext, "javascript">,
  fn: JavaScriptFunction,
  args: readonly string[],
): string {
  // DuckDB folds a call with a constant NULL to a NULL without a type.
  const typed = (call: string) => (fn.takesNulls ? call : `CAST(${call} AS ${duckdbTypeText(fn.returns)})`);
  const columns = args.flatMap((sql) => firstColumnOf(sql) ?? []);
  const [column] = columns;
  if (column === undefined || columns.length > 1)
    return typed(`${context.javascript(fn)}(${args.join(", ")})`);
  const guarded = {
    ...fn,
    name: `${fn.name} of rows`,
    parameters: [...fn.parameters, boolean],
    guarded: true,
  };
  return typed(`${context.javascript(guarded)}(${[...args, `${column} IS NULL`].join(", ")})`);
}

/**
 * The first column or lambda parameter that an expression's SQL reads, where it's seen from outside. Their names are a
 * letter and a number; `f` is of the fields of structs.
 */
export function firstColumnOf(sql: string): string | undefined {
  const text = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''");
  const visible = text.split(/\bSELECT\b/)[0] ?? "";
  const own = new Set(
    [...visible.matchAll(/\blambda ([^:]*):/g)].flatMap(([, names = ""]) => names.split(", ")),
  );
  for (const [name] of visible.matchAll(/(?<![\w.'])[a-eg-z]\d+(?![\w(])/g)) if (!own.has(name)) return name;
  return undefined;
}

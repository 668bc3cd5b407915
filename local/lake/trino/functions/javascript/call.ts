import { duckdbTypeText } from "../../types/duckdb";
import { boolean } from "../../types/types";
import type { EmitContext, JavaScriptFunction } from "../contract";

/**
 * The SQL that calls a JavaScript function on the rows of a relation.
 *
 * DuckDB assumes that its functions cannot fail. It runs a function of a single column on the column's whole
 * dictionary, and thus also on values of rows that a filter or CASE has excluded, or that TRY would make NULL. A second
 * argument that is not constant prevents this, so a call with one column gets one.
 */
export function callJavaScript(
  context: Pick<EmitContext, "javascript">,
  fn: JavaScriptFunction,
  args: readonly string[],
): string {
  // DuckDB turns a call with a constant NULL into a NULL without a type.
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
 * The first column or lambda parameter that an expression's SQL reads and that is visible outside of it. The names of
 * columns and parameters are a letter and a number. Names with `f` are fields of structs.
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

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

const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
/** Names of columns and parameters are a letter and a number, with `w` for uncut strings. `f` is for fields of structs. */
const name = /(?<![\w.'])[a-eg-z]\d+w?(?![\w(])/g;

/**
 * The columns and lambda parameters that an expression's SQL reads and that are visible outside of it, each time that
 * they occur.
 */
function columnsOf(sql: string): readonly string[] {
  const visible = sql.replace(quoted, "''").split(/\bSELECT\b/)[0] ?? "";
  const own = new Set(
    [...visible.matchAll(/\blambda ([^:]*):/g)].flatMap(([, names = ""]) => names.split(", ")),
  );
  return [...visible.matchAll(name)].flatMap(([found]) => (own.has(found) ? [] : [found]));
}

/** The first column or lambda parameter that an expression's SQL reads and that is visible outside of it. */
export const firstColumnOf = (sql: string): string | undefined => columnsOf(sql)[0];

/**
 * An expression's SQL with fields of a struct in place of the columns and parameters that it reads, except its own
 * parameters.
 *
 * @param own Names that stay.
 */
export function withFields(
  sql: string,
  struct: string,
  own: readonly string[],
): { readonly sql: string; readonly names: readonly string[] } {
  const names = [...new Set(columnsOf(sql))].filter((found) => !own.includes(found));
  const inPlace = (text: string) =>
    text.replace(name, (found) => (names.includes(found) ? `${struct}.${found}` : found));
  // What stands in quotes stays as it is.
  const texts = sql.split(quoted).map(inPlace);
  const quotes = sql.match(quoted) ?? [];
  return { sql: texts.map((text, index) => `${text}${quotes[index] ?? ""}`).join(""), names };
}

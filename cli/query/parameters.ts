import { UsageError } from "@streaming-data-lake/command";
import type { ParameterValue } from "@streaming-data-lake/lake";
import { fromFirstWord } from "@streaming-data-lake/lake/script";

export interface BoundStatement {
  /** The statement with `?` for each parameter. */
  readonly sql: string;
  /** The values of the `?`, in the order in which they occur. */
  readonly values: readonly ParameterValue[];
}

/**
 * Matches the parameters of a statement, and the strings, comments and quoted names that must be skipped. A comment
 * that holds a single name just before a `?` gives that parameter its name.
 */
const token =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*\s*(?<comment>[a-z_]\w*)\s*\*\/\s*\?|\/\*[\s\S]*?\*\/|::|(?<![\w:]):(?<name>[a-z_]\w*)|(?<nameless>\?)/gi;

/** Whether a statement is `PREPARE`. Its parameters get their values from `EXECUTE`, so they are not bound here. */
const isPreparing = (sql: string) => /^PREPARE\s/i.test(fromFirstWord(sql));

/** The names of a statement's parameters, each once, in the order in which they first occur. */
export function parameterNames(sql: string): string[] {
  const names = new Set<string>();
  if (isPreparing(sql)) return [];
  for (const { groups } of sql.matchAll(token)) {
    const name = groups?.name ?? groups?.comment;
    if (name) names.add(name);
  }
  return [...names];
}

/**
 * Binds the parameters of a statement to their values. A parameter is written `:threshold`. The parameters of Athena's
 * prepared statements have no names, so a comment of one word before the `?` gives them one.
 *
 * @throws UsageError naming the parameters that are missing or unknown.
 */
export function bindParameters(sql: string, given: ReadonlyMap<string, ParameterValue>): BoundStatement {
  const names = parameterNames(sql);
  const unknown = [...given.keys()].filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `the statement has no parameter "${unknown.join('", "')}"${names.length > 0 ? `; it has ${names.join(", ")}` : ""}`,
    );
  const missing = names.filter((name) => !given.has(name));
  if (missing.length > 0)
    throw new UsageError(`the statement needs ${missing.map((name) => `--param ${name}=…`).join(" ")}`);
  if (isPreparing(sql)) return { sql, values: [] };
  const values: ParameterValue[] = [];
  const text = sql.replace(token, (match: string, ...rest: unknown[]) => {
    const { name, comment, nameless } = rest.at(-1) as Record<string, string | undefined>;
    if (nameless) throw new UsageError('a "?" has no name to give it a value by: write :name instead');
    const parameter = name ?? comment;
    if (parameter === undefined) return match;
    values.push(given.get(parameter) ?? null);
    return "?";
  });
  return { sql: text, values };
}

/** The value of a `--param`: a number, true, false or null if it looks like one; otherwise, or in `'quotes'`, text. */
export function parseParameter(text: string): ParameterValue {
  if (/^-?(?:0|[1-9]\d*)$/.test(text))
    return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  if (/^-?(?:0|[1-9]\d*)\.\d+$/.test(text)) return Number(text);
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (/^null$/i.test(text)) return null;
  return /^'[\s\S]*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
}

/** A value in the form that Athena accepts: https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html */
export function executionParameter(value: ParameterValue): string {
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}

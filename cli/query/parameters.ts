import { UsageError } from "@streaming-data-lake/command";
import type { ParameterValue } from "@streaming-data-lake/lake";
import { fromFirstWord, piecesOf } from "@streaming-data-lake/lake/script";

export interface BoundStatement {
  /** The statement with `?` for each parameter. */
  readonly sql: string;
  /** The values of the `?`, in the order in which they occur. */
  readonly values: readonly ParameterValue[];
}

/** Whether a statement is `PREPARE`. Its parameters get their values from `EXECUTE`, so they are not bound here. */
const isPreparing = (sql: string) => /^PREPARE\s/i.test(fromFirstWord(sql));

/** A parameter of a statement; without a name, it is a `?` without a comment before it. */
interface Parameter {
  readonly name: string | undefined;
}

/**
 * A statement's parameters and the texts between them. A comment that holds a single name just before a `?` gives that
 * parameter its name, and is a part of it.
 */
function partsOf(sql: string): readonly (string | Parameter)[] {
  const parts: (string | Parameter)[] = [];
  let comment: string | undefined;
  for (const { kind, text } of piecesOf(sql)) {
    let at = 0;
    for (const found of kind === "code" ? text.matchAll(/::|(?<![\w:]):(?<name>[a-z_]\w*)|\?/gi) : []) {
      if (found[0] === "::") continue;
      const before = text.slice(at, found.index);
      const isNamed = found[0] === "?" && at === 0 && comment !== undefined && before.trim() === "";
      if (isNamed) parts.pop();
      else parts.push(before);
      parts.push({ name: isNamed ? comment : found.groups?.name });
      at = found.index + found[0].length;
    }
    parts.push(text.slice(at));
    comment = kind === "comment" ? /^\/\*\s*([a-z_]\w*)\s*\*\/$/i.exec(text)?.[1] : undefined;
  }
  return parts;
}

/** The names of a statement's parameters, each once, in the order in which they first occur. */
export function parameterNames(sql: string): string[] {
  const names = new Set<string>();
  if (isPreparing(sql)) return [];
  for (const part of partsOf(sql))
    if (typeof part !== "string" && part.name !== undefined) names.add(part.name);
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
  const text = partsOf(sql).map((part) => {
    if (typeof part === "string") return part;
    if (part.name === undefined)
      throw new UsageError('a "?" has no name to give it a value by: write :name instead');
    values.push(given.get(part.name) ?? null);
    return "?";
  });
  return { sql: text.join(""), values };
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

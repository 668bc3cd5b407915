import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { translate } from "../../trino/functions/regex/translate";
import { TrinoError } from "../../trino/types/errors";
import { timeReader } from "../values/times";
import { builtIn, patternsOf } from "./grok-patterns";
import { simpleValue } from "./lazy-simple";
import type { DataColumn, RowReader } from "./serde";

/**
 * GrokSerDe: the names in `input.format` are the columns. A line in which the pattern is not found becomes a row of
 * NULL.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/grok-serde.html
 */
export function grok(table: GlueTable, columns: readonly DataColumn[]): RowReader {
  const { "input.format": format, "input.grokCustomPatterns": custom } = table.serdeParameters;
  if (format === undefined) throw invalid(table, 'This table does not have serde property "input.format"!');
  const { expression, groups } = compile(table, format, new Map([...builtIn, ...patternsOf(custom ?? "")]));
  const time = timeReader(table.serdeParameters["timestamp.formats"]);
  const readers = columns.map(({ type, name }) => ({
    group: groups.get(name.toLowerCase()),
    read: simpleValue(type, time),
  }));
  const nulls = columns.map(() => null);
  return (line) => {
    const match = expression.exec(line);
    if (!match) return nulls;
    return readers.map(({ group, read }) => {
      const text = group === undefined ? undefined : match.groups?.[group];
      return text === undefined ? null : (read(text) ?? null);
    });
  };
}

/** Deepest nesting of references. */
const deepest = 30;

function compile(table: GlueTable, format: string, patterns: ReadonlyMap<string, string>) {
  const names: string[] = [];
  const expand = (text: string, depth: number): string =>
    text.replace(
      /%\{(\w+)(?::([^:;{}]+))?(?:[:;]\w+)?\}/g,
      (_, pattern: string, written: string | undefined) => {
        const name = written?.trim();
        const source = patterns.get(pattern);
        if (source === undefined || depth > deepest)
          throw invalid(table, `input.format names the pattern ${pattern}, which isn't there`);
        const inner = expand(source, depth + 1);
        if (name === undefined) return `(?:${inner})`;
        names.push(name.toLowerCase());
        return `(?<n${names.length}x>${inner})`;
      },
    );
  // When names are nested, the group of the outer name is closed later, which tells it apart.
  const source = expand(format, 0);
  try {
    const { source: translated, names: numbers } = translate(source);
    const groups = new Map<string, string>();
    for (const [mark, number] of numbers) {
      const name = names[Number(/^n(\d+)x$/.exec(mark)?.[1]) - 1];
      if (name !== undefined && !groups.has(name)) groups.set(name, `g${number}`);
      else if (name === undefined) groups.set(mark.toLowerCase(), `g${number}`);
    }
    return { expression: new RegExp(translated, "v"), groups };
  } catch (error) {
    throw invalid(table, `input.format is not a valid pattern: ${(error as Error).message}`);
  }
}

const invalid = (table: GlueTable, sentence: string) =>
  new TrinoError("HIVE_INVALID_METADATA", `table ${table.name}: ${sentence}`);

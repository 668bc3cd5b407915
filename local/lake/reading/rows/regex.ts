import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { translate } from "../../trino/functions/regex/translate";
import { TrinoError } from "../../trino/types/errors";
import { timeReader } from "../values/times";
import { simpleValue } from "./lazy-simple";
import { type DataColumn, isTrue, type RowReader } from "./serde";

/**
 * RegexSerDe: each group of the pattern is a column. A line that the whole pattern does not match becomes a row of
 * NULL. Columns without a group are NULL, and groups without a column are ignored.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/regex-serde.html
 */
export function regexSerde(table: GlueTable, columns: readonly DataColumn[]): RowReader {
  const { "input.regex": pattern, "input.regex.case.insensitive": anyCase } = table.serdeParameters;
  if (pattern === undefined) throw invalid(table, 'This table does not have serde property "input.regex"!');
  const expression = compile(pattern, isTrue(anyCase), table);
  const time = timeReader(table.serdeParameters["timestamp.formats"]);
  const readers = columns.map(({ type }) => simpleValue(type, time));
  const nulls = columns.map(() => null);
  return (line) => {
    const match = expression.exec(line);
    if (!match) return nulls;
    return columns.map(({ index }, at) => {
      const text = match.groups?.[`g${index + 1}`];
      return text === undefined ? null : (readers[at]?.(text) ?? null);
    });
  };
}

function compile(pattern: string, anyCase: boolean, table: GlueTable) {
  try {
    return new RegExp(`^(?:${translate(pattern).source})$`, anyCase ? "iv" : "v");
  } catch (error) {
    throw invalid(table, `input.regex is not a valid pattern: ${(error as Error).message}`);
  }
}

const invalid = (table: GlueTable, sentence: string) =>
  new TrinoError("HIVE_INVALID_METADATA", `table ${table.name}: ${sentence}`);

import type { QueryColumn, QueryResult, Row, Value } from "@streaming-data-lake/lake";
import { stringify } from "csv-stringify/sync";
import { formatTable } from "../format-table";

export const formats = ["table", "json", "ndjson", "csv", "markdown"] as const;

export type Format = (typeof formats)[number];

const extensions: Readonly<Record<string, Format>> = {
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".md": "markdown",
};

/** The format that a file's name asks for. */
export const formatOfFile = (file: string): Format => extensions[/\.\w+$/.exec(file)?.[0] ?? ""] ?? "table";

type Result = Pick<QueryResult, "columns" | "rows">;

/** A result as text that ends in a newline. `width` is the terminal's, for tables. */
export function format(result: Result, as: Format, width: number): string {
  switch (as) {
    case "table":
      return `${formatTable(result, { width })}\n`;
    case "json":
      return `${JSON.stringify(result.rows, null, 2)}\n`;
    case "ndjson":
      return result.rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    case "csv":
      return stringify(
        [result.columns.map(({ name }) => name), ...result.rows.map((row) => cells(result.columns, row))],
        { eof: true },
      );
    case "markdown":
      return markdown(result);
  }
}

const textOf = (value: Value) =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

const cells = (columns: readonly QueryColumn[], row: Row) =>
  columns.map(({ name }) => textOf(row[name] ?? null));

function markdown({ columns, rows }: Result): string {
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replaceAll("|", "\\|").replace(/\r?\n/g, "<br>")).join(" | ")} |\n`;
  const rule = columns.map(({ type }) => (/int|double|real|decimal/.test(type) ? "---:" : "---"));
  return [
    line(columns.map(({ name }) => name)),
    line(rule),
    ...rows.map((row) => line(cells(columns, row))),
  ].join("");
}

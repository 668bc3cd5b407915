import type { QueryColumn, QueryResult, ResultValue, Row } from "@streaming-data-lake/lake";
import { stringify } from "csv-stringify/sync";
import type { OutputFormat } from "./format-names";
import type { AnswerOutput } from "./output";
import { TableWriter } from "./table";

/** Writes a result as text, part by part, so that it can be of any length. The complete text ends in a newline. */
export interface FormatWriter {
  begin(columns: readonly QueryColumn[]): string;
  rows(rows: readonly Row[]): string;
  end(): string;
}

/** @param width Columns of the terminal, which only tables use. */
export function writerOf(format: OutputFormat, width: number): FormatWriter {
  switch (format) {
    case "table":
      return tableWriter(width);
    case "json":
      return jsonWriter();
    case "ndjson":
      return { begin: () => "", rows: (rows) => rows.map(jsonLine).join(""), end: () => "" };
    case "csv":
      return csvWriter();
    case "markdown":
      return markdownWriter();
  }
}

/** Formats a complete result as text. */
export function format(
  { columns, rows }: Pick<QueryResult, "columns" | "rows">,
  as: OutputFormat,
  width: number,
): string {
  const writer = writerOf(as, width);
  return [writer.begin(columns), writer.rows(rows), writer.end()].join("");
}

/** Writes an answer to an output as it arrives, and counts its rows. */
export class AnswerWriter {
  count = 0;
  private hasBegun = false;

  constructor(
    private readonly writer: FormatWriter,
    private readonly output: AnswerOutput,
  ) {}

  async rows(rows: readonly Row[], columns: readonly QueryColumn[]): Promise<void> {
    await this.begin(columns);
    this.count += rows.length;
    await this.output.write(this.writer.rows(rows));
  }

  /** @param columns The columns of the answer. They are used if it has no rows, because its text then begins here. */
  async end(columns: readonly QueryColumn[]): Promise<void> {
    await this.begin(columns);
    await this.output.write(this.writer.end());
    await this.output.end();
  }

  private async begin(columns: readonly QueryColumn[]): Promise<void> {
    if (this.hasBegun) return;
    this.hasBegun = true;
    await this.output.write(this.writer.begin(columns));
  }
}

function tableWriter(width: number): FormatWriter {
  let table = new TableWriter([], { width });
  return {
    begin: (columns) => {
      table = new TableWriter(columns, { width });
      return "";
    },
    rows: (rows) => (rows.length === 0 ? "" : `${table.write(rows)}\n`),
    end: () => {
      const end = table.end();
      return end === "" ? "" : `${end}\n`;
    },
  };
}

const jsonLine = (row: Row) => `${JSON.stringify(row)}\n`;

/** Writes the rows as one JSON array, indented as by `JSON.stringify(rows, null, 2)`. */
function jsonWriter(): FormatWriter {
  let isEmpty = true;
  return {
    begin: () => "[",
    rows: (rows) => {
      const texts = rows.map((row) => `\n  ${JSON.stringify(row, null, 2).replaceAll("\n", "\n  ")}`);
      if (texts.length === 0) return "";
      const separator = isEmpty ? "" : ",";
      isEmpty = false;
      return `${separator}${texts.join(",")}`;
    },
    end: () => (isEmpty ? "]\n" : "\n]\n"),
  };
}

const textOf = (value: ResultValue) =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

const cells = (columns: readonly QueryColumn[], row: Row) =>
  columns.map(({ name }) => textOf(row[name] ?? null));

function csvWriter(): FormatWriter {
  let columns: readonly QueryColumn[] = [];
  const lines = (all: readonly string[][]) => stringify([...all], { eof: true });
  return {
    begin: (header) => {
      columns = header;
      return header.length === 0 ? "" : lines([header.map(({ name }) => name)]);
    },
    rows: (rows) => lines(rows.map((row) => cells(columns, row))),
    end: () => "",
  };
}

function markdownWriter(): FormatWriter {
  let columns: readonly QueryColumn[] = [];
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replaceAll("|", "\\|").replace(/\r?\n/g, "<br>")).join(" | ")} |\n`;
  return {
    begin: (header) => {
      columns = header;
      const rule = header.map(({ type }) => (/int|double|real|decimal/.test(type) ? "---:" : "---"));
      return header.length === 0 ? "" : line(header.map(({ name }) => name)) + line(rule);
    },
    rows: (rows) => rows.map((row) => line(cells(columns, row))).join(""),
    end: () => "",
  };
}

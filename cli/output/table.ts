import type { QueryColumn, QueryResult, ResultValue, Row } from "@streaming-data-lake/lake";
import stringWidth from "string-width";

export interface TableOptions {
  /**
   * Columns of the terminal. Text that does not fit is cut and ends in an ellipsis; numbers and times are never cut. If
   * too little of the text would be left, each value gets a line of its own.
   *
   * @default 80
   */
  readonly width?: number;
}

const numeric = new Set(["tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"]);
/** Characters that a cut text keeps at least, including the ellipsis. */
const smallestText = 12;
/** Most decimals that a table shows. `--format json` shows all of them. */
const decimals = 4;

const isNumeric = ({ type }: QueryColumn) => numeric.has(type.replace(/\(.*/, ""));

const isTime = ({ type }: QueryColumn) => type.startsWith("timestamp");

/** Whether a text has only printable ASCII characters, which take one column of a terminal each. Most texts do. */
const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);

/** The text with its control characters escaped, except line breaks, so that a terminal does not act on them. */
const printable = (text: string) =>
  isAscii(text) ? text : text.replace(/[^\P{Cc}\n]/gu, (character) => JSON.stringify(character).slice(1, -1));

/** How a column's values are written, as decided by all values so far. */
interface ColumnStyle {
  readonly places: number;
  readonly isFraction: boolean;
  readonly isTiny: boolean;
  readonly isWholeSeconds: boolean;
  /** Columns of the terminal that the longest text takes. */
  readonly natural: number;
}

const most = (values: readonly number[], start: number) =>
  values.reduce((greatest, value) => Math.max(greatest, value), start);

function styleFor(column: QueryColumn, values: readonly ResultValue[], before: ColumnStyle): ColumnStyle {
  const numbers = values.filter((value) => typeof value === "number");
  return {
    places: most(
      numbers.map((value) => /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0),
      before.places,
    ),
    isFraction: before.isFraction || (isNumeric(column) && numbers.some((value) => !Number.isInteger(value))),
    isTiny: before.isTiny || numbers.some((value) => value !== 0 && Math.abs(value) < 10 ** -decimals),
    isWholeSeconds:
      before.isWholeSeconds && values.every((value) => value === null || /\.000( UTC)?$/.test(String(value))),
    natural: before.natural,
  };
}

function cellText(column: QueryColumn, value: ResultValue, style: ColumnStyle): string {
  if (value === null) return "NULL";
  if (typeof value === "number")
    return style.isFraction && !style.isTiny && Math.abs(value) < 1e15
      ? value.toFixed(Math.min(style.places, decimals))
      : String(value);
  if (isTime(column) && style.isWholeSeconds) return String(value).replace(".000", "");
  return printable(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** Column widths that fit. The widest text columns are narrowed; undefined when even that is not enough. */
function fitWidths(
  natural: readonly number[],
  shrinkable: readonly boolean[],
  available: number,
): number[] | undefined {
  const widths = [...natural];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess--) {
    const texts = widths.map((width, index) => (shrinkable[index] && width > smallestText ? width : 0));
    const widest = texts.indexOf(Math.max(...texts));
    if (!texts[widest]) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** The number of terminal columns that a line takes. */
const lineWidth = (line: string) => (isAscii(line) ? line.length : stringWidth(line));

const widthOf = (text: string) => (isAscii(text) ? text.length : most(text.split("\n").map(lineWidth), 0));

/** The line made to take exactly `width` columns: padded with spaces, or cut with an ellipsis. */
function fill(line: string, width: number, toTheRight: boolean): string {
  const missing = width - lineWidth(line);
  if (missing >= 0) return toTheRight ? " ".repeat(missing) + line : line + " ".repeat(missing);
  const letters = [...line];
  while (lineWidth(letters.join("")) > width - 1) letters.pop();
  return fill(`${letters.join("")}…`, width, toTheRight);
}

/** Terminal columns that are not text: a border and two spaces for each column, and the last border. */
const borders = (columns: number) => 3 * columns + 1;

/**
 * Writes a result, part by part, as a table that fits a terminal. Numbers are aligned at their decimal points, times
 * have no milliseconds if all of them are zero, and text is cut to the width that is left. On a terminal that is too
 * narrow for the columns, each value has a line of its own, beside its column's name.
 *
 * A column is as wide as the values so far need, so it can become wider where a later part begins.
 */
export class TableWriter {
  private styles: readonly ColumnStyle[];
  private rows = 0;
  /** Whether each value is written on a line of its own. The first part decides this for all rows. */
  private isByValue = false;

  constructor(
    private readonly columns: readonly QueryColumn[],
    private readonly options: TableOptions = {},
  ) {
    this.styles = columns.map(({ name }) => ({
      places: 0,
      isFraction: false,
      isTiny: false,
      isWholeSeconds: true,
      natural: widthOf(printable(name)),
    }));
  }

  /** Formats the next rows as lines, without a newline after the last. */
  write(rows: readonly Row[]): string {
    const texts = this.columns.map((column, index) => {
      const values = rows.map((row) => row[column.name] ?? null);
      const style = styleFor(column, values, this.styles[index] as ColumnStyle);
      const cells = values.map((value) => cellText(column, this.withoutTabs(value), style));
      return { cells, style: { ...style, natural: most(cells.map(widthOf), style.natural) } };
    });
    this.styles = texts.map(({ style }) => style);
    const fitting = this.fittingWidths();
    if (this.rows === 0) this.isByValue = fitting === undefined;
    if (this.isByValue) {
      const lines = rows.flatMap((_, index) => this.valueLines(texts.map(({ cells }) => cells[index] ?? "")));
      return lines.join("\n");
    }
    const widths = fitting ?? this.naturalWidths();
    const head = this.rows === 0 ? [...this.head(widths), rule(widths, "├┼┤")] : [];
    this.rows += rows.length;
    return [
      ...head,
      ...rows.flatMap((_, index) =>
        this.line(
          texts.map(({ cells }) => cells[index] ?? ""),
          widths,
        ),
      ),
    ].join("\n");
  }

  /** The text after the last rows. It is empty for a statement that has no columns. */
  end(): string {
    if (this.columns.length === 0 || this.isByValue) return "";
    const widths = this.fittingWidths() ?? this.naturalWidths();
    const bottom = rule(widths, "└┴┘");
    return this.rows === 0 ? [...this.head(widths), bottom, "(no rows)"].join("\n") : bottom;
  }

  /** Replaces the tabs in the answers of DESCRIBE and SHOW, whose parts are padded and separated by tabs. */
  private withoutTabs(value: ResultValue): ResultValue {
    const isParted = this.columns.length === 1 && typeof value === "string" && value.includes(" \t");
    return isParted ? value.replaceAll("\t", "  ") : value;
  }

  private naturalWidths(): readonly number[] {
    return this.styles.map(({ natural }) => natural);
  }

  private fittingWidths(): readonly number[] | undefined {
    return fitWidths(
      this.naturalWidths(),
      this.columns.map((column) => !isNumeric(column) && !isTime(column)),
      (this.options.width ?? 80) - borders(this.columns.length),
    );
  }

  /** One row as a line for each value. The other lines of a value are aligned below its first. */
  private valueLines(cells: readonly string[]): string[] {
    this.rows++;
    const names = this.columns.map(({ name }) => printable(name));
    const width = most(names.map(lineWidth), 0);
    return [
      `── row ${this.rows.toLocaleString("en-US")}`,
      ...cells.map(
        (cell, index) =>
          `${fill(names[index] ?? "", width, false)}  ${cell.replaceAll("\n", `\n${" ".repeat(width + 2)}`)}`,
      ),
    ];
  }

  private head(widths: readonly number[]): string[] {
    const names = this.columns.map(({ name }) => printable(name));
    return [rule(widths, "┌┬┐"), ...this.line(names, widths)];
  }

  /** One row, which takes as many lines as its cell with the most lines. */
  private line(cells: readonly string[], widths: readonly number[]): string[] {
    const split = cells.map((cell) => cell.split("\n"));
    const height = most(
      split.map((lines) => lines.length),
      1,
    );
    return Array.from({ length: height }, (_, at) => {
      const filled = split.map((lines, index) =>
        fill(lines[at] ?? "", widths[index] ?? 0, isNumeric(this.columns[index] as QueryColumn)),
      );
      return `│ ${filled.join(" │ ")} │`;
    });
  }
}

const rule = (widths: readonly number[], [left, middle, right]: string) =>
  `${left}${widths.map((width) => "─".repeat(width + 2)).join(middle)}${right}`;

/** Formats a complete result as a table, without a newline at the end. */
export function formatTable(
  { columns, rows }: Pick<QueryResult, "columns" | "rows">,
  options: TableOptions = {},
): string {
  const table = new TableWriter(columns, options);
  const parts: string[] = [];
  for (let start = 0; start < rows.length; start += rowsTogether)
    parts.push(table.write(rows.slice(start, start + rowsTogether)));
  const end = table.end();
  return [...parts, ...(end === "" ? [] : [end])].join("\n");
}

/** Rows that are formatted together, in columns that are wide enough for all of them. */
export const rowsTogether = 1_000;

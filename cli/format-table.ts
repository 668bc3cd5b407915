import type { QueryColumn, QueryResult, Row } from "@streaming-data-lake/lake/result";
import type { Value } from "@streaming-data-lake/lake/result";
import CliTable from "cli-table3";
import stringWidth from "string-width";

export interface TableOptions {
  /** Columns of the terminal. Text that is too long for them ends in an ellipsis; numbers and times never do. @default 80 */
  readonly width?: number;
}

const numeric = new Set(["tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"]);
const smallestText = 8;
/** More decimals than these say little on a screen: `--format json` has them all. */
const decimals = 4;

const isNumeric = ({ type }: QueryColumn) => numeric.has(type.replace(/\(.*/, ""));

/** Without a character that a terminal would obey, but for the end of a line. */
const printable = (text: string) =>
  text.replace(/[^\P{Cc}\n]/gu, (character) => JSON.stringify(character).slice(1, -1));

function cellTexts(column: QueryColumn, values: readonly Value[]): string[] {
  const numbers = values.filter((value) => typeof value === "number");
  const isFraction = isNumeric(column) && numbers.some((value) => !Number.isInteger(value));
  const isTiny = numbers.some((value) => value !== 0 && Math.abs(value) < 10 ** -decimals);
  const places = Math.max(0, ...numbers.map((value) => /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0));
  const isWholeSeconds = values.every((value) => value === null || /\.000( UTC)?$/.test(String(value)));
  const isTime = column.type.startsWith("timestamp");
  return values.map((value) => {
    if (value === null) return "NULL";
    if (typeof value === "number")
      return isFraction && !isTiny && Math.abs(value) < 1e15
        ? value.toFixed(Math.min(places, decimals))
        : String(value);
    if (isTime && isWholeSeconds) return String(value).replace(".000", "");
    return printable(typeof value === "object" ? JSON.stringify(value) : String(value));
  });
}

/** Widths of the columns that fit: what is too much is taken from the widest text. */
function fitWidths(natural: readonly number[], shrinkable: readonly boolean[], available: number): number[] {
  const widths = [...natural];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess--) {
    const texts = widths.map((width, index) => (shrinkable[index] && width > smallestText ? width : 0));
    const widest = texts.indexOf(Math.max(...texts));
    if (!texts[widest]) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** The longest of texts, in the columns of a terminal. */
const widthOf = (texts: readonly string[]) =>
  texts
    .flatMap((text) => text.split("\n"))
    .reduce((longest, line) => Math.max(longest, stringWidth(line)), 0);

const frame = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
const style = { head: [], border: [] };
/** A border and two blanks a column, and the last border. */
const borders = (columns: number) => 3 * columns + 1;

/**
 * A result as a table that fits a terminal: numbers to the right with their points one above the other, times
 * without milliseconds where there are none, text cut to what is left of the width.
 */
export function formatTable(
  result: Pick<QueryResult, "columns" | "rows">,
  { width = 80 }: TableOptions = {},
): string {
  const { columns, rows } = result;
  const texts = columns.map((column) =>
    cellTexts(
      column,
      rows.map((row: Row) => row[column.name] ?? null),
    ),
  );
  const widths = fitWidths(
    columns.map(({ name }, index) => widthOf([printable(name), ...(texts[index] ?? [])])),
    columns.map((column) => !isNumeric(column) && !column.type.startsWith("timestamp")),
    width - borders(columns.length),
  );
  const table = new CliTable({
    head: columns.map(({ name }) => printable(name)),
    colAligns: columns.map((column) => (isNumeric(column) ? "right" : "left")),
    colWidths: widths.map((column) => column + 2),
    chars: frame,
    style,
  });
  table.push(...rows.map((_, index) => texts.map((column) => column[index] ?? "")));
  return rows.length === 0 ? `${table.toString()}\n(no rows)` : table.toString();
}

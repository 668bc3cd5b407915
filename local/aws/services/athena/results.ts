import { closeSync, openSync, readSync } from "node:fs";
import type { QueryColumn, Row } from "@streaming-data-lake/lake";

/** The column names of a result as in the statement. A name that occurs twice there also occurs twice here. */
export function headerNames(columns: readonly QueryColumn[]): string[] {
  const names = new Set(columns.map(({ name }) => name));
  return columns.map(({ name }) => {
    const [, plain] = /^(.*):\d+$/s.exec(name) ?? [];
    return plain !== undefined && names.has(plain) ? plain : name;
  });
}

/**
 * A line of a SELECT's result, which is CSV: each value is in quotes, and NULL is empty without quotes.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
 */
export const csvLine = (values: readonly (string | null)[]): string =>
  `${values.map((value) => (value === null ? "" : `"${value.replaceAll('"', '""')}"`)).join(",")}\n`;

/** A line of the result of SHOW, DESCRIBE and DDL, which is text with tabs between the columns. */
export const textLine = (values: readonly (string | null)[]): string => `${values.join("\t")}\n`;

export function valuesOf(row: Row, columns: readonly QueryColumn[]): (string | null)[] {
  return columns.map(({ name }) => {
    const value = row[name];
    return value === null || value === undefined ? null : String(value);
  });
}

export interface ResultPage {
  /** The values of each row. NULL is undefined. */
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** Offset in the file at which the next page begins, or undefined at the end. Bytes. */
  readonly next: number | undefined;
}

const chunkBytes = 256 * 1024;

/**
 * Reads rows of a result's file.
 *
 * @param from Offset in the file at which to begin. Bytes.
 * @param most Largest number of rows to read.
 * @param format `csv`, or `text` for lines with tabs between the values.
 */
export function readPage(path: string, from: number, most: number, format: "csv" | "text"): ResultPage {
  const file = openSync(path, "r");
  try {
    let buffer = Buffer.alloc(0);
    const rows: (string | undefined)[][] = [];
    let at = from;
    let start = 0;
    const read = format === "csv" ? csvRow : textRow;
    for (;;) {
      const row = read(buffer, start);
      if (row) {
        rows.push(row.values);
        start = row.end;
        if (rows.length < most) continue;
        const isLast = start === buffer.length && !more();
        return { rows, next: isLast ? undefined : at - buffer.length + start };
      }
      if (!more()) return { rows, next: undefined };
    }

    function more(): boolean {
      const chunk = Buffer.alloc(chunkBytes);
      const count = readSync(file, chunk, 0, chunk.length, at);
      if (count === 0) return false;
      buffer = Buffer.concat([buffer.subarray(start), chunk.subarray(0, count)]);
      start = 0;
      at += count;
      return true;
    }
  } finally {
    closeSync(file);
  }
}

interface ReadRow {
  readonly values: (string | undefined)[];
  readonly end: number;
}

const [quote, comma, newline, tab] = [0x22, 0x2c, 0x0a, 0x09];

/** Reads a row of CSV. @returns undefined when the buffer ends within the row. */
function csvRow(buffer: Buffer, start: number): ReadRow | undefined {
  const values: (string | undefined)[] = [];
  let at = start;
  for (;;) {
    if (buffer[at] === quote) {
      let end = at + 1;
      let isDoubled = false;
      for (;;) {
        end = buffer.indexOf(quote, end);
        if (end < 0 || end + 1 >= buffer.length) return undefined;
        if (buffer[end + 1] !== quote) break;
        isDoubled = true;
        end += 2;
      }
      const text = buffer.toString("utf8", at + 1, end);
      values.push(isDoubled ? text.replaceAll('""', '"') : text);
      at = end + 1;
    } else values.push(undefined);
    const separator = buffer[at];
    if (separator === comma) at += 1;
    else if (separator === newline) return { values, end: at + 1 };
    else return undefined;
  }
}

function textRow(buffer: Buffer, start: number): ReadRow | undefined {
  const end = buffer.indexOf(newline, start);
  if (end < 0) return undefined;
  const values: string[] = [];
  for (let at = start; ; ) {
    const next = buffer.indexOf(tab, at);
    if (next < 0 || next > end) {
      values.push(buffer.toString("utf8", at, end));
      return { values, end: end + 1 };
    }
    values.push(buffer.toString("utf8", at, next));
    at = next + 1;
  }
}

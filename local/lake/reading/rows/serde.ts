import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { Plain } from "../../trino/functions/javascript/values";
import type { Type } from "../../trino/types/types";

/** A column of a table's objects that a statement reads. */
export interface DataColumn {
  readonly name: string;
  readonly type: Type;
  /** The column's index among the table's columns, without the partition keys. */
  readonly index: number;
}

/** Reads a line, and returns the values of the columns that the statement reads. */
export type RowReader = (line: string) => readonly Plain[];

export type SerDe = (table: GlueTable, columns: readonly DataColumn[]) => RowReader;

/** A line that cannot be read, which fails the statement. The reader of the object adds the object's address. */
export class BadRow extends Error {
  constructor(
    message: string,
    readonly code: "HIVE_CURSOR_ERROR" | "HIVE_BAD_DATA" = "HIVE_CURSOR_ERROR",
  ) {
    super(message);
  }
}

/** A setting that may be given in the SerDe's properties or in the table's. */
export const settingOf = ({ serdeParameters, parameters }: GlueTable, name: string): string | undefined =>
  serdeParameters[name] ?? parameters[name];

export const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === "true";

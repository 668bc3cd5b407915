import type { GlueTable } from "@streaming-data-lake/terraform/types";
import type { Plain } from "../../trino/functions/javascript/values";
import type { Type } from "../../trino/types/types";

/** A column of a table's objects that a statement reads. */
export interface DataColumn {
  readonly name: string;
  readonly type: Type;
  /** Its place among the table's columns, partition keys left out. */
  readonly index: number;
}

/** Makes the values of the columns that are read of a line. */
export type RowReader = (line: string) => readonly Plain[];

export type SerDe = (table: GlueTable, columns: readonly DataColumn[]) => RowReader;

/** A line that fails its object, and with it the statement; the object's address is added where it is known. */
export class BadLine extends Error {
  constructor(
    message: string,
    readonly code: "HIVE_CURSOR_ERROR" | "HIVE_BAD_DATA" = "HIVE_CURSOR_ERROR",
  ) {
    super(message);
  }
}

/** A setting that stands among the SerDe's or the table's properties. */
export const settingOf = ({ serdeParameters, parameters }: GlueTable, name: string): string | undefined =>
  serdeParameters[name] ?? parameters[name];

export const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === "true";

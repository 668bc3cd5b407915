import { Token } from "cdktf";
import type { Problems } from "../core/problems";
import { problemOfType } from "./column-type";
import { checkPartition } from "./partition";
import type { Column, TableProps } from "./table-props";

/** https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
export const columnName = /^[a-z0-9_]{1,255}$/;
const tableName = /^[a-z0-9_]{1,128}$/;

/** Checks the name of a new table or database. An absent name passes. */
export function checkName(problems: Problems, prop: string, name: string | undefined): void {
  problems.name(prop, name, tableName, "1-128 lower-case letters, digits and underscores");
}

export function isName(name: string): boolean {
  return Token.isUnresolved(name) || tableName.test(name);
}

/** Checks the name of an existing database. Glue's names are in lower case and, unlike Athena's, can have hyphens. */
export function checkDatabase(problems: Problems, prop: string, name: string): void {
  problems.name(
    prop,
    name,
    /^[a-z0-9_-]{1,255}$/,
    "a database or its name, 1-255 lower-case letters, digits, underscores and hyphens",
  );
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html */
export function checkDescription(problems: Problems, prop: string, description: string | undefined): void {
  problems.name(prop, description, /^[^\p{Cc}]{1,2048}$/u, "1-2048 characters on one line");
}

/** Checks a new table's props. Its folder is checked by `LakeTable`, because existing tables have one too. */
export function checkTable(
  problems: Problems,
  name: string,
  { columns, partitions = [], description }: TableProps,
): void {
  checkName(problems, "name", name);
  checkDescription(problems, "description", description);
  problems.require("columns", columns, columns.length > 0, "a table has at least one column");
  const seen = new Set<string>();
  for (const { name } of [...columns, ...partitions]) {
    problems.name("columns", name, columnName, "1-255 lower-case letters, digits and underscores");
    problems.require(
      "columns",
      name,
      !seen.has(name),
      "must be the name of one column only; partitions are columns too",
    );
    seen.add(name);
  }
  for (const column of columns) checkColumn(problems.at(`columns.${column.name}`), column);
  for (const partition of partitions) checkPartition(problems.at(`partitions.${partition.name}`), partition);
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
function checkColumn(problems: Problems, { type, comment }: Column): void {
  const problem = problemOfType(type);
  if (problem) problems.require("type", type, false, problem);
  problems.name("comment", comment, /^[^\p{Cc}]{0,255}$/u, "255 characters at most, on one line");
}

import { parseHiveType } from "@streaming-data-lake/terraform/hive-type";
import { isView } from "../catalog/snapshot";
import type { HiveStatement } from "../hive/ast";
import { semanticFailure } from "../hive/errors";
import { type NamedTable, relationOf, requireDatabase, type StatementContext, tableOf } from "./context";
import { matchOf, showPartitions } from "./partitions";
import { createTableText, describeExtended, describeFormatted, describeText } from "./text";

export type Show = Extract<
  HiveStatement,
  {
    readonly kind:
      | "ShowDatabases"
      | "ShowTables"
      | "ShowViews"
      | "ShowColumns"
      | "ShowPartitions"
      | "ShowProperties"
      | "ShowCreateTable"
      | "Describe";
  }
>;

/** Lines in one column, which is the form of Athena's output for Hive's statements. */
export interface Lines {
  readonly column: string;
  readonly lines: readonly string[];
}

/**
 * Returns a function that tests names against a Hive pattern: `*` matches any text, `|` separates alternatives, and
 * case is ignored.
 */
export function namePattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const choices = pattern.split("|").map((choice) => {
    const source = choice.trim().replaceAll("*", ".*");
    try {
      return new RegExp(`^(?:${source})$`, "i");
    } catch {
      throw semanticFailure(
        `the pattern '${pattern}' is not a regular expression`,
        "* stands for any text, | parts choices",
      );
    }
  });
  return (name) => choices.some((choice) => choice.test(name));
}

export async function showLines(statement: Show, context: StatementContext): Promise<Lines> {
  const snapshot = await context.catalog.snapshot();
  switch (statement.kind) {
    case "ShowDatabases": {
      const names = [...new Set([...snapshot.databases, "default"])].filter(namePattern(statement.pattern));
      return { column: "database_name", lines: names.sort() };
    }
    case "ShowTables":
    case "ShowViews": {
      const database = statement.database ?? context.database;
      requireDatabase(snapshot, database);
      const views = statement.kind === "ShowViews";
      const names = snapshot
        .tables(database)
        .filter(({ table }) => !views || isView(table))
        .map(({ table }) => table.name.toLowerCase())
        .filter(namePattern(statement.pattern));
      return { column: views ? "views" : "tab_name", lines: names.sort() };
    }
    case "ShowColumns": {
      const { table } = relationOf(snapshot, statement.name, context.database);
      return { column: "field", lines: [...table.columns, ...table.partitionKeys].map(({ name }) => name) };
    }
    case "ShowPartitions":
      return {
        column: "partition",
        lines: showPartitions(tableOf(snapshot, statement.name, context), statement.spec),
      };
    case "ShowProperties":
      return {
        column: "prpt_name",
        lines: properties(tableOf(snapshot, statement.name, context), statement.key),
      };
    case "ShowCreateTable":
      return { column: "createtab_stmt", lines: createTableText(tableOf(snapshot, statement.name, context)) };
    case "Describe":
      return {
        column: "col_name",
        lines: describe(statement, relationOf(snapshot, statement.name, context.database)),
      };
  }
}

function properties({ table, createTime }: NamedTable, key: string | undefined): string[] {
  const all: Record<string, string> = {
    ...table.parameters,
    ...(createTime !== undefined && { transient_lastDdlTime: String(createTime) }),
  };
  if (key === undefined)
    return Object.entries(all)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => `${name}\t${value}`);
  const value = all[key];
  return [value ?? `Table ${table.database}.${table.name} does not have property: ${key}`];
}

function describe(statement: Extract<Show, { readonly kind: "Describe" }>, named: NamedTable): string[] {
  const { table } = named;
  const partition = statement.partition && named.partitions.find(matchOf(table, statement.partition));
  if (statement.partition && !partition) throw semanticFailure("[Error 10006]: Partition not found");
  if (statement.column) return describeColumn(named, statement.column);
  if (statement.mode === "formatted") return describeFormatted(named, partition);
  return statement.mode === "extended" ? describeExtended(named, partition) : describeText(table);
}

/** Describes one column, or a part of its nested type. */
function describeColumn({ table, name }: NamedTable, [first = "", ...path]: readonly string[]): string[] {
  const column = [...table.columns, ...table.partitionKeys].find((one) => one.name.toLowerCase() === first);
  if (!column) throw semanticFailure(`[Error 10002]: Invalid column reference ${first} of table ${name}`);
  let type = column.type;
  for (const step of path) {
    const inside = within(type, step);
    if (inside === undefined)
      throw semanticFailure(`[Error 10002]: Invalid column reference ${[first, ...path].join(".")}`);
    type = inside;
  }
  const line = (field: string, fieldType: string, comment: string) =>
    [field, fieldType, comment].map((text) => text.padEnd(20)).join("\t");
  const parsed = parseHiveType(type);
  if (path.length > 0 && parsed.kind === "struct")
    return parsed.fields.map(([field]) => line(field, within(type, field) ?? "", "from deserializer"));
  return [line(path.at(-1) ?? column.name, type, column.comment ?? "")];
}

/** The type of a part of a nested type: a struct's field, `$elem$` of an array, `$key$` or `$value$` of a map. */
function within(type: string, step: string): string | undefined {
  const [, kind, inner = ""] = /^(array|map|struct)<(.*)>$/is.exec(type) ?? [];
  const parts = split(inner);
  switch (kind?.toLowerCase()) {
    case "array":
      return step === "$elem$" ? inner : undefined;
    case "map":
      return step === "$key$" ? parts[0] : step === "$value$" ? parts[1] : undefined;
    case "struct":
      return parts.find((part) => part.startsWith(`${step}:`))?.slice(step.length + 1);
    default:
      return undefined;
  }
}

/** Splits a text at the commas outside of all brackets. */
function split(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if ("<(".includes(character)) depth++;
    if (">)".includes(character)) depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

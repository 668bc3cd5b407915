import { varchar } from "../trino/types/types";
import type { StatementAnswer } from "./answer";
import type { ScanSources } from "./sources";

/** What EXPLAIN shows, in the format that the statement asks for. */
export interface Plan {
  /** DuckDB's plan as text. */
  readonly text: string;
  readonly sources: Pick<ScanSources, "tables" | "bytesScanned">;
}

/** The plan as rows: one row for each line of the TEXT format, and a single row for the other formats. */
export function planAnswer(plan: Plan, format: "TEXT" | "GRAPHVIZ" | "JSON"): StatementAnswer {
  const columns = [{ name: "Query Plan", type: varchar }];
  switch (format) {
    case "TEXT":
      return { columns, rows: [...heading(plan), ...plan.text.split("\n")].map((line) => [line]) };
    case "JSON": {
      const { tables, bytesScanned } = plan.sources;
      const json = { engine: "DuckDB", tables, bytesScanned, plan: plan.text.split("\n") };
      return { columns, rows: [[JSON.stringify(json, undefined, 2)]] };
    }
    case "GRAPHVIZ":
      return { columns, rows: [[graph(plan)]] };
  }
}

/** DuckDB's plan without the translated statement that EXPLAIN ANALYZE prints before it. */
export const planText = (rows: readonly string[]): string =>
  rows
    .join("\n")
    .replace(/^[\s\S]*?Query Profiling Information[\s\S]*?\n(?=┌─+┐\n│┌─+┐│\n││ +Total Time)/, "");

/** The lines before DuckDB's plan: the tables that the statement reads. */
function heading({ sources }: Plan): string[] {
  const tables = sources.tables.map(
    ({ database, table, partitions, partitionsInAll, objects }) =>
      `  ${database}.${table}: ${partitions} of ${partitionsInAll} partitions, ${objects} objects`,
  );
  return [
    "Plan of this machine's engine (DuckDB), which is not Athena's:",
    ...(tables.length > 0 ? ["Tables:", ...tables] : ["Tables: none"]),
    `Bytes that Athena would scan, at most: ${sources.bytesScanned}`,
    "",
  ];
}

function graph({ sources }: Plan): string {
  const tables = sources.tables.map(
    ({ database, table, partitions, partitionsInAll }, index) =>
      `  t${index} [label="${database}.${table}\\n${partitions} of ${partitionsInAll} partitions"];\n  t${index} -> query;`,
  );
  return ["digraph plan {", '  query [label="query"];', ...tables, "}"].join("\n");
}

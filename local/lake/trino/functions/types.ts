import { duckdbTypeText } from "../types/duckdb";
import { formatType } from "../types/format";
import { quoteText } from "../types/quote";
import { type Family, type Implementation, native } from "./implementation";

/** https://trino.io/docs/current/functions/comparison.html, …/conversion.html */
const extreme = (name: "greatest" | "least"): Implementation =>
  native(({ args, returns }) => {
    if (args.length === 1) return args[0] ?? "NULL";
    // DuckDB leaves NULLs out, where Trino answers NULL.
    const nulls = args.map((sql) => `(${sql}) IS NULL`).join(" OR ");
    return `CASE WHEN ${nulls} THEN CAST(NULL AS ${duckdbTypeText(returns)}) ELSE ${name}(${args.join(", ")}) END`;
  });

export const comparisons: Family = {
  greatest: extreme("greatest"),
  least: extreme("least"),
  typeof: native(({ types: [type] }) => (type ? quoteText(formatType(type)) : "NULL")),
};

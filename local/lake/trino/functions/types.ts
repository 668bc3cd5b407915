import { quoteText } from "../../quote";
import { duckdbTypeText } from "../types/duckdb";
import { formatType } from "../types/format";
import { comparator } from "./collections/compare";
import { computedOnce, isLongSql } from "./computed-once";
import { type Family, type Implementation, mixed, native, plain } from "./implementation";
import type { Plain } from "./javascript/values";

/** https://trino.io/docs/current/functions/comparison.html, …/conversion.html */
const extreme = (name: "greatest" | "least"): Implementation =>
  mixed((call) => {
    const { args, returns } = call;
    if (args.length === 1) return args[0] ?? "NULL";
    // Trino evaluates all arguments, of which one may fail, although another is NULL.
    const options = { takesNulls: call.failsBesideNull };
    const ofAll =
      (extremeOf: (values: readonly never[]) => Plain) =>
      (...values: readonly Plain[]) =>
        values.includes(null) ? null : extremeOf(values as never);
    if (returns.kind === "double" || returns.kind === "real")
      return plain(
        ofAll((values) => extremeNumber(name, values)),
        options,
      ).emit(call);
    if (call.failsBesideNull || returns.kind === "array" || returns.kind === "row") {
      const compare = comparator(returns);
      const sign = name === "greatest" ? 1 : -1;
      return plain(
        ofAll((values: readonly Plain[]) =>
          values.reduce((best, value) => (sign * compare(value, best) > 0 ? value : best)),
        ),
        options,
      ).emit(call);
    }
    // DuckDB ignores NULLs, but Trino's result is NULL.
    const write = (values: readonly string[]) => {
      const nulls = values.map((sql) => `(${sql}) IS NULL`).join(" OR ");
      return `CASE WHEN ${nulls} THEN CAST(NULL AS ${duckdbTypeText(returns)}) ELSE ${name}(${values.join(", ")}) END`;
    };
    return isLongSql(args) ? computedOnce(call.context, args, write) : write(args);
  });

/** NaN is the greatest or least value only when there is no other number. */
function extremeNumber(name: "greatest" | "least", values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return Number.NaN;
  return name === "greatest" ? Math.max(...numbers) : Math.min(...numbers);
}

export const comparisons: Family = {
  greatest: extreme("greatest"),
  least: extreme("least"),
  // The argument is evaluated too, since it may fail.
  typeof: native(({ types: [type], args: [x = "NULL"] }) => {
    const name = type ? quoteText(formatType(type)) : "NULL";
    return `CASE WHEN ${x} IS NULL THEN ${name} ELSE ${name} END`;
  }),
  version: native(() => quoteText("Athena engine version 3")),
};

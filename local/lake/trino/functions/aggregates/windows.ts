import { duckdbTypeText } from "../../types/duckdb";
import { invalid } from "../errors";
import { type Family, type Implementation, native } from "../implementation";
import { aggregate } from "./clauses";

/** https://trino.io/docs/current/functions/window.html */
const of = (name: string): Implementation =>
  native(({ args, clauses, returns }) => {
    const call = aggregate(name, args, clauses);
    return returns.kind === "bigint" ? `CAST(${call} AS ${duckdbTypeText(returns)})` : call;
  });

/** The number that the SQL of a literal tells. */
const literalNumber = (sql: string | undefined): number | undefined => {
  const match = /^\(?(?:CAST\()?\(?(-?\d+)\)?(?: AS \w+\))?\)?$/.exec(sql ?? "");
  return match ? Number(match[1]) : undefined;
};

/** A function whose argument of that place is at least a number; DuckDB takes less. */
const atLeast = (name: string, place: number, least: number, sentence: string): Implementation =>
  native((call) => {
    const given = literalNumber(call.args[place]);
    if (given !== undefined && given < least) throw invalid(sentence);
    return of(name).emit(call);
  });

export const windows: Family = {
  cume_dist: of("cume_dist"),
  dense_rank: of("dense_rank"),
  first_value: of("first_value"),
  lag: atLeast("lag", 1, 0, "Offset must be at least 0"),
  last_value: of("last_value"),
  lead: atLeast("lead", 1, 0, "Offset must be at least 0"),
  nth_value: atLeast("nth_value", 1, 1, "Offset must be at least 1"),
  ntile: atLeast("ntile", 0, 1, "Buckets must be greater than 0"),
  percent_rank: of("percent_rank"),
  rank: of("rank"),
  row_number: of("row_number"),
};

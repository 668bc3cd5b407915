import { duckdbTypeText } from "../../types/duckdb";
import { type Family, type Implementation, native } from "../implementation";
import { aggregate } from "./clauses";

/** https://trino.io/docs/current/functions/window.html */
const of = (name: string): Implementation =>
  native(({ args, clauses, returns }) => {
    const call = aggregate(name, args, clauses);
    return returns.kind === "bigint" ? `CAST(${call} AS ${duckdbTypeText(returns)})` : call;
  });

export const windows: Family = {
  cume_dist: of("cume_dist"),
  dense_rank: of("dense_rank"),
  first_value: of("first_value"),
  lag: of("lag"),
  last_value: of("last_value"),
  lead: of("lead"),
  nth_value: of("nth_value"),
  ntile: of("ntile"),
  percent_rank: of("percent_rank"),
  rank: of("rank"),
  row_number: of("row_number"),
};

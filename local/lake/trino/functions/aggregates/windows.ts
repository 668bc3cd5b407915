import { failure } from "../../emit/failure";
import { duckdbTypeText } from "../../types/duckdb";
import { invalid } from "../errors";
import { type Family, type Implementation, native } from "../implementation";
import { aggregate } from "./clauses";

/** https://trino.io/docs/current/functions/window.html */
const windowFunction = (name: string): Implementation =>
  native(({ args, clauses, returns }) => {
    const call = aggregate(name, args, clauses);
    return returns.kind === "bigint" ? `CAST(${call} AS ${duckdbTypeText(returns)})` : call;
  });

/** The value of a numeric literal in SQL. */
const literalNumber = (sql: string | undefined): number | undefined => {
  const match = /^\(?(?:CAST\()?\(?(-?\d+)\)?(?: AS \w+\))?\)?$/.exec(sql ?? "");
  return match ? Number(match[1]) : undefined;
};

interface Bound {
  /** Index of the argument. */
  readonly place: number;
  readonly least: number;
  readonly sentence: string;
  /** Trino's error message for NULL, if there is one. */
  readonly ofNull?: string;
}

/** A function whose argument must not be smaller than a limit. DuckDB accepts smaller ones. */
const atLeast = (name: string, { place, least, sentence, ofNull }: Bound): Implementation =>
  native((call) => {
    const argument = call.args[place];
    if (argument === undefined) return windowFunction(name).emit(call);
    const given = literalNumber(argument);
    if (given !== undefined) {
      if (given < least) throw invalid(sentence);
      return windowFunction(name).emit(call);
    }
    const fail = (why: string) => failure("BIGINT", "INVALID_FUNCTION_ARGUMENT", why);
    const otherwise = ofNull === undefined ? "NULL" : fail(ofNull);
    const checked = `CASE WHEN ${argument} >= ${least} THEN ${argument} WHEN ${argument} IS NULL THEN ${otherwise} ELSE ${fail(sentence)} END`;
    return windowFunction(name).emit({ ...call, args: call.args.with(place, checked) });
  });

const offset = {
  place: 1,
  least: 0,
  sentence: "Offset must be at least 0",
  ofNull: "Offset must not be null",
};

export const windows: Family = {
  cume_dist: windowFunction("cume_dist"),
  dense_rank: windowFunction("dense_rank"),
  first_value: windowFunction("first_value"),
  lag: atLeast("lag", offset),
  last_value: windowFunction("last_value"),
  lead: atLeast("lead", offset),
  nth_value: atLeast("nth_value", { place: 1, least: 1, sentence: "Offset must be at least 1" }),
  ntile: atLeast("ntile", { place: 0, least: 1, sentence: "Buckets must be greater than 0" }),
  percent_rank: windowFunction("percent_rank"),
  rank: windowFunction("rank"),
  row_number: windowFunction("row_number"),
};

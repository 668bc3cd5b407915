import { duckdbTypeText } from "../../types/duckdb";
import type { Clauses } from "../contract";
import { type EmittedCall, type Implementation, native } from "../implementation";

/** The SQL of a call of an aggregate in DuckDB, with its clauses. */
export function aggregate(name: string, args: readonly string[], clauses: Clauses): string {
  const { distinct, orderBy, filter, over, ignoreNulls } = clauses;
  const inside = [
    distinct ? "DISTINCT " : "",
    args.join(", "),
    ignoreNulls ? " IGNORE NULLS" : "",
    orderBy === undefined ? "" : ` ORDER BY ${orderBy}`,
  ].join("");
  const where = filter === undefined ? "" : ` FILTER (WHERE ${filter})`;
  return `${name}(${inside})${where}${over === undefined ? "" : ` OVER ${over}`}`;
}

/** An aggregate of DuckDB, cast to the type of the result. */
export const castAggregate = (name: string): Implementation =>
  native(
    ({ args, clauses, returns }) => `CAST(${aggregate(name, args, clauses)} AS ${duckdbTypeText(returns)})`,
  );

/** The same clauses with an additional condition in FILTER. */
export const where = (clauses: Clauses, condition: string): Clauses => ({
  ...clauses,
  filter: clauses.filter === undefined ? condition : `(${clauses.filter}) AND (${condition})`,
});

/** The clauses with a filter for rows whose arguments are not NULL, since Trino's aggregates ignore NULL. */
export const withoutNulls = ({ args, clauses }: EmittedCall, count = args.length): Clauses =>
  args.slice(0, count).reduce((result, sql) => where(result, `(${sql}) IS NOT NULL`), clauses);

/** The argument rows as a list of structs, which represent rows. */
export const listOfRows = (args: readonly string[], clauses: Clauses): string =>
  aggregate("list", [`{${args.map((sql, index) => `'f${index}': ${sql}`).join(", ")}}`], clauses);

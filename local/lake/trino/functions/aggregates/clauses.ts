import type { Clauses } from "../contract";
import type { EmittedCall } from "../implementation";

/** The SQL of an aggregate of DuckDB with what follows the call. */
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

/** The same clauses for fewer rows. */
export const where = (clauses: Clauses, condition: string): Clauses => ({
  ...clauses,
  filter: clauses.filter === undefined ? condition : `(${clauses.filter}) AND (${condition})`,
});

/** The rows whose arguments aren't NULL, as Trino's aggregates take them. */
export const withoutNulls = ({ args, clauses }: EmittedCall, count = args.length): Clauses =>
  args.slice(0, count).reduce((result, sql) => where(result, `(${sql}) IS NOT NULL`), clauses);

/** Rows of arguments as a list of structs, which are rows of their types. */
export const listOfRows = (args: readonly string[], clauses: Clauses): string =>
  aggregate("list", [`{${args.map((sql, index) => `'f${index}': ${sql}`).join(", ")}}`], clauses);

import { firstColumnOf } from "../../functions/registry";

/** A condition in SQL. */
export interface Term {
  readonly sql: string;
  /** Whether its evaluation can fail. */
  readonly fails: boolean;
}

/** The longest SQL that is written twice, to know whether the terms after it are evaluated. */
const longest = 2_000;

/**
 * Joins conditions by AND or OR. Trino evaluates them in their order, and stops where the result is known, so a later
 * one cannot fail there. DuckDB evaluates all of them.
 *
 * @param row A column of the rows, for terms that have none.
 */
export function inOrder(operator: "AND" | "OR", terms: readonly Term[], row?: string): string {
  const column = firstColumnOf(terms.map(({ sql }) => sql).join(" ")) ?? row;
  const [ends, stops] = operator === "AND" ? ["false", "FALSE"] : ["true", "TRUE"];
  const neutral = operator === "AND" ? "true" : "false";
  // Trino removes the other terms when it plans the statement.
  if (terms.some(({ sql }) => sql === ends)) return ends;
  const open = terms.filter(({ sql }) => sql !== neutral);
  if (open.length === 0) return neutral;
  return segments(open)
    .map((segment) => segment.map((term) => ofRow(term, column)).join(` ${operator} `))
    .reduceRight((rest, segment) =>
      segment.length > longest
        ? `(${segment} ${operator} ${rest})`
        : `(CASE WHEN (${segment}) IS NOT ${stops} THEN (${segment} ${operator} ${rest}) ELSE ${ends} END)`,
    );
}

/** Each term that can fail begins a part that is evaluated only if the parts before leave the result open. */
function segments(terms: readonly Term[]): readonly (readonly Term[])[] {
  const all: Term[][] = [];
  for (const term of terms) {
    const last = all.at(-1);
    if (last && !term.fails) last.push(term);
    else all.push([term]);
  }
  return all;
}

/**
 * DuckDB evaluates a condition without columns when it plans the statement. A failure there fails the statement, so such
 * a condition gets a test over a column: a hash, since statistics tell nothing of it.
 */
const ofRow = ({ sql, fails }: Term, column: string | undefined): string =>
  fails && column !== undefined && firstColumnOf(sql) === undefined
    ? `(CASE WHEN hash(${column}) >= 0 THEN ${sql} END)`
    : sql;

/** The conditions of CASE, none of which is evaluated when the statement is planned if it can fail. */
export function conditionsOfRow(terms: readonly Term[], beside: string, row?: string): readonly string[] {
  const column = firstColumnOf([...terms.map(({ sql }) => sql), beside].join(" ")) ?? row;
  return terms.map((term) => ofRow(term, column));
}

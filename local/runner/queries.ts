import { openLake, QueryError, type QueryResult } from "@streaming-data-lake/lake";
import type { NamedQuery, Stack } from "@streaming-data-lake/terraform/types";

/** A named query with its result, or with one line that says why it failed. */
export type AnsweredQuery =
  | { readonly query: NamedQuery; readonly result: QueryResult }
  | { readonly query: NamedQuery; readonly error: string };

/** Runs the stack's named queries over the local lake, one after the other. */
export async function runNamedQueries(
  stack: Parameters<typeof openLake>[0] & Pick<Stack, "namedQueries">,
  lakeFolder: string,
): Promise<readonly AnsweredQuery[]> {
  const lake = await openLake(stack, lakeFolder);
  try {
    const answers: AnsweredQuery[] = [];
    for (const query of stack.namedQueries) {
      const { database, workgroup } = query;
      try {
        answers.push({ query, result: await lake.query(query.sql, [], { database, workgroup }) });
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        answers.push({ query, error: error.message.split("\n")[0] ?? "" });
      }
    }
    return answers;
  } finally {
    lake.close();
  }
}

/** The number of rows that each successful query has returned, for the summary. */
export function countRows(answers: readonly AnsweredQuery[]): Record<string, { rows: number }> {
  const rows: Record<string, { rows: number }> = {};
  for (const answer of answers)
    if ("result" in answer) rows[answer.query.name] = { rows: answer.result.rows.length };
  return rows;
}

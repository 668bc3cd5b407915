import { openLake, type QueryResult } from "./sql/index";
import type { NamedQuery, Stack } from "./stack/types";

/** A named query with what it found, or why it found nothing. */
export interface AnsweredQuery {
  readonly query: NamedQuery;
  readonly result: QueryResult;
}

/** Runs the stack's named queries over the local lake, one after the other. */
export async function runNamedQueries(
  stack: Parameters<typeof openLake>[0] & Pick<Stack, "namedQueries">,
  lakeFolder: string,
): Promise<readonly AnsweredQuery[]> {
  const lake = await openLake(stack, lakeFolder);
  try {
    const answers: AnsweredQuery[] = [];
    for (const query of stack.namedQueries) answers.push({ query, result: await lake.query(query.sql) });
    return answers;
  } finally {
    lake.close();
  }
}

/** How many rows each query found, for the summary. */
export function countRows(answers: readonly AnsweredQuery[]): Record<string, { rows: number }> {
  return Object.fromEntries(answers.map(({ query, result }) => [query.name, { rows: result.rows.length }]));
}

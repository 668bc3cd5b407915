/** Whether SQL is so long that it is worth a lambda to write it once, since what contains it may be written twice as well. */
export const isLongSql = (sqls: readonly string[]): boolean => sqls.some((sql) => sql.length > 1_000);

/**
 * SQL over values that is written with names in their place, so that each value is written and computed once. DuckDB has
 * no subqueries in what `write` returns.
 */
export function computedOnce(
  names: { variable(): string },
  values: readonly string[],
  write: (names: readonly string[]) => string,
): string {
  const row = names.variable();
  const fields = values.map((sql, index) => `'v${index}': ${sql}`);
  const result = write(values.map((_, index) => `struct_extract(${row}, 'v${index}')`));
  return `list_extract(list_transform([{${fields.join(", ")}}], lambda ${row}: ${result}), 1)`;
}

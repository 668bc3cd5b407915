import { fromFirstWord } from "@streaming-data-lake/lake/script";

/**
 * The kind of a statement, as Athena reports it.
 *
 * https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
 */
export interface StatementKind {
  readonly type: "DML" | "DDL" | "UTILITY";
  readonly substatement: string;
  /** Format of the result. Statements that write tables have none. */
  readonly output: "csv" | "text" | "none";
}

export function kindOf(sql: string): StatementKind {
  const text = fromFirstWord(sql);
  const [first = "", second = "", third = ""] = text
    .slice(0, 200)
    .toUpperCase()
    .split(/[^A-Z_]+/);
  const substatement = [first, second === "OR" ? "" : second].filter(Boolean).join("_");
  switch (first) {
    case "CREATE":
      if (second === "TABLE" && /\bAS\s*\(?\s*(SELECT|WITH|VALUES|TABLE)\b/i.test(text))
        return { type: "DDL", substatement: "CREATE_TABLE_AS_SELECT", output: "none" };
      return {
        type: "DDL",
        substatement: second === "OR" ? `CREATE_${third === "REPLACE" ? "VIEW" : third}` : substatement,
        output: "text",
      };
    case "DROP":
    case "ALTER":
    case "MSCK":
      return { type: "DDL", substatement, output: "text" };
    case "SHOW":
    case "DESCRIBE":
    case "DESC":
    case "EXPLAIN":
    case "PREPARE":
    case "DEALLOCATE":
      return { type: "UTILITY", substatement, output: "text" };
    case "INSERT":
    case "UNLOAD":
    case "MERGE":
    case "UPDATE":
    case "DELETE":
      return { type: "DML", substatement: first, output: "none" };
    default:
      return {
        type: "DML",
        substatement: first === "WITH" || first === "VALUES" ? "SELECT" : first,
        output: "csv",
      };
  }
}

/**
 * Adds parameters to a statement. As in the API, parameters are SQL expressions, so texts are in quotes.
 *
 * https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements-querying.html
 */
export function withParameters(sql: string, parameters: readonly string[]): string {
  if (parameters.length === 0) return sql;
  const using = `USING ${parameters.join(", ")}`;
  const text = sql.replace(/[;\s]+$/, "");
  return /^EXECUTE\b/i.test(fromFirstWord(text))
    ? `${text} ${using}`
    : `EXECUTE IMMEDIATE '${text.replaceAll("'", "''")}' ${using}`;
}

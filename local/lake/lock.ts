import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { QueryError } from "./errors";
import { quoteText } from "./quote";

export interface LockedDuckdb {
  readonly connection: DuckDBConnection;
  close(): void;
}

/**
 * A DuckDB in memory that, once `prepare` has run, reads and writes nothing but what lies in `folder`, asks no server,
 * loads no extension and keeps these settings.
 *
 * https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
 *
 * @param folder Without one, no file at all can be read or written.
 */
export async function openLocked(
  prepare: (connection: DuckDBConnection) => Promise<unknown>,
  { folder, options = {} }: { readonly folder?: string; readonly options?: Record<string, string> } = {},
): Promise<LockedDuckdb> {
  const instance = await DuckDBInstance.create(":memory:", {
    ...options,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
  });
  const connection = await instance.connect();
  await prepare(connection);
  if (folder !== undefined) await connection.run(`SET allowed_directories = [${quoteText(`${folder}/`)}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const offered = "SELECT, VALUES, WITH, TABLE, SHOW, DESCRIBE, EXPLAIN and INSERT INTO";
const reading = /^(?:SELECT|VALUES|WITH|TABLE)$/;
const describing = /^(?:SHOW|DESCRIBE|DESC)$/;

/** Functions that make rows of their arguments. DuckDB's others read files, run text as SQL or change its state. */
const tableFunctions = new Set(["unnest", "range", "generate_series"]);

/** Comments and blanks before a statement's first word. */
export const comments = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const explain = /^EXPLAIN\b(?:\s*\(\s*(?:FORMAT|ANALYZE)\b[^()]*\)|\s+(?:ANALYZE|VERBOSE)\b)*/i;

/** The answer of DuckDB's `json_serialize_sql`, which parses a statement: it binds no name and opens no file. */
interface Parsed {
  readonly error_type?: string;
  readonly statements?: readonly unknown[];
}

/**
 * Refuses what does not only read, before DuckDB is given the statement.
 *
 * @param sql One statement, or what an INSERT INTO inserts.
 * @returns false when DuckDB can't parse it.
 * @throws QueryError
 */
export async function admit(connection: DuckDBConnection, sql: string): Promise<boolean> {
  const bare = sql.replace(comments, "");
  const body = bare.replace(explain, "").replace(comments, "");
  const word = /^\w+/.exec(body)?.[0].toUpperCase() ?? "";
  const reader = await connection.runAndReadAll("SELECT json_serialize_sql(CAST(? AS VARCHAR))", [body]);
  const { error_type: error, statements = [] }: Parsed = JSON.parse(String(reader.getRowsJS()[0]?.[0]));
  if (error === "parser") return false;
  const reads = reading.test(word) || body.startsWith("(") || (describing.test(word) && body === bare);
  if (error !== undefined || !reads)
    throw new QueryError(
      `${body === bare ? "" : "EXPLAIN of "}${word} statements don't run here, only ${offered}: the catalog's tables come from the stack`,
    );
  if (statements.length !== 1)
    throw new QueryError(`one statement at a time, as on Athena; these are ${statements.length}`);
  const refused = tableFunctionsOf(statements).find((name) => !tableFunctions.has(name.toLowerCase()));
  if (refused !== undefined)
    throw new QueryError(`${refused}(…) does not run here: a statement reads the tables of the stack`);
  return true;
}

/** The names of the functions that stand where a table may stand. */
function tableFunctionsOf(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const below = Object.values(node).flatMap(tableFunctionsOf);
  const { type, function: called } = node as { type?: unknown; function?: { function_name?: unknown } };
  return type === "TABLE_FUNCTION" ? [String(called?.function_name), ...below] : below;
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A named query: https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html */
export interface QueryFile {
  /** The file's name without `.sql`, such as `latest-readings`. */
  readonly name: string;
  /** The file's first line, a `--` comment. */
  readonly description: string;
  readonly sql: string;
}

/** The queries of `dataset/queries/<folder>/*.sql`, by name. They run unchanged on Athena and on the local lake. */
function readQueries(folder: string): QueryFile[] {
  const path = join(__dirname, "queries", folder);
  return readdirSync(path)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => {
      const text = readFileSync(join(path, file), "utf8");
      const [, description, sql] = /^--\s*(.+)\n([\s\S]+)$/.exec(text) ?? [];
      if (!description || !sql)
        throw new Error(
          `dataset/queries/${folder}/${file}: the first line must be a -- comment that describes the query`,
        );
      return { name: file.replace(/\.sql$/, ""), description, sql: sql.trim() };
    });
}

/** The three queries of the lab. */
export const labQueries: readonly QueryFile[] = readQueries("lab");

/** The lab's queries, followed by those for analysis. */
export const namedQueries: readonly QueryFile[] = [...labQueries, ...readQueries("analysis")];

/**
 * Statements with parameters. Each parameter is a `?` with its name in a comment before it.
 * https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
export const preparedStatements: readonly QueryFile[] = readQueries("prepared");

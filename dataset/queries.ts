import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A named query: https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html */
export interface NamedQuery {
  /** The file's name without `.sql`, such as `latest-readings`. */
  readonly name: string;
  /** The file's first line, a `--` comment. */
  readonly description: string;
  readonly sql: string;
}

const folder = join(__dirname, "queries");

/** The queries of `dataset/queries/*.sql`, by name. They run unchanged on Athena and on the local lake. */
export const namedQueries: readonly NamedQuery[] = readdirSync(folder)
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const [, description, sql] = /^--\s*(.+)\n([\s\S]+)$/.exec(text) ?? [];
    if (!description || !sql)
      throw new Error(
        `dataset/queries/${file}: the first line must be a -- comment that describes the query`,
      );
    return { name: file.replace(/\.sql$/, ""), description, sql: sql.trim() };
  });

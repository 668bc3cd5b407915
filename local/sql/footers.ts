import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "./hive-types";
import type { LakeObject } from "./partitions";

/** What a Parquet object's footer says: the compressed bytes of each column, by lower-case name. */
type Footer = ReadonlyMap<string, number>;

const objectsPerStatement = 500;

/** The footers of a lake's Parquet objects, each read once: an object never changes. */
export class Footers {
  private readonly byPath = new Map<string, Footer>();

  constructor(private readonly connection: DuckDBConnection) {}

  /** Reads what isn't known yet. */
  async load(objects: readonly LakeObject[]): Promise<void> {
    const unread = objects.filter(({ path }) => !this.byPath.has(path));
    for (let start = 0; start < unread.length; start += objectsPerStatement) {
      const paths = unread.slice(start, start + objectsPerStatement).map(({ path }) => path);
      for (const path of paths) this.byPath.set(path, new Map());
      const list = paths.map((path) => quoteText(path.replace(/[*?[]/g, "[$&]")));
      const reader = await this.connection.runAndReadAll(
        `SELECT file_name, lower(split_part(path_in_schema, ', ', 1)) AS name, CAST(sum(total_compressed_size) AS DOUBLE) AS bytes
         FROM parquet_metadata([${list.join(", ")}]) GROUP BY ALL`,
      );
      for (const [path, name, bytes] of reader.getRowsJS())
        (this.byPath.get(String(path)) as Map<string, number>).set(String(name), Number(bytes));
    }
  }

  private columns({ path }: LakeObject): Footer {
    return this.byPath.get(path) ?? new Map();
  }

  columnsIn(objects: readonly LakeObject[]): ReadonlySet<string> {
    return new Set(objects.flatMap((object) => [...this.columns(object).keys()]));
  }

  /** Whether all objects have the same columns. */
  areAlike(objects: readonly LakeObject[]): boolean {
    const signatures = objects.map((object) => [...this.columns(object).keys()].sort().join("\n"));
    return new Set(signatures).size <= 1;
  }

  /** The compressed bytes of these columns' chunks, which is what Athena reads and charges of a Parquet object. */
  bytesOf(object: LakeObject, columns: readonly string[]): number {
    const footer = this.columns(object);
    return columns.reduce((sum, name) => sum + (footer.get(name.toLowerCase()) ?? 0), 0);
  }
}

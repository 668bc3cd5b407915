import type { DuckDBConnection } from "@duckdb/node-api";
import { type LakeObject, pathList } from "./partitions";

/** What a Parquet object's footer says: the compressed bytes of each column, by lower-case name. */
type Footer = ReadonlyMap<string, number>;

const objectsPerStatement = 500;

interface KnownFooter {
  readonly modified: number;
  readonly columns: Map<string, number>;
}

/** The footers of a lake's Parquet objects, each read once for as long as the object stays as it is. */
export class Footers {
  private readonly byPath = new Map<string, KnownFooter>();

  constructor(private readonly connection: DuckDBConnection) {}

  /** Reads what isn't known yet. */
  async load(objects: readonly LakeObject[]): Promise<void> {
    const unread = objects.filter(({ path, modified }) => this.byPath.get(path)?.modified !== modified);
    for (let start = 0; start < unread.length; start += objectsPerStatement) {
      const some = unread.slice(start, start + objectsPerStatement);
      const reader = await this.connection.runAndReadAll(
        `SELECT file_name, lower(split_part(path_in_schema, ', ', 1)) AS name, CAST(sum(total_compressed_size) AS DOUBLE) AS bytes
         FROM parquet_metadata(${pathList(some)}) GROUP BY ALL`,
      );
      for (const { path, modified } of some) this.byPath.set(path, { modified, columns: new Map() });
      for (const [path, name, bytes] of reader.getRowsJS())
        this.byPath.get(String(path))?.columns.set(String(name), Number(bytes));
    }
  }

  private columns({ path }: LakeObject): Footer {
    return this.byPath.get(path)?.columns ?? new Map();
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

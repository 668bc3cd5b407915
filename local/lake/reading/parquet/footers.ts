import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import { TrinoError } from "../../trino/types/errors";
import { pathList } from "../objects";
import type { PartitionObject } from "../scan";

/** A column of a Parquet object. */
export interface FileColumn {
  /** The name in the object. */
  readonly name: string;
  /** The name and type with which DuckDB reads the column. */
  readonly readName: string;
  readonly type: DuckDBType;
  /** The physical type, such as INT64, INT96 or BYTE_ARRAY. Empty for a nested column. */
  readonly physical: string;
  /** The logical type, such as `TimestampType(…)` or `TIME_MICROS`. */
  readonly annotation: string;
  /** Compressed size of the column's chunks. Bytes. */
  readonly bytes: number;
}

export interface Footer {
  readonly rows: number;
  readonly columns: readonly FileColumn[];
  /** A key for the object's schema. Objects of one shape have the same columns with the same types. */
  readonly shape: string;
  readonly codecs: readonly string[];
}

interface Known {
  readonly modified: number;
  readonly footer: Footer;
}

const objectsPerStatement = 500;

/** The footers of a lake's Parquet objects. Each is read once, and again when the object changes. */
export class Footers {
  private readonly byPath = new Map<string, Known>();
  private readonly byShape = new Map<string, readonly ReadAs[]>();

  constructor(private readonly connection: DuckDBConnection) {}

  /**
   * Reads the footers that are not known yet.
   *
   * @throws TrinoError HIVE_BAD_DATA with the address of an object that is not valid Parquet.
   */
  async load(objects: readonly PartitionObject[]): Promise<void> {
    const unread = objects.filter(({ object }) => this.byPath.get(object.path)?.modified !== object.modified);
    for (let start = 0; start < unread.length; start += objectsPerStatement) {
      const some = unread.slice(start, start + objectsPerStatement);
      try {
        await this.read(some);
      } catch {
        // At least one of these objects is not valid Parquet. Reading each alone shows which one.
        for (const one of some) await this.readAlone(one);
      }
    }
  }

  footerOf({ object }: PartitionObject): Footer {
    return this.byPath.get(object.path)?.footer ?? { rows: 0, columns: [], shape: "", codecs: [] };
  }

  private async readAlone(one: PartitionObject): Promise<void> {
    try {
      await this.read([one]);
    } catch (error) {
      const [why = ""] = (error as Error).message.split("\n");
      const reason = why.replaceAll(one.object.path, one.address);
      throw new TrinoError("HIVE_BAD_DATA", `Malformed Parquet file. ${reason} [${one.address}]`);
    }
  }

  private async read(objects: readonly PartitionObject[]): Promise<void> {
    const files = pathList(objects.map(({ object }) => object));
    const rows = new Map<string, number>();
    const counts = `SELECT file_name, CAST(num_rows AS DOUBLE) FROM parquet_file_metadata(${files})`;
    for (const [path, count] of await this.ask(counts)) rows.set(String(path), Number(count));
    const chunks = await this.chunksOf(files);
    const schemas = await this.schemasOf(files);
    for (const { object } of objects) {
      const { path, modified } = object;
      const schema = schemas.get(path) ?? [];
      const shape = JSON.stringify(schema);
      const read = await this.columnsOf(path, shape);
      const columns = schema.flatMap(({ depth, ...column }) => (depth === 1 ? [column] : []));
      this.byPath.set(path, {
        modified,
        footer: {
          rows: rows.get(path) ?? 0,
          shape,
          codecs: [...new Set(chunks.get(path)?.map(({ codec }) => codec))],
          columns: columns.flatMap((column, index) => {
            const as = read[index];
            const own = chunks.get(path)?.filter(({ name }) => name === column.name) ?? [];
            return as ? [{ ...column, ...as, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) }] : [];
          }),
        },
      });
    }
  }

  private async ask(sql: string) {
    return (await this.connection.runAndReadAll(sql)).getRowsJS();
  }

  /** The compressed size of each column's chunks, and their codecs, by object. Bytes. */
  private async chunksOf(
    files: string,
  ): Promise<Map<string, { name: string; codec: string; bytes: number }[]>> {
    const byPath = new Map<string, { name: string; codec: string; bytes: number }[]>();
    const sql = `SELECT file_name, split_part(path_in_schema, ', ', 1), compression, CAST(sum(total_compressed_size) AS DOUBLE) FROM parquet_metadata(${files}) GROUP BY ALL`;
    for (const [path, name, codec, bytes] of await this.ask(sql)) {
      const own = byPath.get(String(path)) ?? [];
      own.push({ name: String(name), codec: String(codec), bytes: Number(bytes) });
      byPath.set(String(path), own);
    }
    return byPath;
  }

  /** The elements of each object's schema in their order, without the root. Columns have depth 1. */
  private async schemasOf(files: string): Promise<Map<string, SchemaElement[]>> {
    const byPath = new Map<string, SchemaElement[]>();
    const open = new Map<string, number[]>();
    const sql = `SELECT file_name, name, type, num_children, logical_type, converted_type FROM parquet_schema(${files})`;
    for (const [path, name, physical, children, logical, converted] of await this.ask(sql)) {
      const key = String(path);
      const levels = open.get(key) ?? [];
      const own = byPath.get(key) ?? [];
      open.set(key, levels);
      byPath.set(key, own);
      while (levels.at(-1) === 0) levels.pop();
      const depth = levels.length;
      if (depth > 0) levels.push((levels.pop() ?? 0) - 1);
      if (Number(children ?? 0) > 0) levels.push(Number(children));
      if (depth > 0)
        own.push({
          name: String(name),
          physical: String(physical ?? ""),
          annotation: String(logical ?? converted ?? ""),
          depth,
        });
    }
    return byPath;
  }

  /** The names and types that DuckDB gives to the columns of objects of this shape. */
  private async columnsOf(path: string, shape: string): Promise<readonly ReadAs[]> {
    const known = this.byShape.get(shape);
    if (known) return known;
    const files = pathList([{ path }]);
    const reader = await this.connection.runAndReadAll(
      `SELECT * FROM read_parquet(${files}, hive_partitioning = false) LIMIT 0`,
    );
    const types = reader.columnTypes();
    const columns = reader.columnNames().flatMap((readName, index) => {
      const type = types[index];
      return type ? [{ readName, type }] : [];
    });
    this.byShape.set(shape, columns);
    return columns;
  }
}

interface ReadAs {
  readonly readName: string;
  readonly type: DuckDBType;
}

interface SchemaElement {
  readonly name: string;
  readonly physical: string;
  readonly annotation: string;
  readonly depth: number;
}

import {
  BIGINT,
  BOOLEAN,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBTableFunction,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { encodeError, TrinoError } from "../trino/types/errors";

const functionName = "lake_rows";

/** Number of rows in one of DuckDB's data chunks. */
const rowsAtOnce = 2048;

/** Rows that JavaScript produces for a statement. */
export interface RowSource {
  readonly columns: readonly { readonly name: string; readonly type: DuckDBType }[];
  rows(): Iterable<readonly DuckDBValue[]>;
}

/** Passes rows from JavaScript to DuckDB, one chunk at a time, while DuckDB reads them. */
export class RowSources {
  private readonly sources = new Map<bigint, RowSource>();
  private last = 0n;

  constructor(connection: DuckDBConnection) {
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: functionName,
        parameterTypes: [BIGINT],
        bindFunction: (info) => {
          const source = this.sources.get(BigInt(String(info.getParameter(0))));
          if (!source) throw new Error("a statement reads rows that are gone");
          // DuckDB requires at least one column.
          if (source.columns.length === 0) info.addResultColumn("one", BOOLEAN);
          for (const { name, type } of source.columns) info.addResultColumn(name, type);
          info.setBindData({ source });
        },
        initFunction: (info) => {
          const { source } = info.bindData as { source: RowSource };
          info.setInitData({ rows: source.rows()[Symbol.iterator](), width: source.columns.length });
        },
        mainFunction: (info, output) => {
          const { rows, width } = info.initData as {
            rows: Iterator<readonly DuckDBValue[]>;
            width: number;
          };
          try {
            fill(output, rows, width);
          } catch (error) {
            throw error instanceof TrinoError ? new Error(encodeError(error.code, error.sentence)) : error;
          }
        },
      }),
    );
  }

  /** Returns the FROM item that reads a source. Call `release` when the statement has ended. */
  add(source: RowSource): { readonly sql: string; release(): void } {
    const id = ++this.last;
    this.sources.set(id, source);
    return { sql: `${functionName}(${id})`, release: () => this.sources.delete(id) };
  }
}

function fill(output: DuckDBDataChunk, rows: Iterator<readonly DuckDBValue[]>, width: number): void {
  const chunk: (readonly DuckDBValue[])[] = [];
  while (chunk.length < rowsAtOnce) {
    const next = rows.next();
    if (next.done) break;
    chunk.push(next.value);
  }
  output.rowCount = chunk.length;
  if (chunk.length === 0) return;
  if (width === 0) {
    const vector = output.getColumnVector(0);
    for (let row = 0; row < chunk.length; row++) vector.setItem(row, true);
    vector.flush();
    return;
  }
  for (let column = 0; column < width; column++) {
    const vector = output.getColumnVector(column);
    for (let row = 0; row < chunk.length; row++) vector.setItem(row, chunk[row]?.[column] ?? null);
    vector.flush();
  }
}

import type { DuckDBValue } from "@duckdb/node-api";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { encoder } from "../trino/functions/javascript/values";
import { duckdbType } from "../trino/types/duckdb";
import { objectReader } from "./rows/read";
import { type PartitionObject, type ReadColumn, unstoredValueOf } from "./scan";
import type { RowSource } from "./table-function";

/** The rows of a table that consists of text objects. */
export function textRows(
  table: GlueTable,
  columns: readonly ReadColumn[],
  objects: readonly PartitionObject[],
): RowSource {
  const data = columns.filter((column) => column.origin === "object");
  const read = objectReader(table, data);
  const encoders = columns.map(({ type }) => encoder(type));
  return {
    columns: columns.map(({ as, type }) => ({ name: as, type: duckdbType(type) })),
    *rows() {
      for (const from of objects) {
        const constants = columns.map((column, index) =>
          column.origin === "object" ? null : (encoders[index]?.(unstoredValueOf(column, from)) ?? null),
        );
        for (const values of read(from.object, from.address)) {
          let next = 0;
          yield columns.map(
            (column, index): DuckDBValue =>
              column.origin === "object"
                ? (encoders[index]?.(values[next++] ?? null) ?? null)
                : (constants[index] ?? null),
          );
        }
      }
    },
  };
}

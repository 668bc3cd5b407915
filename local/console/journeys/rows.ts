import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quoteName, quoteText } from "@streaming-data-lake/lake/quote";
import { recordConverter } from "@streaming-data-lake/runner/firehose/convert";
import type { ConversionDatabase } from "@streaming-data-lake/runner/firehose/database";
import { rowsSource } from "@streaming-data-lake/runner/firehose/parquet-buffer";
import type { GlueTable, RecordConversion } from "@streaming-data-lake/terraform/types";

/** The value of each column as text; null for NULL. */
export type FoundRow = readonly (readonly [column: string, value: string | null])[];

/** Finds the row that a record has become in a Parquet object. */
export class RowFinder {
  private serial = 0;

  /** @param folder Folder for the temporary files with which rows are compared. */
  constructor(
    private readonly database: ConversionDatabase,
    private readonly folder: string,
  ) {}

  /** @returns undefined when the object does not contain the row. */
  async find(
    path: string,
    table: GlueTable,
    conversion: RecordConversion,
    data: Buffer,
  ): Promise<FoundRow | undefined> {
    const [row] = recordConverter(table.columns, conversion)(data.toString("utf8"));
    if (!row) return undefined;
    const text = JSON.stringify(row);
    const file = join(this.folder, `${process.pid}-${++this.serial}.json`);
    await writeFile(file, `${text}\n`);
    try {
      const names = table.columns.map(({ name }) => quoteName(name));
      const same = names.map((name) => `o.${name} IS NOT DISTINCT FROM r.${name}`).join(" AND ");
      const values = names.map((name) => `CAST(o.${name} AS VARCHAR)`).join(", ");
      const [found] = await this.database.run(
        `SELECT ${values} FROM read_parquet(${quoteText(path)}, hive_partitioning = false) AS o, (${rowsSource(file, 4 * text.length, table)}) AS r WHERE ${same} LIMIT 1`,
      );
      return (
        found && table.columns.map(({ name }, at) => [name, (found[at] ?? null) as string | null] as const)
      );
    } finally {
      await rm(file, { force: true });
    }
  }
}

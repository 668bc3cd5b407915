import { asFolder, partitionName } from "../../catalog/partition-names";
import { locationFolder } from "../../reading/objects";
import { type BucketNames, checkLocation } from "../../statements/context";
import type { BoundQuery } from "../../trino/bind/tree";
import type { Unload } from "../../trino/parse/ast";
import { errorAt } from "../../trino/types/errors";
import { namedFormat, type WriteFormat } from "../../writing/formats";
import { publishObjects, stage } from "../../writing/write";
import type { Destination } from "./insert";
import { checkEmpty, checkKeys, type NewColumn, newColumns } from "./new-objects";
import { type Allowed, readProperties, textProperty, textsProperty } from "./properties";

const allowed: Allowed = {
  format: "text",
  compression: "text",
  compression_level: "number",
  field_delimiter: "text",
  partitioned_by: "texts",
};

/** What an UNLOAD statement writes, and where. */
export interface Unloading {
  readonly columns: readonly NewColumn[];
  readonly keys: readonly string[];
  readonly format: WriteFormat;
  readonly location: string;
}

/** https://docs.aws.amazon.com/athena/latest/ug/unload.html */
export function unloading(
  statement: Unload,
  query: BoundQuery,
  context: { readonly lakeFolder: string; readonly buckets?: BucketNames },
): Unloading {
  const columns = newColumns(
    query.outputs,
    query.outputs.map(({ name }) => name),
    statement,
  );
  const properties = readProperties(statement.properties, allowed);
  const keys = textsProperty(properties, "partitioned_by").map((key) => key.toLowerCase());
  checkKeys(columns, keys);
  const name = textProperty(properties, "format");
  if (name === undefined)
    throw errorAt(
      statement,
      "INVALID_TABLE_PROPERTY",
      "UNLOAD needs the property format: WITH (format = 'PARQUET')",
    );
  const compression = textProperty(properties, "compression");
  const delimiter = textProperty(properties, "field_delimiter");
  const format = namedFormat(name, {
    ...(compression !== undefined && { compression }),
    ...(delimiter !== undefined && { delimiter }),
  });
  const location = asFolder(statement.location.value);
  checkLocation(location, context);
  checkEmpty(location, context.lakeFolder, "UNLOAD");
  return { columns, keys, format, location };
}

/** @returns The number of rows. */
export async function unloadRows(
  { columns, keys, format, location }: Unloading,
  query: BoundQuery,
  sql: string,
  { connection, lakeFolder, executionId }: Omit<Destination, "catalog"> & { readonly executionId: string },
): Promise<number> {
  const rows = { sql, outputs: query.outputs, columns, keys: keys.length, format, executionId };
  const staged = await stage(connection, rows, lakeFolder);
  try {
    // Another statement may have written to the location in the meantime.
    checkEmpty(location, lakeFolder, "UNLOAD");
    const table = { partitionKeys: keys.map((name) => ({ name, type: "string" })) };
    for (const { values, files } of staged.partitions) {
      const to = keys.length === 0 ? location : `${location}${partitionName(table, values)}/`;
      await publishObjects(files, locationFolder(to, lakeFolder, "UNLOAD"));
    }
    return staged.rows;
  } finally {
    await staged.remove();
  }
}

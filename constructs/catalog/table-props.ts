import { decisive, list, object, optional, type Shapes, text } from "../core/shape";
import { partitionShape, type TablePartition } from "./partition";
import { formatShape, type StorageFormat } from "./storage-format";

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
export interface Column {
  /** Name of the column: 1-255 lower-case letters, digits and underscores. */
  readonly name: string;
  /** Hive type, such as `string`, `double` or `timestamp`: https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
  readonly type: string;
  /** Comment on the column, up to 255 characters. @default - none */
  readonly comment?: string;
}

export interface TableProps {
  readonly columns: readonly Column[];
  /** Partitions, in the order of the folders `<name>=<value>/` below the prefix. @default - none */
  readonly partitions?: readonly TablePartition[];
  /** Format of the table's objects. @default "parquet" */
  readonly format?: StorageFormat;
  /** Folder of the objects in the lake's bucket. Other tables must not use it. @default - `processed/<name>/` */
  readonly prefix?: string;
  /** Description of the table, 1-2048 characters. @default - none */
  readonly description?: string;
}

export const tableShapes: Shapes<TableProps> = {
  columns: list(object<Column>({ name: text, type: text, comment: optional(text) })),
  partitions: decisive(list(partitionShape)),
  format: decisive(formatShape),
  prefix: optional(text),
  description: optional(text),
};

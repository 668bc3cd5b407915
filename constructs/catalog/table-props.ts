import { decisive, list, object, optional, type Shapes, text } from "../core/shape";
import { partitionShape, type TablePartition } from "./partition";
import { formatShape, type StorageFormat } from "./storage-format";

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
export interface Column {
  /** 1-255 lower-case letters, digits and underscores. */
  readonly name: string;
  /** Hive type, such as `string`, `double` or `timestamp`: https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
  readonly type: string;
  /** Up to 255 characters. @default - none */
  readonly comment?: string;
}

export interface TableProps {
  readonly columns: readonly Column[];
  /** Partitions, in the order of the folders `<name>=<value>/` below the prefix. @default - none */
  readonly partitions?: readonly TablePartition[];
  /** @default "parquet" */
  readonly format?: StorageFormat;
  /** Folder of the objects in the lake's bucket, of no other table. @default - `processed/<name>/` */
  readonly prefix?: string;
  /** 1-2048 characters. @default - none */
  readonly description?: string;
}

export const tableShapes: Shapes<TableProps> = {
  columns: list(object<Column>({ name: text, type: text, comment: optional(text) })),
  partitions: decisive(list(partitionShape)),
  format: decisive(formatShape),
  prefix: optional(text),
  description: optional(text),
};

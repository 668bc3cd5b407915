/** Statements of Hive's grammar that Athena accepts. Names are in lower case, as in the catalog. */

export interface HiveTableName {
  readonly database?: string;
  readonly table: string;
}

export interface HiveColumn {
  readonly name: string;
  /** A Hive type in Glue's form, such as `struct<x:int,y:array<string>>`. */
  readonly type: string;
  readonly comment?: string;
}

export type Properties = Readonly<Record<string, string>>;

/** Values of partition keys. An unquoted number or date is given as its text. */
export type PartitionSpec = readonly { readonly key: string; readonly value: string }[];

/** Conditions on partition keys in DROP PARTITION. */
export type PartitionConditions = readonly {
  readonly key: string;
  readonly operator: "=" | "<>" | "<" | "<=" | ">" | ">=";
  readonly value: string;
}[];

export type RowFormat =
  | { readonly kind: "serde"; readonly library: string; readonly properties: Properties }
  | { readonly kind: "delimited"; readonly properties: Properties };

export type StoredAs =
  | { readonly kind: "format"; readonly name: string }
  | { readonly kind: "classes"; readonly input: string; readonly output: string };

export interface CreateHiveTable {
  readonly kind: "CreateTable";
  readonly name: HiveTableName;
  readonly ifNotExists: boolean;
  readonly columns: readonly HiveColumn[];
  readonly comment?: string;
  readonly partitionKeys: readonly HiveColumn[];
  readonly buckets?: { readonly columns: readonly string[]; readonly count: number };
  readonly rowFormat?: RowFormat;
  readonly storedAs?: StoredAs;
  readonly location?: string;
  readonly properties: Properties;
}

export type AlterTable = {
  readonly kind: "AlterTable";
  readonly name: HiveTableName;
} & (
  | {
      readonly action: "add partitions";
      readonly ifNotExists: boolean;
      readonly partitions: readonly { readonly spec: PartitionSpec; readonly location?: string }[];
    }
  | {
      readonly action: "drop partitions";
      readonly ifExists: boolean;
      readonly filters: readonly PartitionConditions[];
    }
  | { readonly action: "rename partition"; readonly from: PartitionSpec; readonly to: PartitionSpec }
  | { readonly action: "add columns" | "replace columns"; readonly columns: readonly HiveColumn[] }
  | {
      readonly action: "change column";
      readonly from: string;
      readonly to: HiveColumn;
      readonly place?: "first" | { readonly after: string };
    }
  | { readonly action: "set location"; readonly location: string; readonly partition?: PartitionSpec }
  | { readonly action: "set properties"; readonly properties: Properties }
);

export type HiveStatement =
  | {
      readonly kind: "CreateDatabase";
      readonly name: string;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly properties: Properties;
    }
  | {
      readonly kind: "DropDatabase";
      readonly name: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | { readonly kind: "AlterDatabase"; readonly name: string; readonly properties: Properties }
  | CreateHiveTable
  | { readonly kind: "DropTable"; readonly name: HiveTableName; readonly ifExists: boolean }
  | AlterTable
  | { readonly kind: "Repair"; readonly name: HiveTableName }
  | { readonly kind: "ShowDatabases"; readonly pattern?: string }
  | { readonly kind: "ShowTables" | "ShowViews"; readonly database?: string; readonly pattern?: string }
  | { readonly kind: "ShowColumns"; readonly name: HiveTableName }
  | { readonly kind: "ShowPartitions"; readonly name: HiveTableName; readonly spec?: PartitionSpec }
  | { readonly kind: "ShowProperties"; readonly name: HiveTableName; readonly key?: string }
  | { readonly kind: "ShowCreateTable"; readonly name: HiveTableName }
  | {
      readonly kind: "Describe";
      readonly name: HiveTableName;
      readonly mode: "plain" | "extended" | "formatted";
      /** The path of a column and its nested fields, such as `body`, `subject`. */
      readonly column?: readonly string[];
      readonly partition?: PartitionSpec;
    };

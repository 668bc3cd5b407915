import type { StorageDescriptor, TableInput } from "@aws-sdk/client-glue";
import type { CatalogEntry } from "@streaming-data-lake/lake/catalog/snapshot";
import type { RegisteredPartition } from "@streaming-data-lake/lake/catalog/state";
import type { GlueColumn, GlueTable } from "@streaming-data-lake/terraform/types";
import { AwsError } from "../../protocol/errors";

export const entityNotFound = (message: string): AwsError => new AwsError("EntityNotFoundException", message);
export const alreadyExists = (message: string): AwsError => new AwsError("AlreadyExistsException", message);
export const invalidInput = (message: string): AwsError => new AwsError("InvalidInputException", message);

/** A table in the form of Glue's API: https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html */
export function describeTable({ table, createTime = 0 }: CatalogEntry, catalogId: string) {
  const { comment, ...parameters } = table.parameters;
  const created = new Date(createTime * 1000);
  return {
    Name: table.name,
    DatabaseName: table.database,
    CatalogId: catalogId,
    ...(comment !== undefined && { Description: comment }),
    Owner: "hadoop",
    CreateTime: created,
    UpdateTime: created,
    Retention: 0,
    StorageDescriptor: storageOf(table),
    PartitionKeys: table.partitionKeys.map(describeColumn),
    TableType: table.tableType ?? "EXTERNAL_TABLE",
    Parameters: parameters,
    ...(table.viewText !== undefined && {
      ViewOriginalText: table.viewText,
      ViewExpandedText: "/* Presto View */",
    }),
    CreatedBy: `arn:aws:iam::${catalogId}:user/local`,
    IsRegisteredWithLakeFormation: false,
    VersionId: "0",
  };
}

function storageOf(table: GlueTable, location = table.location) {
  return {
    Columns: table.columns.map(describeColumn),
    Location: location,
    InputFormat: table.inputFormat,
    OutputFormat: table.outputFormat,
    Compressed: false,
    NumberOfBuckets: table.buckets?.count ?? -1,
    SerdeInfo: {
      SerializationLibrary: table.serializationLibrary,
      Parameters: { ...table.serdeParameters },
    },
    BucketColumns: [...(table.buckets?.columns ?? [])],
    SortColumns: [],
    Parameters: {},
    StoredAsSubDirectories: false,
  };
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
export const describeColumn = ({ name, type, comment }: GlueColumn) => ({
  Name: name,
  Type: type,
  ...(comment !== undefined && { Comment: comment }),
});

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Partition.html */
export function describePartition(
  table: GlueTable,
  { values, location }: RegisteredPartition,
  catalogId: string,
) {
  return {
    Values: [...values],
    DatabaseName: table.database,
    TableName: table.name,
    CreationTime: new Date(0),
    StorageDescriptor: storageOf(table, location),
    Parameters: {},
    CatalogId: catalogId,
  };
}

/** The table that a client's input describes. @throws AwsError InvalidInputException when it is not valid. */
export function describedTable(database: string, input: TableInput | undefined): GlueTable {
  const { Name, StorageDescriptor: storage, PartitionKeys = [], Parameters = {}, TableType } = input ?? {};
  if (Name === undefined || Name === "") throw invalidInput("TableInput.Name is missing");
  if (!/^\w{1,255}$/.test(Name)) throw invalidInput(`${Name} is not a table name that Athena can query`);
  if (Parameters.table_type?.toUpperCase() === "ICEBERG")
    throw invalidInput("Iceberg tables are not supported here");
  return {
    address: "",
    database,
    name: Name.toLowerCase(),
    location: storage?.Location ?? "",
    columns: (storage?.Columns ?? []).map(columnFrom),
    partitionKeys: PartitionKeys.map(columnFrom),
    serializationLibrary: storage?.SerdeInfo?.SerializationLibrary ?? "",
    serdeParameters: storage?.SerdeInfo?.Parameters ?? {},
    parameters: { ...Parameters, ...(input?.Description !== undefined && { comment: input.Description }) },
    ...(storage?.InputFormat !== undefined && { inputFormat: storage.InputFormat }),
    ...(storage?.OutputFormat !== undefined && { outputFormat: storage.OutputFormat }),
    tableType: TableType ?? "EXTERNAL_TABLE",
    ...(input?.ViewOriginalText !== undefined &&
      input.ViewOriginalText !== "" && { viewText: input.ViewOriginalText }),
  };
}

const columnFrom = ({
  Name,
  Type = "string",
  Comment,
}: {
  readonly Name: string | undefined;
  readonly Type?: string | undefined;
  readonly Comment?: string | undefined;
}): GlueColumn => ({
  name: (Name ?? "").toLowerCase(),
  type: Type,
  ...(Comment !== undefined && { comment: Comment }),
});

/**
 * The partition that a client's input describes.
 *
 * @param fallback Makes the location of a partition whose input has none.
 * @throws AwsError InvalidInputException when the number of values is wrong.
 */
export function partitionOf(
  { name, partitionKeys }: GlueTable,
  input:
    | {
        readonly Values?: readonly string[] | undefined;
        readonly StorageDescriptor?: StorageDescriptor | undefined;
      }
    | undefined,
  fallback: (values: readonly string[]) => string,
): RegisteredPartition {
  const values = input?.Values ?? [];
  if (values.length !== partitionKeys.length)
    throw invalidInput(
      `The number of partition keys do not match the number of partition values: ${name} has ${partitionKeys.length}`,
    );
  return { values: [...values], location: input?.StorageDescriptor?.Location ?? fallback(values) };
}

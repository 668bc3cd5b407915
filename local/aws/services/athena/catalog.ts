import type * as Client from "@aws-sdk/client-athena";
import { databaseResources, tableResources } from "@streaming-data-lake/runner/access/glue";
import type { GlueTable } from "@streaming-data-lake/terraform/types";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { describeColumn } from "../glue/tables";
import { pageOf } from "../paging";

const metadataError = (message: string) => new AwsError("MetadataException", message);

/**
 * Athena's operations for the databases and tables of Glue's catalog.
 *
 * https://docs.aws.amazon.com/athena/latest/APIReference/API_TableMetadata.html
 */
export function catalogHandlers({ catalog, stack }: World): Handlers<typeof Client> {
  const dataCatalog = {
    CatalogName: "AwsDataCatalog",
    Type: "GLUE" as const,
    Status: "CREATE_COMPLETE" as const,
  };
  const mayDatabase = (call: HandledCall, database: string) => {
    for (const resource of databaseResources(stack, database)) call.allow("glue:GetDatabase", resource);
  };
  const mayTable = (call: HandledCall, database: string, table: string, action: string) => {
    for (const resource of tableResources(stack, database, table)) call.allow(action, resource);
  };
  const described = (table: GlueTable, createTime?: number) => ({
    Name: table.name,
    CreateTime: new Date((createTime ?? 0) * 1000),
    LastAccessTime: new Date(0),
    TableType: table.tableType ?? "EXTERNAL_TABLE",
    Columns: table.columns.map(describeColumn),
    PartitionKeys: table.partitionKeys.map(describeColumn),
    Parameters: {
      ...table.parameters,
      location: table.location,
      ...(table.inputFormat !== undefined && { inputformat: table.inputFormat }),
      ...(table.outputFormat !== undefined && { outputformat: table.outputFormat }),
      "serde.serialization.lib": table.serializationLibrary,
      ...Object.fromEntries(
        Object.entries(table.serdeParameters).map(([name, value]) => [`serde.param.${name}`, value]),
      ),
    },
  });

  return {
    ListDataCatalogs(_input, call) {
      call.allow("athena:ListDataCatalogs", "*");
      return { DataCatalogsSummary: [dataCatalog] };
    },
    GetDataCatalog({ Name = "" }, call) {
      call.allow("athena:GetDataCatalog", "*");
      if (Name.toLowerCase() !== "awsdatacatalog")
        throw new AwsError("InvalidRequestException", `DataCatalog ${Name} was not found`);
      return {
        DataCatalog: { Name: "AwsDataCatalog", Type: "GLUE", Parameters: { "catalog-id": stack.accountId } },
      };
    },
    async ListDatabases({ NextToken, MaxResults = 50 }, call) {
      mayDatabase(call, "*");
      const snapshot = await catalog.snapshot();
      const { items, ...next } = pageOf(snapshot.databases, NextToken, MaxResults);
      return {
        DatabaseList: items.map((name) => ({ Name: name, ...commentOf(snapshot.database(name)?.comment) })),
        ...next,
      };
    },
    async GetDatabase({ DatabaseName = "" }, call) {
      mayDatabase(call, DatabaseName);
      const database = (await catalog.snapshot()).database(DatabaseName.toLowerCase());
      if (!database) throw metadataError(`Database ${DatabaseName} not found.`);
      return {
        Database: { Name: database.name, ...commentOf(database.comment), Parameters: database.parameters },
      };
    },
    async ListTableMetadata({ DatabaseName = "", Expression, NextToken, MaxResults = 50 }, call) {
      mayTable(call, DatabaseName, "*", "glue:GetTables");
      const snapshot = await catalog.snapshot();
      if (!snapshot.hasDatabase(DatabaseName.toLowerCase()))
        throw metadataError(`Database ${DatabaseName} not found.`);
      const pattern = new RegExp(`^(?:${Expression ?? ".*"})$`, "i");
      const all = snapshot.tables(DatabaseName).filter(({ table }) => pattern.test(table.name));
      const { items, ...next } = pageOf(all, NextToken, MaxResults);
      return {
        TableMetadataList: items.map(({ table, createTime }) => described(table, createTime)),
        ...next,
      };
    },
    async GetTableMetadata({ DatabaseName = "", TableName = "" }, call) {
      mayTable(call, DatabaseName, TableName, "glue:GetTable");
      const entry = (await catalog.snapshot()).find(DatabaseName, TableName);
      if (!entry) throw metadataError(`Table ${TableName} not found in database ${DatabaseName}`);
      return { TableMetadata: described(entry.table, entry.createTime) };
    },
  };
}

const commentOf = (comment: string | undefined) => (comment === undefined ? {} : { Description: comment });

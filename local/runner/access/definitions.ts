import type { Call, Caller } from "@streaming-data-lake/iam";
import type { DefinitionAccess } from "@streaming-data-lake/lake";
import { actionsOn, type Place } from "./calls";
import { databaseResources, tableResources } from "./glue";

/**
 * The calls that Athena makes to Glue for a statement that reads or changes definitions.
 *
 * AWS documents which actions on partitions DROP TABLE and MSCK REPAIR TABLE need. For other statements, all actions that
 * could apply are required.
 *
 * - https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
 * - https://docs.aws.amazon.com/athena/latest/ug/msck-repair-table.html
 */
export function definitionCalls(place: Place, caller: Caller, access: DefinitionAccess): Call[] {
  const on = (resources: readonly string[], actions: readonly string[]) =>
    resources.flatMap((resource) => actionsOn(caller, resource, actions));
  if (access.does === "list databases") return on(databaseResources(place, "*"), ["glue:GetDatabases"]);
  const { database } = access;
  const ofDatabase = databaseResources(place, database);
  const found = on(ofDatabase, ["glue:GetDatabase"]);
  switch (access.does) {
    case "create database":
      return [...found, ...on(ofDatabase, ["glue:CreateDatabase"])];
    case "alter database":
      return [...found, ...on(ofDatabase, ["glue:UpdateDatabase"])];
    case "drop database": {
      const all = [...tableResources(place, database, "*"), functions(place, database)];
      const actions = ["glue:DeleteDatabase", "glue:GetTables", "glue:GetTable", "glue:DeleteTable"];
      return [...found, ...on(all, actions)];
    }
    case "list tables":
      return [...found, ...on(tableResources(place, database, "*"), ["glue:GetTables"])];
    default: {
      const actions = ["glue:GetTable", ...tableActions(access)];
      return [...found, ...on(tableResources(place, database, access.table), actions)];
    }
  }
}

const functions = ({ region, accountId }: Place, database: string) =>
  `arn:aws:glue:${region}:${accountId}:userDefinedFunction/${database}/*`;

function tableActions({
  does,
  isPartitioned = false,
}: Extract<DefinitionAccess, { readonly table: string }>): string[] {
  const reads = ["glue:GetPartitions", "glue:GetPartition"];
  switch (does) {
    case "show table":
      return [];
    case "create table":
      return ["glue:CreateTable"];
    case "alter table":
      return ["glue:UpdateTable"];
    case "drop table":
      return ["glue:DeleteTable", ...(isPartitioned ? [...reads, "glue:DeletePartition"] : [])];
    case "list partitions":
      return reads;
    case "add partitions":
      return [...reads, "glue:BatchCreatePartition", "glue:CreatePartition"];
    case "alter partitions":
      return [...reads, "glue:UpdatePartition"];
    case "drop partitions":
      return [...reads, "glue:BatchDeletePartition", "glue:DeletePartition"];
    case "repair partitions":
      return ["glue:GetPartitions", "glue:BatchCreatePartition"];
  }
}

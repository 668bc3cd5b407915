import type * as Client from "@aws-sdk/client-glue";
import { withRecord, withTable } from "@streaming-data-lake/lake/catalog/catalog";
import { definitionText, type Snapshot, tableKey } from "@streaming-data-lake/lake/catalog/snapshot";
import { tableResources } from "@streaming-data-lake/runner/access/glue";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import { alreadyExists, describedTable, describeTable, entityNotFound } from "./tables";

export function tableHandlers({ catalog, stack }: World): Handlers<typeof Client> {
  const { accountId } = stack;
  const may = (call: HandledCall, database: string, table: string) => {
    for (const resource of tableResources(stack, database, table))
      call.allow(`glue:${call.operation}`, resource);
  };
  const checkDatabase = (snapshot: Snapshot, database: string) => {
    if (!snapshot.hasDatabase(database)) throw entityNotFound(`Database ${database} not found.`);
  };
  const remove = (database: string, table: string) =>
    catalog.change((snapshot) => {
      const { state } = snapshot;
      checkDatabase(snapshot, database);
      if (!snapshot.find(database, table)) throw entityNotFound(`Table ${table} not found.`);
      const record = snapshot.ofStack(database, table)
        ? { dropped: true as const, partitions: [] }
        : undefined;
      return { state: withRecord(state, tableKey(database, table), record), result: undefined };
    });

  return {
    async GetTables({ DatabaseName = "", Expression, NextToken, MaxResults = 100 }, call) {
      may(call, DatabaseName, "*");
      const snapshot = await catalog.snapshot();
      const database = DatabaseName.toLowerCase();
      checkDatabase(snapshot, database);
      const pattern = new RegExp(`^(?:${Expression ?? ".*"})$`, "i");
      const all = snapshot
        .tables(database)
        .filter(({ table }) => pattern.test(table.name))
        .sort((a, b) => (a.table.name < b.table.name ? -1 : 1));
      const { items, ...next } = pageOf(all, NextToken, MaxResults, "InvalidInputException");
      return { TableList: items.map((entry) => describeTable(entry, accountId)), ...next };
    },

    async GetTable({ DatabaseName = "", Name = "" }, call) {
      may(call, DatabaseName, Name);
      const snapshot = await catalog.snapshot();
      checkDatabase(snapshot, DatabaseName.toLowerCase());
      const entry = snapshot.find(DatabaseName, Name);
      if (!entry) throw entityNotFound(`Entity Not Found`);
      return { Table: describeTable(entry, accountId) };
    },

    async GetTableVersions({ DatabaseName = "", TableName = "" }, call) {
      may(call, DatabaseName, TableName);
      const entry = (await catalog.snapshot()).find(DatabaseName, TableName);
      if (!entry) throw entityNotFound("Entity Not Found");
      return { TableVersions: [{ Table: describeTable(entry, accountId), VersionId: "0" }] };
    },

    async CreateTable({ DatabaseName = "", TableInput }, call) {
      const database = DatabaseName.toLowerCase();
      const table = describedTable(database, TableInput);
      may(call, database, table.name);
      await catalog.change((snapshot) => {
        checkDatabase(snapshot, database);
        if (snapshot.find(database, table.name)) throw alreadyExists("Table already exists.");
        const inStack = snapshot.ofStack(database, table.name);
        const record = {
          ...(inStack && { stackDefinition: definitionText(inStack) }),
          definition: table,
          partitions: [],
          createTime: Math.floor(Date.now() / 1000),
        };
        return {
          state: withRecord(snapshot.state, tableKey(database, table.name), record),
          result: undefined,
        };
      });
      return {};
    },

    async UpdateTable({ DatabaseName = "", TableInput }, call) {
      const database = DatabaseName.toLowerCase();
      const table = describedTable(database, TableInput);
      may(call, database, table.name);
      await catalog.change((snapshot) => {
        checkDatabase(snapshot, database);
        if (!snapshot.find(database, table.name)) throw entityNotFound(`Table ${table.name} not found.`);
        return { state: withTable(snapshot, database, table.name, { table }), result: undefined };
      });
      return {};
    },

    async DeleteTable({ DatabaseName = "", Name = "" }, call) {
      may(call, DatabaseName, Name);
      await remove(DatabaseName.toLowerCase(), Name.toLowerCase());
      return {};
    },

    async BatchDeleteTable({ DatabaseName = "", TablesToDelete = [] }, call) {
      const Errors: { TableName: string; ErrorDetail: { ErrorCode: string; ErrorMessage: string } }[] = [];
      for (const name of TablesToDelete) {
        may(call, DatabaseName, name);
        try {
          await remove(DatabaseName.toLowerCase(), name.toLowerCase());
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Errors.push({
            TableName: name,
            ErrorDetail: { ErrorCode: error.code, ErrorMessage: error.message },
          });
        }
      }
      return { Errors };
    },
  };
}

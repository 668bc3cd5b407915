import type * as Client from "@aws-sdk/client-glue";
import type { CatalogState, MadeDatabase } from "@streaming-data-lake/lake/catalog/state";
import { without } from "@streaming-data-lake/lake/catalog/state";
import { databaseResources } from "@streaming-data-lake/runner/access/glue";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import { tagsOf } from "../tags";
import { alreadyExists, entityNotFound, invalidInput } from "./tables";

export function databaseHandlers(world: World): Handlers<typeof Client> {
  const { catalog, stack } = world;
  const may = (call: HandledCall, database: string) => {
    for (const resource of databaseResources(stack, database)) call.allow(`glue:${call.operation}`, resource);
  };
  const described = ({ name, comment, location, parameters }: MadeDatabase) => ({
    Name: name,
    ...(comment !== undefined && { Description: comment }),
    ...(location !== undefined && { LocationUri: location }),
    Parameters: { ...parameters },
    CatalogId: stack.accountId,
    CreateTableDefaultPermissions: [],
  });

  return {
    async GetDatabases({ NextToken, MaxResults = 100 }, call) {
      may(call, "*");
      const snapshot = await catalog.snapshot();
      const all = snapshot.databases.flatMap((name) => snapshot.database(name) ?? []);
      const { items, ...next } = pageOf(all, NextToken, MaxResults, "InvalidInputException");
      return { DatabaseList: items.map(described), ...next };
    },

    GetTags({ ResourceArn = "" }, call) {
      call.allow("glue:GetTags", ResourceArn);
      // In the catalog, only databases of the stack have tags.
      return { Tags: { ...tagsOf(world, "aws_glue_catalog_database", "arn", ResourceArn) } };
    },

    async GetDatabase({ Name = "" }, call) {
      may(call, Name);
      const database = (await catalog.snapshot()).database(Name.toLowerCase());
      if (!database) throw entityNotFound(`Database ${Name} not found.`);
      return { Database: described(database) };
    },

    async CreateDatabase({ DatabaseInput }, call) {
      const { Name = "" } = DatabaseInput ?? {};
      const name = Name.toLowerCase();
      may(call, name);
      if (!/^\w{1,255}$/.test(name)) throw invalidInput(`${Name} is not a valid name of a database`);
      await catalog.change((snapshot) => {
        const { state } = snapshot;
        if (snapshot.hasDatabase(name)) throw alreadyExists("Database already exists.");
        return { state: withDatabase(state, name, DatabaseInput), result: undefined };
      });
      return {};
    },

    async UpdateDatabase({ Name = "", DatabaseInput }, call) {
      const name = Name.toLowerCase();
      may(call, name);
      await catalog.change((snapshot) => {
        const { state } = snapshot;
        if (!snapshot.hasDatabase(name)) throw entityNotFound(`Database ${Name} not found.`);
        return { state: withDatabase(state, name, DatabaseInput), result: undefined };
      });
      return {};
    },

    async DeleteDatabase({ Name = "" }, call) {
      const name = Name.toLowerCase();
      may(call, name);
      await catalog.change((snapshot) => {
        const { state } = snapshot;
        if (!snapshot.hasDatabase(name)) throw entityNotFound(`Database ${Name} not found.`);
        if (snapshot.isStackDatabase(name))
          throw invalidInput(
            `${name} is a database of the stack: DROP DATABASE ${name} CASCADE leaves it out here`,
          );
        // As on AWS, its tables are deleted with it.
        const tables = Object.fromEntries(
          Object.entries(state.tables).filter(([key]) => !key.startsWith(`${name}.`)),
        );
        return { state: { ...state, databases: without(state.databases, name), tables }, result: undefined };
      });
      return {};
    },
  };
}

/** The catalog's state with a database as a client's input describes it. */
function withDatabase(
  state: CatalogState,
  name: string,
  { Description, LocationUri, Parameters = {} }: Partial<Client.DatabaseInput> = {},
): CatalogState {
  const database = {
    name,
    ...(Description !== undefined && { comment: Description }),
    ...(LocationUri !== undefined && { location: LocationUri }),
    parameters: Parameters,
  };
  return { ...state, databases: { ...state.databases, [name]: database } };
}

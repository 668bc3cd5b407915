import type * as Client from "@aws-sdk/client-athena";
import { QueryError } from "@streaming-data-lake/lake";
import type { NamedQuery } from "@streaming-data-lake/terraform/types";
import { uuidOf } from "@streaming-data-lake/terraform/uuid";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import type { Executions } from "./executions";
import { invalidRequest, type WorkgroupRules } from "./workgroups";

interface Saved {
  readonly executions: Executions;
  readonly workgroup: (name: string | undefined, call: HandledCall) => WorkgroupRules;
}

/** Operations for the stack's named queries, and for prepared statements of the stack and of clients. */
export function savedHandlers(
  { stack, catalog }: World,
  { executions, workgroup }: Saved,
): Handlers<typeof Client> {
  const named = new Map(stack.namedQueries.map((query) => [idOf(query), query]));
  const queryOf = (id: string | undefined): NamedQuery => {
    const query = named.get(id ?? "");
    if (!query) throw invalidRequest(`NamedQuery ${id} is not found`);
    return query;
  };
  const described = (query: NamedQuery) => ({
    Name: query.name,
    Description: query.description,
    Database: query.database ?? "",
    QueryString: query.sql,
    NamedQueryId: idOf(query),
    WorkGroup: query.workgroup ?? "primary",
  });
  const preparedIn = async (group: string): Promise<ReadonlyMap<string, string>> => {
    const { state } = await catalog.snapshot();
    const made = Object.entries(state.prepared).filter(([key]) => key.startsWith(`${group}/`));
    return new Map([
      ...stack.preparedStatements
        .filter(({ workgroup: own = "primary" }) => own === group)
        .map(({ name, sql }) => [name, sql] as const),
      ...made.map(([key, sql]) => [key.slice(group.length + 1), sql] as const),
    ]);
  };
  const run = async (rules: WorkgroupRules, sql: string) => {
    try {
      await (await executions.lake(rules)).query(sql);
    } catch (error) {
      if (error instanceof QueryError) throw invalidRequest(error.message.split("\n\n")[0] ?? "");
      throw error;
    }
  };

  return {
    ListNamedQueries({ WorkGroup, NextToken, MaxResults = 50 }, call) {
      const { name } = workgroup(WorkGroup, call);
      const ids = [...named].filter(([, query]) => (query.workgroup ?? "primary") === name).map(([id]) => id);
      const { items, ...next } = pageOf(ids, NextToken, MaxResults);
      return { NamedQueryIds: [...items], ...next };
    },
    GetNamedQuery({ NamedQueryId }, call) {
      const query = queryOf(NamedQueryId);
      workgroup(query.workgroup, call);
      return { NamedQuery: described(query) };
    },
    BatchGetNamedQuery({ NamedQueryIds = [] }, call) {
      const found = NamedQueryIds.filter((id) => named.has(id)).map(queryOf);
      for (const query of found) workgroup(query.workgroup, call);
      return {
        NamedQueries: found.map(described),
        UnprocessedNamedQueryIds: NamedQueryIds.filter((id) => !named.has(id)).map((NamedQueryId) => ({
          NamedQueryId,
          ErrorCode: "INVALID_INPUT",
          ErrorMessage: `NamedQuery ${NamedQueryId} is not found`,
        })),
      };
    },
    async ListPreparedStatements({ WorkGroup, NextToken, MaxResults = 50 }, call) {
      const { name } = workgroup(WorkGroup, call);
      const { items, ...next } = pageOf([...(await preparedIn(name)).keys()], NextToken, MaxResults);
      return { PreparedStatements: items.map((StatementName) => ({ StatementName })), ...next };
    },
    async GetPreparedStatement({ StatementName = "", WorkGroup }, call) {
      const { name } = workgroup(WorkGroup, call);
      const all = await preparedIn(name);
      const found = [...all].find(([own]) => own.toLowerCase() === StatementName.toLowerCase());
      if (!found)
        throw new AwsError("ResourceNotFoundException", `PreparedStatement ${StatementName} was not found`);
      return {
        PreparedStatement: { StatementName: found[0], QueryStatement: found[1], WorkGroupName: name },
      };
    },
    async CreatePreparedStatement({ StatementName = "", QueryStatement, WorkGroup }, call) {
      const rules = workgroup(WorkGroup, call);
      checkName(StatementName);
      if ((await preparedIn(rules.name)).has(StatementName))
        throw invalidRequest(`PreparedStatement ${StatementName} already exists in workgroup ${rules.name}`);
      await run(rules, `PREPARE ${StatementName} FROM ${QueryStatement}`);
      return {};
    },
    async UpdatePreparedStatement({ StatementName = "", QueryStatement, WorkGroup }, call) {
      const rules = workgroup(WorkGroup, call);
      checkName(StatementName);
      await run(rules, `PREPARE ${StatementName} FROM ${QueryStatement}`);
      return {};
    },
    async DeletePreparedStatement({ StatementName = "", WorkGroup }, call) {
      const rules = workgroup(WorkGroup, call);
      checkName(StatementName);
      await run(rules, `DEALLOCATE PREPARE ${StatementName}`);
      return {};
    },
  };
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html */
function checkName(name: string): void {
  if (!/^[A-Za-z_][\w@:]{0,255}$/.test(name))
    throw invalidRequest(`${name} is not a valid name of a prepared statement`);
}

/** The id of a named query, which remains the same in every run. */
export function idOf({ address, name }: Pick<NamedQuery, "address" | "name">): string {
  return uuidOf(`${address}/${name}`);
}

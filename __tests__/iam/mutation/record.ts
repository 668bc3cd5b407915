import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { type Call, Usage, type UsedCall } from "../../../local/iam/index";
import { openLake } from "../../../local/lake/index";
import { askAs, workgroupArn } from "../../../local/runner/access/athena";
import { AccessControl, type Authorize } from "../../../local/runner/access/control";
import { type Runner, startRunner } from "../../../local/runner/runner";
import { Schedules } from "../../../local/runner/schedules";
import type { Stack } from "../../../terraform/types";
import { putRecords } from "../../support/put";

export interface Recording {
  readonly calls: readonly Call[];
  /** What the runner told of. */
  readonly troubles: readonly string[];
}

/**
 * Runs a stack and writes down every call in a role's name: records that the function takes, that Firehose can't convert
 * and that are discarded, the schedules' queries, starts of them that are refused, and questions of roles that may ask.
 */
export async function record(stack: Stack, dir: string, records: readonly string[]): Promise<Recording> {
  const usage = new Usage();
  const troubles: string[] = [];
  const onTrouble = (message: string) => troubles.push(message);
  const take = (used: readonly UsedCall[]) => {
    for (const { call, decision, times } of used) usage.add(call, decision, times);
  };

  const quiet = { onAlarm: () => {} };
  const first = await startRunner({ stack, dir, onTrouble, ...quiet });
  try {
    await putRecords(first, records);
    await first.drain();
    await first.flush();
    await runSchedules(stack, first, first.access.authorize, onTrouble);
    await askAsAnalysts(stack, first, take);
    take(first.access.usage.list());
  } finally {
    await first.close();
  }

  // What is denied here is what AWS would log, and is no part of the recording.
  const second = await startRunner({ stack: failing(stack, join(dir, "failing.zip")), dir, ...quiet });
  try {
    await putRecords(second, records.slice(0, 3));
    await second.drain();
    await second.flush(AbortSignal.timeout(500)).catch(() => {});
    await runRefusedSchedules(stack, second, onTrouble, take);
    take(second.access.usage.list().filter(({ decision }) => decision.allowed));
  } finally {
    await second.close();
  }
  return { calls: usage.list().map(({ call }) => call), troubles };
}

/** @throws QueryError for the first that fails. */
export async function runSchedules(
  stack: Stack,
  { dir, lakeFolder }: Runner,
  authorize: Authorize,
  onTrouble: (message: string) => void,
): Promise<void> {
  if (stack.schedules.length > 0) await new Schedules({ stack, authorize, dir, lakeFolder, onTrouble }).run();
}

/** Athena refuses a start, so that it goes to the schedule's queue. */
async function runRefusedSchedules(
  stack: Stack,
  runner: Runner,
  onTrouble: (message: string) => void,
  take: (used: readonly UsedCall[]) => void,
): Promise<void> {
  const refusing = without(stack, "athena:StartQueryExecution");
  const access = new AccessControl({ stack: refusing, onTrouble });
  await runSchedules(refusing, runner, access.authorize, onTrouble).catch(() => {});
  take(access.usage.list().filter(({ decision }) => decision.allowed));
}

/** Roles that people of the account take on ask the tables that they may query. */
async function askAsAnalysts(
  stack: Stack,
  { lakeFolder }: Runner,
  take: (used: readonly UsedCall[]) => void,
): Promise<void> {
  const access = new AccessControl({ stack, onTrouble: () => {} });
  const forPeople = stack.access.roles.filter(({ trust }) =>
    trust.document?.includes("MultiFactorAuthPresent"),
  );
  for (const role of forPeople) {
    access.authorize({
      caller: { root: stack.accountId },
      action: "sts:AssumeRole",
      resource: role.arn,
      context: { "aws:MultiFactorAuthPresent": "true" },
    });
    const lake = await openLake(stack, lakeFolder);
    try {
      const [workgroup = ""] = stack.namedQueries.map((query) => query.workgroup);
      const caller = { roleArn: role.arn, session: "ann" };
      const authorize = askAs(stack, caller, workgroup, access.authorize);
      for (const table of stack.tables) {
        const statement = `SELECT count(*) FROM ${table.database}.${table.name}`;
        // What the role may not read is refused.
        await lake.query(statement, [], { authorize }).catch(() => {});
      }
      for (const action of consoleActions)
        access.authorize({ caller, action, resource: workgroupArn(stack, workgroup) });
    } finally {
      lake.close();
    }
  }
  take(access.usage.list().filter(({ decision }) => decision.allowed));
}

/** What the `aws` command and Athena's console call for saved queries, and to stop one. */
const consoleActions = [
  "athena:GetNamedQuery",
  "athena:GetPreparedStatement",
  "athena:ListNamedQueries",
  "athena:ListPreparedStatements",
  "athena:StopQueryExecution",
];

/** No role may do that any more. */
function without(stack: Stack, action: string): Stack {
  const rolePolicies = stack.access.rolePolicies.map((policy) => ({
    ...policy,
    document: policy.document?.replaceAll(`"${action}"`, '"none:None"'),
  }));
  return { ...stack, access: { ...stack.access, rolePolicies } };
}

/** Its functions throw, and Firehose may not write. */
function failing(whole: Stack, archive: string): Stack {
  const stack = without(whole, "s3:PutObject");
  const code = 'exports.handler = async () => { throw new Error("no"); };';
  writeFileSync(archive, zipSync({ "index.js": Buffer.from(code) }));
  return {
    ...stack,
    functions: stack.functions.map((fn) => ({ ...fn, archive })),
    mappings: stack.mappings.map((mapping) => ({
      ...mapping,
      maximumRetryAttempts: 0,
      bisectBatchOnFunctionError: false,
    })),
  };
}

import { join } from "node:path";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { zipSync } from "fflate";
import { writeFileSync } from "node:fs";
import { type Call, Usage, type UsedCall } from "../../../local/iam/index";
import { openLake, runSchedule } from "../../../local/lake/index";
import { askAs } from "../../../local/runner/access/athena";
import { AccessControl, type Authorize } from "../../../local/runner/access/control";
import { scheduleRoles } from "../../../local/runner/access/schedules";
import { type Runner, startRunner } from "../../../local/runner/runner";
import { kinesisClient } from "../../../local/runner/stream/client";
import type { Stack } from "../../../terraform/types";

export interface Recording {
  readonly calls: readonly Call[];
  /** What the runner told of. */
  readonly troubles: readonly string[];
}

/**
 * Runs a stack and writes down every call in a role's name: records that the function takes, that Firehose can't convert
 * and that are given up, the schedules' queries, starts of them that are refused, and questions of roles that may ask.
 */
export async function record(stack: Stack, dir: string, records: readonly string[]): Promise<Recording> {
  const usage = new Usage();
  const troubles: string[] = [];
  const onTrouble = (message: string) => troubles.push(message);
  const take = (used: readonly UsedCall[]) => {
    for (const { call, decision, times } of used) usage.add(call, decision, times);
  };

  const first = await startRunner({ stack, dir, onTrouble });
  try {
    await put(first, records);
    await first.drain();
    await first.flush();
    await runSchedules(stack, first, first.access.authorize, onTrouble);
    await askAsAnalysts(stack, first);
    take(first.access.usage.list());
  } finally {
    await first.close();
  }

  const failing = withFailingFunctions(stack, join(dir, "failing.zip"));
  const second = await startRunner({ stack: failing, dir, onTrouble });
  try {
    await put(second, records.slice(0, 3));
    await second.drain();
    await second.flush();
    await runRefusedSchedules(stack, second, onTrouble, take);
    take(second.access.usage.list());
  } finally {
    await second.close();
  }
  return { calls: usage.list().map(({ call }) => call), troubles };
}

export async function put(runner: Runner, records: readonly string[]): Promise<void> {
  const client = kinesisClient(runner.endpoint, runner.region);
  const Records = records.map((data, index) => ({ Data: Buffer.from(data), PartitionKey: `${index}` }));
  await client.send(new PutRecordsCommand({ StreamName: runner.streams[0], Records }));
  client.destroy();
}

/** @throws QueryError for the first that fails. */
export async function runSchedules(
  stack: Stack,
  { dir, lakeFolder }: Runner,
  authorize: Authorize,
  onTrouble: (message: string) => void,
): Promise<void> {
  const startAs = scheduleRoles({ stack, authorize, dir, lakeFolder, onTrouble });
  const lake = await openLake(stack, lakeFolder);
  try {
    for (const schedule of stack.schedules) await runSchedule(lake, schedule, new Date(), { startAs });
  } finally {
    lake.close();
  }
}

/** Athena refuses a start, so that it goes to the schedule's queue. */
async function runRefusedSchedules(
  stack: Stack,
  runner: Runner,
  onTrouble: (message: string) => void,
  take: (used: readonly UsedCall[]) => void,
): Promise<void> {
  const rolePolicies = stack.access.rolePolicies.map((policy) => ({
    ...policy,
    document: policy.document?.replaceAll("athena:StartQueryExecution", "athena:CreateWorkGroup"),
  }));
  const refusing = { ...stack, access: { ...stack.access, rolePolicies } };
  const access = new AccessControl({ stack: refusing, onTrouble });
  await runSchedules(refusing, runner, access.authorize, onTrouble).catch(() => {});
  take(access.usage.list().filter(({ decision }) => decision.allowed));
}

/** Roles that people of the account take on ask the tables that they may query. */
async function askAsAnalysts(stack: Stack, { access, lakeFolder }: Runner): Promise<void> {
  const forPeople = stack.access.roles.filter(({ trust }) => trust.document?.includes("MultiFactorAuthPresent"));
  for (const role of forPeople) {
    access.authorize({
      caller: { root: stack.accountId },
      action: "sts:AssumeRole",
      resource: role.arn,
      context: { "aws:MultiFactorAuthPresent": "true" },
    });
    const lake = await openLake(stack, lakeFolder);
    try {
      for (const { sql, workgroup = "" } of stack.namedQueries)
        await lake.query(sql, [], {
          authorize: askAs(stack, { roleArn: role.arn, session: "ann" }, workgroup, access.authorize),
        });
    } finally {
      lake.close();
    }
  }
}

function withFailingFunctions(stack: Stack, archive: string): Stack {
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

import { type Io, UserError } from "@streaming-data-lake/command";
import {
  Authority,
  callerName,
  type Decision,
  readPolicies,
  type UnusedActions,
  Usage,
  type UsedCall,
  unusedActions,
} from "@streaming-data-lake/iam";
import { type CountedCall, readUsage } from "@streaming-data-lake/runner/access/usage-file";
import { findRunner, getJson } from "@streaming-data-lake/runner/runtime-file";
import { openStack } from "@streaming-data-lake/terraform/open-stack";
import { existingFolder } from "../folder";
import { formatTable } from "../output/table";
import { answerOf } from "../running";

/** The flags of `npm run local -- permissions`. */
export interface PermissionsOptions {
  readonly stack?: string;
  readonly dir: string;
  readonly json?: boolean;
}

/**
 * Takes the calls that were made in a folder, decides each by the stack's current policies, and prints the decisions.
 *
 * @throws UserError when nothing has run there.
 */
export async function showPermissions(
  { stack: path, dir, json = false }: PermissionsOptions,
  { stdout, stderr }: Io,
): Promise<number> {
  const folder = existingFolder(dir);
  const { stack } = await openStack({ path, note: (line) => stderr.write(`permissions: ${line}\n`) });
  const calls = [...readUsage(folder), ...(await liveCalls(folder))];
  if (calls.length === 0)
    throw new UserError(
      `no call was made in a role's name in ${folder}: "npm start" runs the pipeline there`,
    );
  const policies = readPolicies(stack);
  const authority = new Authority(stack, policies);
  const usage = new Usage();
  for (const { call, times } of calls) usage.add(call, authority.decide(call), times);
  const used = usage.list();
  const unused = unusedActions(policies, authority, used);
  for (const note of authority.notes) stderr.write(`permissions: ${note}\n`);
  stdout.write(
    json ? `${JSON.stringify(toJson(used, unused), null, 2)}\n` : render(used, unused, stdout.columns ?? 160),
  );
  return 0;
}

/** The calls that a running runner has counted so far. They are not in the folder yet: it writes them when it ends. */
async function liveCalls(folder: string): Promise<readonly CountedCall[]> {
  const runtime = await findRunner(folder);
  if (!runtime || !URL.canParse(String(runtime.status))) return [];
  const status = (await answerOf(runtime, getJson(runtime.status))) as {
    readonly calls?: readonly CountedCall[];
  };
  return status.calls ?? [];
}

function toJson(used: readonly UsedCall[], unused: readonly UnusedActions[]) {
  return {
    calls: used.map(({ call, decision, times }) => ({
      ...call,
      times,
      effect: decision.effect,
      statements: decision.by.map(({ statement }) => statement.label),
      ...(!decision.allowed && { reason: decision.reason }),
    })),
    unused,
  };
}

/** How a call was decided: denied, allowed by which statements, or why it was allowed without a statement. */
function outcome({ allowed, by, reason }: Decision): string {
  if (!allowed) return "DENIED";
  return by.length === 0 ? reason : by.map(({ statement }) => statement.label).join(" and ");
}

function render(used: readonly UsedCall[], unused: readonly UnusedActions[], width: number): string {
  const rows = used.map(({ call, decision, times }) => ({
    role: callerName(call),
    action: call.action,
    resource: call.resource,
    times,
    decision: outcome(decision),
  }));
  const columns = [
    { name: "role", type: "varchar" },
    { name: "action", type: "varchar" },
    { name: "resource", type: "varchar" },
    { name: "times", type: "bigint" },
    { name: "decision", type: "varchar" },
  ];
  const denials = used.filter(({ decision }) => !decision.allowed).map(({ decision }) => decision.reason);
  const lines = [
    formatTable({ columns, rows }, { width }),
    ...new Set(denials.map((reason) => `denied: ${reason}`)),
    ...(unused.length === 0 ? ["every action of every statement was used"] : []),
    ...unused.map(
      ({ statement, actions, isWhole }) =>
        `never used: ${statement}${isWhole ? "" : `, ${actions.join(", ")}`}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

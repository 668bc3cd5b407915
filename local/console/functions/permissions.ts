import type { World } from "@streaming-data-lake/aws";
import { callerName } from "@streaming-data-lake/iam";
import type { PermissionUse } from "../api";

/** The permissions that the stack's roles have asked for in this run, most used first. */
export function permissionsOf({ runner }: World): readonly PermissionUse[] {
  const uses = new Map<string, { -readonly [Name in keyof PermissionUse]: PermissionUse[Name] }>();
  for (const { call, decision, times } of runner.access.usage.list()) {
    const role = callerName(call);
    const { action, resource } = call;
    const key = JSON.stringify([role, action, resource]);
    const use = uses.get(key) ?? { role, action, resource, used: 0, denied: 0 };
    if (decision.allowed) use.used += times;
    else use.denied += times;
    const statement = decision.by.map((match) => match.statement.label).join(" and ");
    if (statement !== "") use.statement = statement;
    uses.set(key, use);
  }
  return [...uses.values()].sort((a, b) => b.used + b.denied - a.used - a.denied);
}

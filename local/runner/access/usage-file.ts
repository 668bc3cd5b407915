import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Call, UsedCall } from "@streaming-data-lake/iam";
import { z } from "zod";
import { replaceFile } from "../files/write";

/** The file that lists the calls that runs in a folder have made in the names of roles. */
const usageName = "permissions.json";

/** A call and the number of times that it was made. */
export interface CountedCall {
  readonly call: Call;
  readonly times: number;
}

export const countedCall = ({ call, times }: UsedCall): CountedCall => ({ call, times });

const context = z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional();

const caller = z.union([
  z.object({
    roleArn: z.string(),
    session: z.string(),
    policies: z.array(z.string()).optional(),
    context,
  }),
  z.object({ service: z.string() }),
  z.object({ root: z.string() }),
]);

const shape = z.object({
  version: z.literal(1),
  calls: z.array(
    z.object({
      call: z.object({
        caller,
        action: z.string(),
        resource: z.string(),
        context,
      }),
      times: z.number(),
    }),
  ),
});

/** @returns no calls when the file does not exist or can't be read, because the counts are only informational. */
export function readUsage(dir: string): readonly CountedCall[] {
  const path = join(dir, usageName);
  if (!existsSync(path)) return [];
  try {
    return shape.parse(JSON.parse(readFileSync(path, "utf8"))).calls;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return [];
    throw error;
  }
}

/** Adds calls to those that earlier runs in the folder have made. */
export function addUsage(dir: string, used: readonly UsedCall[]): void {
  if (used.length === 0) return;
  const counted = new Map<string, CountedCall>();
  for (const { call, times } of [...readUsage(dir), ...used]) {
    const key = JSON.stringify(call);
    counted.set(key, { call, times: (counted.get(key)?.times ?? 0) + times });
  }
  const calls = [...counted.values()];
  replaceFile(join(dir, usageName), `${JSON.stringify({ version: 1, calls }, null, 2)}\n`);
}

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FolderPlan } from "@streaming-data-lake/terraform/open-stack";
import { z } from "zod";
import { replaceFile } from "../files/write";

/** Where the stack of a runner's folder comes from. Paths are absolute. */
const shape = z.object({
  stack: z.string().optional(),
  plan: z.string().optional(),
  state: z.string().optional(),
  /** Folder of the `cdktf.json` of the app that synthesizes the stack. */
  app: z.string().optional(),
});

export type StackSource = z.infer<typeof shape>;

const pathOf = (dir: string): string => join(dir, "stack.json");

const planShape = z.object({ fingerprint: z.string(), json: z.unknown(), notRead: z.array(z.string()) });

const planPathOf = (dir: string): string => join(dir, "plan.json");

/**
 * Saves where the stack comes from, for later commands on the folder. Terraform's plan is saved too, because planning takes
 * seconds.
 */
export function rememberStack(dir: string, source: StackSource, plan?: FolderPlan): void {
  replaceFile(pathOf(dir), `${JSON.stringify(source, null, 2)}\n`);
  const file = planPathOf(dir);
  rmSync(file, { force: true });
  if (!plan) return;
  // A plan contains the values of sensitive variables.
  writeFileSync(file, JSON.stringify(plan), { mode: 0o600 });
}

/** Terraform's saved plan; undefined when there is none, or when it is damaged. */
export function rememberedPlan(dir: string): FolderPlan | undefined {
  return readAs(planShape, planPathOf(dir));
}

/** @returns undefined when no runner has run a stack in the folder. */
export function rememberedStack(dir: string): StackSource | undefined {
  return readAs(shape, pathOf(dir));
}

function readAs<T>(type: z.ZodType<T>, path: string): T | undefined {
  try {
    return type.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../files/write";

/** Where the stack of a runner's folder comes from; paths are absolute. */
const shape = z.object({
  stack: z.string().optional(),
  plan: z.string().optional(),
  state: z.string().optional(),
  /** Folder of the `cdktf.json` whose app makes it. */
  app: z.string().optional(),
});

export type StackSource = z.infer<typeof shape>;

const pathOf = (dir: string): string => join(dir, "stack.json");

/** Keeps it for commands that ask about the folder. */
export function rememberStack(dir: string, source: StackSource): void {
  replaceFile(pathOf(dir), `${JSON.stringify(source, null, 2)}\n`);
}

/** @returns undefined for a folder that no runner has run a stack in. */
export function rememberedStack(dir: string): StackSource | undefined {
  try {
    return shape.parse(JSON.parse(readFileSync(pathOf(dir), "utf8")));
  } catch {
    return undefined;
  }
}

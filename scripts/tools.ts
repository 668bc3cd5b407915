import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "..", "tools");

/** The reason why the tools can't be used; undefined when they can. */
export const noTools = existsSync(join(folder, "node_modules", ".installed-lock.json"))
  ? undefined
  : "the tools are not installed: npm run tools";

/** Path of an installed tool's file. */
export const toolFile = (...names: readonly string[]): string => join(folder, "node_modules", ...names);

/** Runs one of the programs in `tools/` until it ends. @returns What it has printed. */
export function runTool(program: string, args: readonly string[], input = ""): string {
  if (noTools) throw new Error(noTools);
  return execFileSync(process.execPath, [join(folder, program), ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["pipe", "pipe", "inherit"],
  });
}

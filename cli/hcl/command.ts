import { type Action, defineCommand } from "@streaming-data-lake/command";

export function hclCommand(): Action {
  const command = defineCommand("hcl", "npm run hcl", "Writes the stack as HCL, for reading, to hcl.out.");
  return { command, run: async (io) => (await import("./hcl.js")).writeHcl(io) };
}

import { type Action, defineCommand } from "@streaming-data-lake/command";

export function hclCommand(invocation: string): Action {
  const command = defineCommand("hcl", invocation, "Writes the stack as HCL, for reading, to hcl.out.");
  return { command, run: async (io) => (await import("./hcl.js")).writeHcl(io) };
}

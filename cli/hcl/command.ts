import { type Action, defineCommand } from "@streaming-data-lake/command";

export function hclCommand(invocation: string): Action {
  const command = defineCommand(
    "hcl",
    invocation,
    "Writes the stack to hcl.out as HCL, which is easier to read.",
  );
  return { command, run: async (io) => (await import("./hcl.js")).writeHcl(io) };
}

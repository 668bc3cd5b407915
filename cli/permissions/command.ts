import { type Action, defineCommand } from "@streaming-data-lake/command";
import { dirFlag, jsonFlag, stackFlag } from "../flags";
import type { PermissionsOptions } from "./permissions";

export function permissionsCommand(invocation: string): Action {
  const command = defineCommand(
    "permissions",
    invocation,
    "Prints the calls that the pipeline made in the names of its roles, in all runs since the last --reset: how often, which " +
      "statement allowed it, and what no run has used.",
  )
    .addOption(stackFlag())
    .addOption(dirFlag("the runner's folder"))
    .addOption(jsonFlag("print one JSON object"));
  return {
    command,
    run: async (io) =>
      (await import("./permissions.js")).showPermissions(command.opts<PermissionsOptions>(), io),
  };
}

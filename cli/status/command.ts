import { type Action, defineCommand } from "@streaming-data-lake/command";
import { dirFlag, jsonFlag } from "../flags";

export function statusCommand(invocation: string): Action {
  const command = defineCommand("status", invocation, "Shows what the runner is doing.")
    .addOption(dirFlag("the runner's folder"))
    .addOption(jsonFlag("print the status as one JSON object"));
  return {
    command,
    run: async (io) =>
      (await import("./status.js")).showStatus(command.opts<{ dir: string; json?: true }>(), io),
  };
}

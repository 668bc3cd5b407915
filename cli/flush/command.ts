import { type Action, defineCommand } from "@streaming-data-lake/command";
import { dirFlag } from "../flags";

export function flushCommand(invocation: string): Action {
  const command = defineCommand(
    "flush",
    invocation,
    "Makes the runner write the buffers of its delivery streams now.",
  ).addOption(dirFlag("the runner's folder"));
  return {
    command,
    run: async (io) => (await import("./flush.js")).flush(command.opts<{ dir: string }>(), io),
  };
}

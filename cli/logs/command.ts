import { type Action, defineCommand, flag } from "@streaming-data-lake/command";
import { dirFlag } from "../flags";

export function logsCommand(invocation: string): Action {
  const command = defineCommand(
    "logs",
    invocation,
    "Prints what functions have logged, with Lambda's START, END and REPORT lines.",
  )
    .argument("[function]", "name of a function (default: all)")
    .addOption(dirFlag("the runner's folder"))
    .addOption(flag("-f, --follow", "keep printing what is logged, until Ctrl-C"));
  return {
    command,
    run: async (io) => {
      const [name] = command.args;
      const flags = command.opts<{ dir: string; follow?: true }>();
      return (await import("./logs.js")).showLogs({ ...flags, ...(name !== undefined && { name }) }, io);
    },
  };
}

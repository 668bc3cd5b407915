import { type Action, defineCommand } from "@streaming-data-lake/command";

export function destroyCommand(invocation: string): Action {
  const command = defineCommand(
    "destroy",
    invocation,
    "Deletes the stack from AWS, as cdktf destroy does, and says what becomes of the data.",
  )
    .argument("[flags...]", "flags of cdktf destroy, such as --auto-approve")
    .allowExcessArguments()
    .allowUnknownOption();
  return { command, run: async (io) => (await import("./destroy.js")).destroy(command.args, io) };
}

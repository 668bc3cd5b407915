import { join } from "node:path";
import { type Action, defineCommand, oneOf } from "@streaming-data-lake/command";
import { scriptFor, shells } from "./scripts";

export function completionCommand(invocation: string): Action {
  const command = defineCommand(
    "completion",
    invocation,
    "Prints what completes these commands at Tab in bash, zsh or fish: add it to the shell's start-up file.",
  ).argument("<shell>", shells.join(", "));
  return {
    command,
    run: async ({ stdout }) => {
      const shell = oneOf(shells)("the shell", command.args[0] ?? "");
      stdout.write(scriptFor(shell, join(__dirname, "../..")));
      return 0;
    },
  };
}

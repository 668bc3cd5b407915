import { type Action, defineCommand } from "@streaming-data-lake/command";
import { dirFlag, jsonFlag } from "../flags";

export function deadLettersCommand(invocation: string): Action {
  const command = defineCommand(
    "dead-letters",
    invocation,
    "Lists what was discarded: batches of event source mappings, and queries that schedules could not start, each with the " +
      "reason.",
  )
    .addOption(dirFlag("the runner's folder"))
    .addOption(jsonFlag("print the documents, one a line"));
  return {
    command,
    run: async (io) =>
      (await import("./dead-letters.js")).showDeadLetters(command.opts<{ dir: string; json?: true }>(), io),
  };
}

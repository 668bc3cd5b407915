import { type Action, defineCommand, flag, wholeNumber } from "@streaming-data-lake/command";
import { dirFlag, iamFlag, jsonFlag } from "../flags";
import type { StartOptions } from "./start";

export function startCommand(invocation: string): Action {
  const command = defineCommand(
    "start",
    invocation,
    "Runs the whole pipeline on this machine, from the stack that would be deployed: sends simulated readings to an " +
      "embedded Kinesis, processes them with the Lambda function's own archive, delivers them to a lake of files as " +
      "the Firehose stream says, and runs the lab's three queries in SQL. It needs no account and costs nothing.",
  )
    .addOption(
      flag("--count <n>", "readings to send, 1 to 1,000,000", wholeNumber(1, 1_000_000)).default(100),
    )
    .addOption(dirFlag("folder for everything that it writes; an existing lake is added to"))
    .addOption(
      flag("--open", "keep it running until Ctrl-C, and open its console in the browser").conflicts("json"),
    )
    .addOption(iamFlag())
    .addOption(jsonFlag("print one JSON object instead of the report"));
  return {
    command,
    run: async (io) => (await import("./start.js")).start(command.opts<StartOptions>(), io),
  };
}

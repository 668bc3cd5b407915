import { type Action, defineCommand, flag, wholeNumber } from "@streaming-data-lake/command";
import { dirFlag, iamFlag, jsonFlag } from "../flags";
import type { StartOptions } from "./start";

export function startCommand(invocation: string): Action {
  const command = defineCommand(
    "start",
    invocation,
    "Runs the whole pipeline on this machine, from the stack that would be deployed: sends simulated readings to an " +
      "embedded Kinesis, processes them with the Lambda function's own archive, delivers them to a lake of files as " +
      "the Firehose stream says, and asks the lake the lab's three questions in SQL. It needs no account and costs nothing.",
  )
    .addOption(
      flag("--count <n>", "readings to send, 1 to 1,000,000", wholeNumber(1, 1_000_000)).default(100),
    )
    .addOption(dirFlag("folder of everything that it writes; a lake that is there grows"))
    .addOption(
      flag("--open", "then keep it running, and open its console in the browser, until Ctrl-C").conflicts(
        "json",
      ),
    )
    .addOption(iamFlag())
    .addOption(jsonFlag("print one JSON object instead of the report"));
  return {
    command,
    run: async (io) => (await import("./start.js")).start(command.opts<StartOptions>(), io),
  };
}

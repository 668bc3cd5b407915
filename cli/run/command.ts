import { type Action, defineCommand, flag, UsageError, url, wholeNumber } from "@streaming-data-lake/command";
import { dirFlag, jsonFlag, planFlag, stackFlag, stateFlag } from "../flags";
import type { RunOptions } from "./run";

export function runCommand(): Action {
  const command = defineCommand(
    "run",
    "npm run local --",
    "Runs a synthesized stack on this machine until Ctrl-C: Kinesis, its Lambda functions, its Firehose deliveries. " +
      "Then it processes and delivers what is left, and sums up.",
  )
    .addOption(stackFlag())
    .addOption(planFlag())
    .addOption(stateFlag())
    .addOption(dirFlag("folder of everything that the runner keeps: lake, stream, checkpoints, logs"))
    .addOption(
      flag("--port <n>", "port of Kinesis on 127.0.0.1 (default: a free one)", wholeNumber(0, 65_535)),
    )
    .addOption(
      flag("--kinesis-endpoint <url>", "use a Kinesis that already runs", (name, text) => {
        const { origin, pathname } = url("http:")(name, text);
        if (pathname !== "/") throw new UsageError(`${name} is "${text}"; it must be a URL without a path`);
        return origin;
      }),
    )
    .addOption(flag("--enforce-limits", "throttle each shard as AWS does: 1,000 records and 1 MB a second"))
    .addOption(
      flag(
        "--watch",
        "take up a changed source, archive or cdktf.json; what was acknowledged stays acknowledged",
      ),
    )
    .addOption(flag("--reset", "begin afresh: delete what --dir holds (asks first on a terminal)"))
    .addOption(jsonFlag("print the summary as one JSON object"))
    .addHelpText(
      "after",
      "\nOther commands, as in npm run local -- status: status, flush, logs, dead-letters, rollup, query, cost, start, hcl, destroy." +
        "\nExit code: 0 when all is well, 1 for an error or counts that do not add up, 2 for a mistake in the command line.",
    );
  return {
    command,
    run: async () => (await import("./run.js")).run(command.opts<RunOptions>()),
  };
}

import {
  type Action,
  defineCommand,
  endHelpWith,
  flag,
  type Reader,
  UsageError,
  url,
  wholeNumber,
} from "@streaming-data-lake/command";
import { dirFlag, iamFlag, jsonFlag, planFlag, stackFlag, stateFlag } from "../flags";
import { defaultAwsPort, defaultConsolePort } from "./default-ports";
import type { RunOptions, SimulatorFor } from "./run";

/** Reads a URL that has no path. */
const origin =
  (...protocols: readonly string[]): Reader<string> =>
  (name, text) => {
    const { origin, pathname } = url(...protocols)(name, text);
    if (pathname !== "/") throw new UsageError(`${name} is "${text}"; it must be a URL without a path`);
    return origin;
  };

/**
 * @param simulatorFor Finds a simulator of a stack's producers, which the console can start. @default - no simulator
 */
export function runCommand(
  invocation: string,
  others: readonly string[],
  simulatorFor?: SimulatorFor,
): Action {
  const command = defineCommand(
    "run",
    invocation,
    "Runs a synthesized stack on this machine until Ctrl-C: its Kinesis streams, Lambda functions and Firehose streams. " +
      "Then it processes and delivers what is left, and prints a summary.",
  )
    .addOption(stackFlag())
    .addOption(planFlag())
    .addOption(stateFlag())
    .addOption(dirFlag("folder for everything that the runner keeps: lake, stream, checkpoints, logs"))
    .addOption(
      flag("--port <n>", "port of Kinesis on 127.0.0.1 (default: a free one)", wholeNumber(0, 65_535)),
    )
    .addOption(
      flag(
        "--aws-port <n>",
        `port of AWS's API on 127.0.0.1, for the aws command, boto3 and other clients (default: ${defaultAwsPort}, or a free ` +
          "one where that is in use)",
        wholeNumber(0, 65_535),
      ),
    )
    .addOption(
      flag(
        "--fallback-endpoint <url>",
        "forward AWS requests that are not supported here, for instance to moto or LocalStack",
        origin("http:", "https:"),
      ),
    )
    .addOption(
      flag(
        "--console-port <n>",
        `port of the console on 127.0.0.1, a page that shows what runs (default: ${defaultConsolePort}, or a free one where ` +
          "that is in use)",
        wholeNumber(0, 65_535),
      ),
    )
    .addOption(flag("--no-console", "serve no page").conflicts("consolePort"))
    .addOption(
      flag("--kinesis-endpoint <url>", "use a Kinesis that already runs", origin("http:")).conflicts([
        "port",
        "enforceLimits",
      ]),
    )
    .addOption(flag("--enforce-limits", "throttle each shard as AWS does: 1,000 records and 1 MiB a second"))
    .addOption(
      flag("--watch", "reload when a source, archive or cdktf.json changes; no acknowledged record is lost"),
    )
    .addOption(iamFlag())
    .addOption(flag("--reset", "start over: delete what --dir holds (asks first on a terminal)"))
    .addOption(jsonFlag("print the summary as one JSON object"));
  endHelpWith(
    command,
    `Other commands, as in ${invocation} ${others[0]}: ${others.join(", ")}.\n` +
      "Exit code: 0 when all is well, 1 for an error or counts that do not add up, 2 for a mistake in the command line.",
  );
  return {
    command,
    run: async () => (await import("./run.js")).run(command.opts<RunOptions>(), simulatorFor),
  };
}

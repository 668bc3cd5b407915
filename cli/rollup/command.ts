import {
  type Action,
  defineCommand,
  type Reader,
  repeatedFlag,
  UsageError,
} from "@streaming-data-lake/command";
import { dirFlag, iamFlag, jsonFlag, stackFlag } from "../flags";
import type { RollupFlags } from "./rollup";

const hour: Reader<Date> = (name, text) => {
  const [, start] = /^(\d{4}-\d{2}-\d{2}T\d{2})(?::00(?::00)?)?Z?$/.exec(text) ?? [];
  const time = new Date(`${start}:00:00Z`);
  if (Number.isNaN(time.getTime()))
    throw new UsageError(`${name} is "${text}"; it must be an hour (UTC) such as 2024-01-15T10`);
  return time;
};

export function rollupCommand(invocation: string): Action {
  const command = defineCommand(
    "rollup",
    invocation,
    "Runs the stack's scheduled queries over the lake by hand. If a runner is running, it runs them, with its own stack " +
      "and its own --iam, unless --stack names a stack.",
  )
    .addOption(stackFlag())
    .addOption(dirFlag("the runner's folder"))
    .addOption(
      repeatedFlag(
        "--hour <hour>",
        "run for this hour (UTC), such as 2024-01-15T10, and replace what an earlier run for it wrote " +
          "(default: the time of the schedule's last run)",
        hour,
      ),
    )
    .addOption(iamFlag())
    .addOption(jsonFlag("print the runs as one JSON array"));
  return {
    command,
    run: async (io) => (await import("./rollup.js")).showRollup(command.opts<RollupFlags>(), io),
  };
}

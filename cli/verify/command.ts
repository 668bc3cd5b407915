import {
  type Action,
  defineCommand,
  endHelpWith,
  flag,
  UsageError,
  wholeNumber,
} from "@streaming-data-lake/command";
import { dirFlag, jsonFlag, stackFlag } from "../flags";
import type { VerifyOptions } from "./verify";

export function verifyCommand(invocation: string): Action {
  const command = defineCommand(
    "verify",
    invocation,
    "Proves that the pipeline works where it runs: sends marked readings, some of them wrong on purpose, and checks " +
      "from outside what became of each. On this machine it uses the runner that is running in --dir, or starts one.",
  )
    .addOption(
      flag("--aws", "on AWS, by AWS's own APIs, with the usual AWS credentials; takes minutes").conflicts(
        "dir",
      ),
    )
    .addOption(flag("--count <n>", "readings to send", wholeNumber(1, 100_000)).default(1000))
    .addOption(
      flag(
        "--wrong <n>",
        "how many of them are wrong on purpose; two or more set off the alarm failed-conversions (default: 8, or all of " +
          "fewer)",
        wholeNumber(0, 100_000),
      ),
    )
    .addOption(
      flag(
        "--wait <seconds>",
        "how long to look for them (default: twice the delivery's buffer, plus ten minutes)",
        wholeNumber(0, 86_400),
      ),
    )
    .addOption(stackFlag())
    .addOption(dirFlag("the local runner's folder"))
    .addOption(jsonFlag("print the checks as one JSON object"));
  endHelpWith(
    command,
    "Exit code: 0 when everything adds up, 1 when it does not, 2 for a mistake in the command line.",
  );
  return {
    command,
    run: async (io) => {
      const options = command.opts<Omit<VerifyOptions, "wrong"> & { readonly wrong?: number }>();
      const { count, wrong = Math.min(8, count) } = options;
      if (wrong > count) throw new UsageError(`--wrong is ${wrong}; it must be --count (${count}) at most`);
      return (await import("./verify.js")).verify({ ...options, wrong }, io);
    },
  };
}

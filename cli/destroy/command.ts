import { type Action, defineCommand, flag, repeatedFlag, wholeNumber } from "@streaming-data-lake/command";

/**
 * Flags of `cdktf destroy`, as `npx cdktf destroy --help` lists them. They are declared here because `cdktf destroy`
 * itself ignores a misspelt flag.
 */
interface Flags {
  readonly autoApprove?: true;
  readonly ignoreMissingStackDependencies?: true;
  readonly parallelism?: number;
  readonly terraformParallelism?: number;
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
  /** False with `--no-color`. */
  readonly color: boolean;
}

export function destroyCommand(invocation: string): Action {
  const command = defineCommand(
    "destroy",
    invocation,
    "Deletes the stack from AWS, as cdktf destroy does, and says what happens to the data.",
  )
    .argument("[stacks...]", "ids of stacks, when the app has several")
    .addOption(flag("--auto-approve", "do not ask for approval"))
    .addOption(flag("--ignore-missing-stack-dependencies", "destroy stacks without those that need them"))
    .addOption(flag("--parallelism <n>", "stacks at a time (default: no limit)", wholeNumber(1, 1_000)))
    .addOption(flag("--terraform-parallelism <n>", "Terraform's own -parallelism", wholeNumber(1, 1_000)))
    .addOption(repeatedFlag("--var <name=value>", "a value for one of Terraform's variables"))
    .addOption(repeatedFlag("--var-file <file>", "a file of values for Terraform's variables"))
    .addOption(flag("--no-color", "write plain text"));
  return {
    command,
    run: async (io) =>
      (await import("./destroy.js")).destroy([...command.args, ...flagsOf(command.opts<Flags>())], io),
  };
}

/** The flags as arguments of `cdktf destroy`. */
function flagsOf(flags: Flags): string[] {
  const { autoApprove, ignoreMissingStackDependencies, parallelism, terraformParallelism, color } = flags;
  return [
    ...(autoApprove ? ["--auto-approve"] : []),
    ...(ignoreMissingStackDependencies ? ["--ignore-missing-stack-dependencies"] : []),
    ...(parallelism === undefined ? [] : [`--parallelism=${parallelism}`]),
    ...(terraformParallelism === undefined ? [] : [`--terraform-parallelism=${terraformParallelism}`]),
    ...(flags.var ?? []).map((one) => `--var=${one}`),
    ...(flags.varFile ?? []).map((one) => `--var-file=${one}`),
    ...(color ? [] : ["--no-color"]),
  ];
}

import { flag, oneOf } from "@streaming-data-lake/command";

/** The flag for the stack that a command works with. */
export const stackFlag = () =>
  flag(
    "--stack <path>",
    "cdk.tf.json or another Terraform JSON file, a folder with *.tf.json files, or one of HCL, which Terraform plans " +
      "(default: the stack of the app in ./cdktf.json, synthesized if it is older than its sources; without an app, the one in " +
      "./cdktf.out, or ./*.tf.json)",
  );

/** The flag for a plan, which describes a stack as Terraform has evaluated it. */
export const planFlag = () =>
  flag("--plan <file>", "terraform show -json of a plan, instead of a stack").conflicts(["stack", "state"]);
export const stateFlag = () =>
  flag("--state <file>", "a state file, or terraform show -json of a state, instead of a stack").conflicts([
    "stack",
    "plan",
  ]);

export const defaultDir = ".local";

/** The flag for the folder where the local runner keeps everything that it writes. */
export const dirFlag = (description = "folder for everything that the runner writes") =>
  flag("--dir <folder>", description).default(defaultDir);

export const jsonFlag = (description: string) => flag("--json", description);

/** The flag that decides whether the stack's policies are enforced. */
export const iamFlag = () =>
  flag(
    "--iam <mode>",
    "enforce: deny what the stack's policies don't allow, as AWS does; report: allow it and report it",
    oneOf(["enforce", "report"] as const),
  ).default("enforce");

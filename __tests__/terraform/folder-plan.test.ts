import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rememberedPlan, rememberStack } from "../../local/runner/folder/stack-source";
import { firstError } from "../../terraform/inputs/diagnostics";
import { folderFingerprint } from "../../terraform/inputs/terraform";
import { openStack } from "../../terraform/open-stack";
import { temporaryFolder } from "../support/folders";

let folder: string;
const planned = () => ({
  fingerprint: folderFingerprint(folder),
  json: {
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: [
          {
            address: "aws_kinesis_stream.s",
            mode: "managed",
            type: "aws_kinesis_stream",
            values: { name: "s" },
          },
        ],
      },
    },
  },
  notRead: ["something is not known"],
});

beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, "main.tf"), "");
  mkdirSync(join(folder, "module"));
  writeFileSync(join(folder, "module/main.tf"), "");
  // Nothing is planned here: where it would be, there is no Terraform.
  vi.stubEnv("TERRAFORM_BINARY_NAME", "no-terraform-here");
});
afterEach(() => vi.unstubAllEnvs());

describe("what Terraform has planned of a folder of HCL", () => {
  it("is saved in the runner's folder, readable only by its owner, and used while the HCL is unchanged", async () => {
    const dir = temporaryFolder();
    rememberStack(dir, { stack: folder }, planned());
    expect(statSync(join(dir, "plan.json")).mode & 0o777).toBe(0o600);
    vi.stubEnv("TF_VAR_name", "given to one of the commands only");
    const { stack, folderPlan } = await openStack({ path: folder, remembered: rememberedPlan(dir) });
    expect(stack.streams).toMatchObject([{ name: "s" }]);
    expect(stack.unsupported).toEqual(["something is not known"]);
    expect(folderPlan).toEqual(planned());
  });

  it("is deleted when the folder's next stack is not HCL, and is ignored when it is damaged", () => {
    const dir = temporaryFolder();
    rememberStack(dir, { stack: folder }, planned());
    rememberStack(dir, { stack: "cdk.tf.json" });
    expect(rememberedPlan(dir)).toBeUndefined();
    writeFileSync(join(dir, "plan.json"), '{"fingerprint":');
    expect(rememberedPlan(dir)).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ["a file has changed", () => writeFileSync(join(folder, "module/main.tf"), "# more")],
    ["a file was touched", () => utimesSync(join(folder, "main.tf"), 1, 1)],
    ["a file was added", () => writeFileSync(join(folder, "x.auto.tfvars"), "")],
    ["a file was removed", () => rmSync(join(folder, "module"), { recursive: true })],
  ])("is not used any more when %s", async (_, change) => {
    const remembered = planned();
    change();
    await expect(openStack({ path: folder, remembered })).rejects.toThrow(
      "there is no no-terraform-here on the PATH",
    );
  });

  it("is used for its own folder only, which may contain circular links", async () => {
    symlinkSync("..", join(folder, "module/up"));
    const remembered = planned();
    const other = temporaryFolder();
    writeFileSync(join(other, "main.tf"), "");
    await expect(openStack({ path: other, remembered })).rejects.toThrow("PATH");
    expect((await openStack({ path: folder, remembered })).stack.streams).toHaveLength(1);
  });
});

it("an error of Terraform is reported in one line, with its place and detail, and without the source", () => {
  const output = `╷
│ Error: Conflicting configuration arguments
│
│   with aws_kinesis_firehose_delivery_stream.f,
│   on main.tf line 60, in resource "aws_kinesis_firehose_delivery_stream" "f":
│   60: resource "aws_kinesis_firehose_delivery_stream" "f" {
│
│ "server_side_encryption": conflicts with kinesis_source_configuration
╵
`;
  expect(firstError(output)).toBe(
    'Conflicting configuration arguments with aws_kinesis_firehose_delivery_stream.f, on main.tf line 60, in resource "aws_kinesis_firehose_delivery_stream" "f": "server_side_encryption": conflicts with kinesis_source_configuration',
  );
});

it("of several errors of Terraform, the first informative one is reported", () => {
  const output = `│ Error: Terraform encountered problems during initialisation
│
╵
╷
│ Error: Invalid expression
│
│   on main.tf line 1:
│    1: x = 1 +
│     ├────────────────
│     │ var.n is 2
│
│ Expected the start of an expression.
╵
`;
  expect(firstError(output)).toBe(
    "Invalid expression on main.tf line 1: var.n is 2 Expected the start of an expression.",
  );
});

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders";
import { program } from "../support/program";
import { Terraform } from "../support/terraform/terraform";

const root = join(__dirname, "../..");
let terraform: Terraform | string;
const outdir = temporaryFolder();

beforeAll(() => {
  terraform = Terraform.prepare();
}, 120_000);
afterAll(async () => {
  if (typeof terraform !== "string") await terraform?.end();
});

const stackFolder = (name: string, stack: string) => join(outdir, name, "stacks", stack);

describe.each([
  ["simple", "page-views"],
  ["complete", "page-views-complete"],
  ["beside-existing", "page-views-delivery"],
  ["lab", "lab"],
])("examples/%s.ts", (name, stack) => {
  beforeAll(() => {
    execFileSync(process.execPath, program(`examples/${name}.ts`), {
      cwd: root,
      env: { ...process.env, CDKTF_OUTDIR: join(outdir, name) },
    });
  });

  test("is validated and planned by Terraform without a warning", async ({ skip }) => {
    if (typeof terraform === "string") return skip(terraform);
    expect(await terraform.plan(stackFolder(name, stack))).toEqual([]);
  }, 120_000);
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Template } from "../support/template";
import { Terraform } from "../support/terraform";

const root = join(__dirname, "../..");
let terraform: Terraform | string;
let outdir: string;

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), "streaming-data-lake-"));
  terraform = Terraform.prepare();
}, 120_000);

afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
  if (typeof terraform !== "string") terraform?.remove();
});

describe.each([
  ["simple", "page-views"],
  ["complete", "page-views-complete"],
])("examples/%s.ts", (name, stack) => {
  const stackFolder = () => join(outdir, name, "stacks", stack);
  let template: Template;

  beforeAll(() => {
    execFileSync(process.execPath, ["--import", "tsx", `examples/${name}.ts`], {
      cwd: root,
      env: { ...process.env, CDKTF_OUTDIR: join(outdir, name) },
    });
    template = new Template(JSON.parse(readFileSync(join(stackFolder(), "cdk.tf.json"), "utf8")));
  });

  test("is synthesized to what is on record", async () => {
    const { resource, data } = template.document;
    const text = JSON.stringify({ data, resource }, withoutMetadata, 2);
    // The archive's name and hash follow the bundler's version.
    const stable = text
      .replace(/[0-9a-f]{16}(?=\/function\.zip)/g, "<hash>")
      .replace(/"[\w+/]{43}="/g, '"<hash>"');
    await expect(`${stable}\n`).toMatchFileSnapshot(`recorded/${name}.txt`);
  });

  test("is validated and planned by Terraform without a warning", ({ skip }) => {
    if (typeof terraform === "string") return skip(terraform);
    expect(terraform.plan(stackFolder())).toEqual([]);
  }, 120_000);
});

describe("the examples", () => {
  test("show a minimal use of one statement for each construct", () => {
    const statements = readFileSync(join(root, "examples/simple.ts"), "utf8").match(
      /new (DataLake|Catalog|StreamingIngest|QueryLayer)\(/g,
    );
    expect(statements).toHaveLength(4);
  });
});

function withoutMetadata(key: string, value: unknown): unknown {
  return key === "//" ? undefined : value;
}

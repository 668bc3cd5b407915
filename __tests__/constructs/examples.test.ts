import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { program } from "../support/program";
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

  test("is validated and planned by Terraform without a warning", ({ skip }) => {
    if (typeof terraform === "string") return skip(terraform);
    expect(terraform.plan(stackFolder(name, stack))).toEqual([]);
  }, 120_000);
});

describe("examples/complete.ts", () => {
  test("is synthesized to what is on record", async () => {
    const file = join(stackFolder("complete", "page-views-complete"), "cdk.tf.json");
    const { resource, data } = JSON.parse(readFileSync(file, "utf8"));
    const text = JSON.stringify({ data, resource }, withoutMetadata, 2);
    // The archive's name and hash follow the bundler's version.
    const stable = text
      .replace(/[0-9a-f]{16}(?=\/function\.zip)/g, "<hash>")
      .replace(/"[\w+/]{43}="/g, '"<hash>"');
    await expect(`${stable}\n`).toMatchFileSnapshot("recorded/complete.txt");
  });
});

describe("examples/beside-existing.ts", () => {
  test("makes nothing of what it stands beside", () => {
    const file = join(stackFolder("beside-existing", "page-views-delivery"), "cdk.tf.json");
    const types = Object.keys(JSON.parse(readFileSync(file, "utf8")).resource);
    expect(types).toContain("aws_kinesis_firehose_delivery_stream");
    for (const theirs of ["aws_s3_bucket", "aws_kinesis_stream", "aws_kms_key", "aws_glue_catalog_database"])
      expect(types).not.toContain(theirs);
  });
});

describe("the examples", () => {
  const simple = readFileSync(join(root, "examples/simple.ts"), "utf8");

  test("show a minimal use of one statement for each construct", () => {
    expect(simple.match(/new (DataLake|Catalog|StreamingIngest|QueryLayer)\(/g)).toHaveLength(4);
  });

  test("show one that needs no prefix and no key", () => {
    expect(simple).not.toMatch(/prefix|[kK]ey|!\{/);
  });
});

function withoutMetadata(key: string, value: unknown): unknown {
  return key === "//" ? undefined : value;
}

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders";
import { program } from "../support/program";

const root = join(__dirname, "../..");
const outdir = temporaryFolder();

/** Resources and data sources of a stack that an example synthesizes. */
function synthesized(name: string, stack: string) {
  const CDKTF_OUTDIR = join(outdir, name);
  execFileSync(process.execPath, program(`examples/${name}.ts`), {
    cwd: root,
    env: { ...process.env, CDKTF_OUTDIR },
  });
  return JSON.parse(readFileSync(join(CDKTF_OUTDIR, "stacks", stack, "cdk.tf.json"), "utf8"));
}

describe("examples/complete.ts", () => {
  test("is synthesized to what is on record", async () => {
    const { resource, data } = synthesized("complete", "page-views-complete");
    const text = JSON.stringify({ data, resource }, withoutMetadata, 2);
    // The archive's name and hash follow the bundler's version.
    const stable = text
      .replace(/[0-9a-f]{16}(?=\/function\.zip)/g, "<hash>")
      .replace(/"[\w+/]{43}="/g, '"<hash>"');
    await expect(`${stable}\n`).toMatchFileSnapshot("../constructs/recorded/complete.txt");
  });
});

describe("examples/beside-existing.ts", () => {
  test("makes nothing of what it stands beside", () => {
    const types = Object.keys(synthesized("beside-existing", "page-views-delivery").resource);
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

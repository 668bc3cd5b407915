import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders";
import { program } from "../support/program";

const root = join(__dirname, "../..");
let outdir: string;
beforeEach(() => {
  outdir = temporaryFolder();
});

/** `node scripts/run.cjs main.ts`, with this context in place of that of cdktf.json. */
function main(context?: unknown, env: Record<string, string> = {}, folder = root) {
  const { CDKTF_CONTEXT_JSON: _, ...inherited } = process.env;
  return spawnSync(process.execPath, program(join(folder, "main.ts")), {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...inherited,
      CDKTF_OUTDIR: outdir,
      ...(context === undefined ? {} : { CDKTF_CONTEXT_JSON: JSON.stringify(context) }),
      ...env,
    },
  });
}

describe("the app", () => {
  test("synthesizes the stack of cdktf.json without Terraform on the PATH, into a folder that it makes with those above it, and says nothing", () => {
    const nested = join(outdir, "not/yet/there");
    const { status, stdout, stderr } = main(undefined, {
      PATH: dirname(process.execPath),
      CDKTF_OUTDIR: nested,
    });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
    expect(existsSync(join(nested, "stacks/sensor-lake/cdk.tf.json"))).toBe(true);
    expect(readdirSync(nested).sort()).toEqual(["archives", "manifest.json", "stacks"]);
  });

  test("says each problem with the settings in one line and fails", () => {
    const { status, stdout, stderr } = main({ pipeline: { shardCount: 0, shardsCount: 2 } });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    const [first, second, ...others] = stderr.trimEnd().split("\n");
    expect(first).toBe(
      "cdktf.json: context.pipeline.shardCount is 0: must be a whole number of shards from 1 to 500",
    );
    expect(second).toBe(
      "cdktf.json: context.pipeline.shardsCount is not a setting; did you mean shardCount?",
    );
    expect(others).toEqual([]);
    expect(existsSync(join(outdir, "stacks/sensor-lake/cdk.tf.json"))).toBe(false);
  });

  test("refuses a misspelt key of the context, without which the defaults would be deployed", () => {
    const { status, stderr } = main({ pipelines: { environment: "prod" }, colour: "red" });
    expect([status, stderr]).toEqual([
      1,
      "cdktf.json: context.pipelines is not read by this app; did you mean pipeline?\n" +
        "cdktf.json: context.colour is not read by this app\n",
    ]);
  });

  test("says in one line that cdktf.json is not valid JSON", () => {
    const folder = mkdtempSync(join(outdir, "project-"));
    for (const part of ["stacks", "constructs", "dataset", "node_modules"])
      symlinkSync(join(root, part), join(folder, part));
    copyFileSync(join(root, "main.ts"), join(folder, "main.ts"));
    writeFileSync(join(folder, "cdktf.json"), "{ context: }");
    const { status, stderr } = main(undefined, {}, folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^cdktf\.json is not valid JSON: .+\n$/);
  });
});

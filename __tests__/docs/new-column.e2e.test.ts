import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { codeBlocks, root } from "./support";

const page = "docs/operations.md";

describe("the commit that adds a column", () => {
  const folder = temporaryFolder();
  const run = (command: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  };

  it("applies, passes the dataset's tests, and puts the column into both tables and the function", () => {
    copyProject(folder);
    const [diff] = codeBlocks(page).filter(({ language }) => language === "diff");
    writeFileSync(join(folder, "column.diff"), `${diff?.text}\n`);
    run("git", "apply", "--verbose", "column.diff");
    run(process.execPath, join(root, "node_modules/vitest/vitest.mjs"), "run", "__tests__/dataset");
    run(process.execPath, "scripts/run.cjs", "main.ts");

    const stackFolder = join(folder, "cdktf.out/stacks/sensor-lake");
    const { resource } = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8"));
    const tables = Object.values(resource.aws_glue_catalog_table) as {
      name: string;
      storage_descriptor: { columns: { name: string; type: string }[] };
    }[];
    for (const name of ["sensor_data", "sensor_data_raw"]) {
      const table = tables.find((each) => each.name === name);
      expect(table?.storage_descriptor.columns.at(-1)).toMatchObject({ name: "signal_dbm", type: "double" });
    }
  }, 120_000);
});

const copied = [
  "main.ts",
  "scripts/run.cjs",
  "cdktf.json",
  "tsconfig.json",
  "package.json",
  "vitest.config.mts",
  "stacks",
  "constructs",
  "dataset",
  "functions",
];

/** What Vitest's configuration names, and what that imports. */
const setUp = ["each-file.ts", "folders.ts"].map((name) => `__tests__/support/${name}`);

/** A copy of the app with the packages of this one, but for the dataset, which is the copy's own. */
function copyProject(folder: string): void {
  for (const path of [...copied, "__tests__/dataset", ...setUp])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  const scope = "@streaming-data-lake";
  mkdirSync(join(folder, "node_modules", scope), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== scope && name !== ".vite" && name !== ".cache")
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  for (const name of readdirSync(join(root, "node_modules", scope)))
    symlinkSync(
      name === "dataset" ? join(folder, "dataset") : join(root, "node_modules", scope, name),
      join(folder, "node_modules", scope, name),
    );
}

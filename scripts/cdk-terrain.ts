/**
 * Moves a copy of this project from CDKTF to its community continuation CDK Terrain, synthesizes both and compares the
 * results: `npm run cdk-terrain`. docs/cdk-terrain.md says what it found.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences } from "./differences";

const packages = { cdktn: "0.24.0", "@cdktn/provider-aws": "25.7.0", constructs: "10.7.2" };
const renames = [
  ["@cdktf/provider-aws", "@cdktn/provider-aws"],
  ["cdktf", "cdktn"],
] as const;

const root = join(__dirname, "..");
const sources = [
  "main.ts",
  "scripts/run.cjs",
  "stacks",
  "constructs",
  "dataset",
  "functions",
  "cdktf.json",
  "tsconfig.json",
];

/** Runs a command until it ends. @throws Error with the command's output, when it fails. */
function run(folder: string, command: string, ...args: string[]): void {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (error || status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `${stdout}${stderr}`}`);
}

/** Copies the app. The `node_modules` of the copy has links to the packages of this project. */
function copy(folder: string): string {
  mkdirSync(folder);
  for (const source of sources) cpSync(join(root, source), join(folder, source), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  link(folder, ".");
  return folder;
}

function link(folder: string, scope: string): void {
  const from = join(root, "node_modules", scope);
  mkdirSync(join(folder, "node_modules", scope), { recursive: true });
  for (const name of readdirSync(from).filter((each) => !each.startsWith("."))) {
    if (scope === "." && name.startsWith("@")) link(folder, name);
    else if (scope === "@streaming-data-lake") linkWorkspace(folder, name);
    else symlinkSync(join(from, name), join(folder, "node_modules", scope, name));
  }
}

function linkWorkspace(folder: string, name: string): void {
  if (sources.includes(name))
    symlinkSync(join(folder, name), join(folder, "node_modules/@streaming-data-lake", name));
}

/** Renames the imports, which is the only change to the code that the move needs. */
function move(folder: string): number {
  let changed = 0;
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.startsWith("node_modules")) continue;
    const path = join(folder, file);
    const before = readFileSync(path, "utf8");
    let after = before;
    for (const [from, to] of renames)
      after = after.replace(new RegExp(`from "${from}(?=["/])`, "g"), `from "${to}`);
    if (after !== before) changed++;
    writeFileSync(path, after);
  }
  return changed;
}

/** Replaces the links to CDKTF's packages by CDK Terrain's packages. */
function install(folder: string, installed: string): void {
  mkdirSync(installed);
  writeFileSync(join(installed, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
  run(installed, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
  for (const old of ["cdktf", "@cdktf", "constructs"])
    rmSync(join(folder, "node_modules", old), { recursive: true, force: true });
  for (const name of ["cdktn", "@cdktn", "constructs"])
    symlinkSync(join(installed, "node_modules", name), join(folder, "node_modules", name));
}

function synthesize(folder: string): unknown {
  run(folder, process.execPath, "scripts/run.cjs", "main.ts");
  return JSON.parse(readFileSync(join(folder, "cdktf.out/stacks/sensor-lake/cdk.tf.json"), "utf8"));
}

const scratch = mkdtempSync(join(tmpdir(), "cdk-terrain-"));
try {
  const before = synthesize(copy(join(scratch, "cdktf")));
  const moved = copy(join(scratch, "cdktn"));
  const files = move(moved);
  console.error(`Changed the imports of ${files} files; installing ${Object.keys(packages).join(", ")}`);
  install(moved, join(scratch, "installed"));
  const after = synthesize(moved);
  const found = differences(before, after);
  for (const { path, one, other } of found)
    console.log(`${path}: ${JSON.stringify(one)} -> ${JSON.stringify(other)}`);
  const unexpected = found.filter(({ path }) => path !== "//.metadata.version");
  console.log(
    unexpected.length === 0
      ? "CDK Terrain gives Terraform the same stack."
      : `CDK Terrain gives Terraform another stack: ${unexpected.length} differences.`,
  );
  process.exitCode = unexpected.length === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

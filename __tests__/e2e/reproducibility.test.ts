import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { copySources } from "./support/project";

const root = join(__dirname, "../..");

/** Node.js's option for a clock that is ten days ahead. */
const later = `--import=data:text/javascript,${encodeURIComponent(
  "const { now } = Date; globalThis.Date = class extends Date { constructor(...args) { args.length > 0 ? super(...args) : super(Date.now()); } static now() { return now() + 864e6; } };",
)}`;

const scratch = temporaryFolder();

/** A copy as a fresh clone with its installed packages is: of its own, without links to the repository. */
async function clone(name: string): Promise<string> {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  await copySources(folder);
  const modules = [join(root, "node_modules"), join(folder, "node_modules")] as const;
  // Hard links where the file system has them; `npm ci` would take a minute.
  if (spawnSync("cp", ["-al", ...modules], { stdio: "ignore" }).status !== 0)
    cpSync(...modules, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** Synthesizes, and returns every file of the output with its contents. */
function synth(folder: string, env: Record<string, string> = {}): ReadonlyMap<string, string> {
  const { CDKTF_CONTEXT_JSON: _, ...inherited } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ["scripts/run.cjs", "main.ts"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...inherited, ...env },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const output = join(folder, "cdktf.out");
  const files = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [relative(output, file), readFileSync(file, "base64")] as const)
      .sort(([one], [other]) => one.localeCompare(other)),
  );
}

const stackFile = "stacks/sensor-lake/cdk.tf.json";

function sourceCodeHash(files: ReadonlyMap<string, string>): string {
  const stack = JSON.parse(Buffer.from(files.get(stackFile) ?? "", "base64").toString());
  const [lambda] = Object.values<{ source_code_hash: string }>(stack.resource.aws_lambda_function);
  return lambda?.source_code_hash ?? "";
}

describe("two fresh clones", () => {
  let first: ReadonlyMap<string, string>;
  let secondFolder: string;
  let second: ReadonlyMap<string, string>;

  beforeAll(async () => {
    first = synth(await clone("one"), { TZ: "UTC" });
    secondFolder = await clone("another/and/deeper");
    second = synth(secondFolder, { TZ: "Asia/Kolkata", LANG: "de_DE.UTF-8", NODE_OPTIONS: later });
  });

  it("are synthesized to the same bytes, in other folders, time zones and ten days apart", () => {
    expect([...first.keys()]).toContain(stackFile);
    expect([...first.keys()].filter((file) => file.endsWith(".zip"))).toHaveLength(2);
    expect([...second.keys()]).toEqual([...first.keys()]);
    for (const [file, contents] of first) expect(second.get(file) === contents, file).toBe(true);
  });

  it("differ in the archive's hash once a handler differs", () => {
    appendFileSync(
      join(secondFolder, "functions/process-readings/index.ts"),
      "\nexport const changed = true;\n",
    );
    expect(sourceCodeHash(synth(secondFolder))).not.toBe(sourceCodeHash(first));
  });
});

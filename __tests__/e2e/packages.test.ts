import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiReport, reportOf } from "../../scripts/packages/api-report";
import { root } from "../../scripts/packages/build";
import { folderOf, packAll } from "../../scripts/packages/pack";
import { published } from "../../scripts/packages/published";
import { missingLine } from "../docs/guide";
import { read } from "../docs/support";
import { Commands } from "../docs/terminal";
import { appBlocks, writeAppFiles } from "./support/readme-app";

/** The most of it is npm, unpacking. */
const patience = 300_000;
const execute = promisify(execFile);

/** Outside of this repository: nothing of it is found by looking upwards. */
const scratch = mkdtempSync(join(tmpdir(), "streaming-data-lake-packages-"));
const built = join(scratch, "built");
let tarballs: string[];
const all: Commands[] = [];

beforeAll(() => {
  tarballs = packAll(built);
  symlinkSync(join(root, "node_modules"), join(built, "node_modules"));
}, patience);

afterAll(() => {
  for (const commands of all) commands.kill();
  rmSync(scratch, { recursive: true, force: true });
});

function start(text: string, folder: string): Commands {
  const commands = new Commands(text, folder);
  all.push(commands);
  return commands;
}

/** Runs commands to their end. @returns What they printed. */
async function run(text: string, folder: string): Promise<string> {
  const commands = start(text, folder);
  const code = await commands.end(patience);
  if (code !== 0) throw new Error(`${text}\nended with ${code}\n${commands.output}`);
  return commands.output;
}

/** An empty folder, where npm does not fetch again what it has fetched for this repository. */
function newFolder(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".npmrc"), "prefer-offline=true\naudit=false\nfund=false\n");
  return folder;
}

describe.each(published)("the package $name", (each) => {
  const tarball = () => tarballs[published.indexOf(each)] ?? "";

  it("has no problem that publint knows", async () => {
    const { messages, pkg } = await publint({
      pkgDir: folderOf(built, each.name),
      strict: true,
      pack: false,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that fit what is resolved, in every kind of module", async () => {
    const checked = await checkPackage(createPackageFromTarballData(readFileSync(tarball())));
    expect(checked).toMatchObject({ types: { kind: "included" }, problems: [] });
  });

  it("has code, types and source maps alone, and none of the tests", async () => {
    const { stdout } = await execute("tar", ["-tzf", tarball()]);
    const paths = stdout.trim().split("\n");
    expect(paths.length).toBeGreaterThan(40);
    const others = paths.filter((path) => !/\.(?:[cm]?js|js\.map|d\.[cm]?ts)$/.test(path));
    expect(others.toSorted()).toEqual(["package/LICENSE", "package/README.md", "package/package.json"]);
    expect(paths.filter((path) => /test/.test(path))).toEqual([]);
  });

  it("shows the public face that is on record; if that is meant to change: npm run packages", () => {
    expect(apiReport(each, folderOf(built, each.name))).toBe(read(reportOf(each)));
  });
});

describe("an app of one's own, as the README has it", () => {
  let app: string;
  const blocks = appBlocks();
  const [install = "", synthesize = "", put = ""] = blocks
    .filter(({ language }) => language === "sh")
    .map(({ text }) => text);
  const shown = (language: string) => {
    const at = blocks.findIndex((block) => block.language === language);
    return { commands: blocks[at]?.text ?? "", lines: blocks[at + 1]?.text.split("\n") ?? [] };
  };

  beforeAll(() => {
    app = newFolder("app");
    for (const tarball of tarballs) cpSync(tarball, join(app, basename(tarball)));
    writeAppFiles(app);
  });

  it("starts with npm install", async () => {
    const [first = "", second = ""] = install.split("\n");
    expect(first).toMatch(/^npm install /);
    await run(first, app);
    // Neither an engine nor AWS's SDK comes with the constructs.
    const names = installedIn(app);
    expect(names).toEqual(
      expect.arrayContaining(["streaming-data-lake", "cdktf", "constructs", "@cdktf/provider-aws"]),
    );
    expect(names.filter((name) => /duckdb|aws-sdk|smithy|runner|producer/.test(name))).toEqual([]);
    await run(second, app);
  });

  it("synthesizes, runs here, takes records by npx and answers in SQL", async () => {
    expect(await run(synthesize, app)).toBe("");
    const lake = shown("sh second-terminal");
    const runner = start(lake.commands, app);
    await runner.until((output) => missingLine(lake.lines, output) === undefined, patience);
    expect(await run(put, app)).toMatch(/^Sent 100 records/m);
    runner.interrupt();
    expect([0, 130, "SIGINT"]).toContain(await runner.end(patience));
    const query = shown("sh again");
    const answer = await run(query.commands, app);
    expect(missingLine(query.lines, answer), answer).toBeUndefined();
  });
});

const lockOf = (folder: string): { readonly packages: Readonly<Record<string, unknown>> } =>
  JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8"));

/** The names of the packages in a folder's `node_modules`, at any depth. */
const installedIn = (folder: string): string[] =>
  Object.keys(lockOf(folder).packages).map((path) => path.replace(/^.*node_modules\//, ""));

interface Kind {
  readonly name: string;
  readonly type: "commonjs" | "module";
  readonly extension: "js" | "ts";
  /** Rewrites an ES module. */
  readonly write: (module: string) => string;
}

const asCommonJs = (module: string) =>
  module.replace(/^import (\{[^}]*\}) from (".*");$/gm, "const $1 = require($2);");

const kinds: readonly Kind[] = [
  { name: "JavaScript, CommonJS", type: "commonjs", extension: "js", write: asCommonJs },
  { name: "JavaScript, ES modules", type: "module", extension: "js", write: (module) => module },
  { name: "TypeScript, strict, nodenext", type: "module", extension: "ts", write: (module) => module },
];

const send = (types: string) => `
import { readFileSync } from "node:fs";
import { KinesisProducer } from "@streaming-data-lake/producer";

const runtime${types} = JSON.parse(readFileSync("../../elsewhere/.local/runtime.json", "utf8"));
const { endpoint, region, streams } = runtime;
const producer = new KinesisProducer({ streamName: streams[0] ?? "", region, endpoint });
for (let n = 0; n < 100; n++)
  void producer.put({ partitionKey: String(n), data: JSON.stringify({ page: "/", milliseconds: n }) });
void producer.close().then(({ records, undelivered }) => console.log(records, undelivered));
`;

/** The runner's and the constructs' types, as a program would use them. */
const typed = `
import type { Grantee, ILake } from "streaming-data-lake";
import { loadStack, openLake, type Runner, startRunner } from "@streaming-data-lake/runner";

export const grant = (lake: ILake, grantee: Grantee): void => void lake.grantRead(grantee);
export const start = (): Promise<Runner> => startRunner({ stack: loadStack("cdktf.out/stacks/page-views") });
export async function ask(sql: string): Promise<number> {
  const lake = await openLake(loadStack("cdktf.out/stacks/page-views"), ".local/lake");
  const { rows } = await lake.query(sql);
  return rows.length;
}
`;

const strict = {
  compilerOptions: {
    module: "nodenext",
    target: "es2023",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  },
};

describe("projects of every kind, with what that app has installed,", () => {
  let runner: Commands;
  /** Without the path of the state, which is that of the folder. */
  const synthesized = (folder: string) => {
    const file = join(folder, "cdktf.out/stacks/page-views/cdk.tf.json");
    const { resource, data, provider } = JSON.parse(readFileSync(file, "utf8"));
    return { resource, data, provider };
  };

  beforeAll(async () => {
    const elsewhere = newFolder("elsewhere");
    cpSync(join(scratch, "app/cdktf.out"), join(elsewhere, "cdktf.out"), { recursive: true });
    const tarball = tarballs.find((path) => path.includes("runner")) ?? "";
    runner = start(`npx --yes --package ${tarball} lake --json`, elsewhere);
    await runner.until((output) => output.includes("running on"), patience);
    expect(runner.output).toContain("running on");
  }, patience);

  it.each(kinds)("$name: synthesizes the same stack, and sends by the library", async (kind) => {
    const { type, extension, write } = kind;
    const folder = newFolder(`app/${type}-${extension}`);
    const main = readFileSync(join(scratch, "app/main.mjs"), "utf8").replace("handler.mjs", "../handler.mjs");
    const runtimeType = ": { endpoint: string; region: string; streams: string[] }";
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
    writeFileSync(join(folder, `main.${extension}`), write(main));
    writeFileSync(join(folder, `send.${extension}`), write(send(extension === "ts" ? runtimeType : "")));
    if (extension === "ts") {
      writeFileSync(join(folder, "typed.ts"), typed);
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(strict));
      expect(await run(`node ${join(root, "node_modules/typescript/bin/tsc")} -p .`, folder)).toBe("");
    }
    expect(await run("node main.js", folder)).toBe("");
    expect(synthesized(folder)).toEqual(synthesized(join(scratch, "app")));
    expect(await run("node send.js", folder)).toBe("100 0\n");
  });

  it("share one instance of each class between both kinds of modules", async () => {
    const code = `
      import { createRequire } from "node:module";
      const load = createRequire(import.meta.url);
      for (const name of ${JSON.stringify(published.map(({ name }) => name))}) {
        const [one, other] = [await import(name), load(name)];
        console.log(Object.keys(other).length > 2 && Object.keys(other).every((each) => one[each] === other[each]));
      }`;
    writeFileSync(join(scratch, "app/same.mjs"), code);
    expect(await run("node same.mjs", join(scratch, "app"))).toBe("true\n".repeat(published.length));
  });

  it("have had all their records processed by the runner that npx runs in a folder with a cdktf.out", async () => {
    runner.interrupt();
    expect([0, 130, "SIGINT"]).toContain(await runner.end(patience));
    const [summary = ""] = /^\{[\s\S]*^\}|^\{.*\}$/m.exec(runner.output) ?? [];
    expect(JSON.parse(summary), runner.output).toMatchObject({
      produced: 300,
      lambda: { succeeded: 300, failed: 0 },
      delivery: { records: 300 },
      queries: { views: { rows: 1 } },
    });
  });

  it("have no CDKTF and no runner where only the producer is installed", async () => {
    const folder = newFolder("producer");
    const tarball = tarballs.find((path) => path.includes("producer"));
    await run(`npm install --package-lock-only ${tarball}`, folder);
    const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    expect(Object.keys(packages)).toContain("node_modules/@aws-sdk/client-kinesis");
    expect(Object.keys(packages).filter((path) => /cdktf|constructs|duckdb|runner|tsx/.test(path))).toEqual(
      [],
    );
  });
});

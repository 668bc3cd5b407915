import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiReports, reportOf } from "../../scripts/packages/api-report";
import { folderOf, root } from "../../scripts/packages/build";
import { packAll } from "../../scripts/packages/pack";
import { published } from "../../scripts/packages/published";
import { runTool } from "../../scripts/tools";
import { missingLine } from "../docs/guide";
import { read } from "../docs/support";
import { Commands } from "../docs/terminal";
import { temporaryFolder } from "../support/folders";
import { kinesisClient } from "../support/kinesis-client";
import { appBlocks, writeAppFiles } from "./support/readme-app";
import { describeRegistry, describeTools } from "./support/requirements";

/** The most of it is npm, unpacking. */
const mostMilliseconds = 300_000;
const execute = promisify(execFile);

/** Outside of this repository: nothing of it is found by looking upwards. */
const scratch = temporaryFolder();
const built = join(scratch, "built");
let tarballs: string[];
const all: Commands[] = [];

/** A Node.js that runs what was installed. */
interface NodeProgram {
  /** Such as `v24.21.0`. */
  readonly version: string;
  /** Goes before commands, so that they find it. */
  readonly path: string;
}

const nodeAt = (program: string): NodeProgram => ({
  version: execFileSync(program, ["--version"], { encoding: "utf8" }).trim(),
  path: `export PATH=${dirname(program)}:$PATH\n`,
});
const ownNode = nodeAt(process.execPath);
/** CONTRIBUTING.md tells of `NODE_BINARIES`. */
const otherNodes = (process.env.NODE_BINARIES ?? "").split(delimiter).filter(Boolean).map(nodeAt);

const tarballOf = (name: string): string =>
  tarballs[published.findIndex((each) => each.name === `@streaming-data-lake/${name}`)] ?? "";

beforeAll(() => {
  tarballs = packAll(built);
  symlinkSync(join(root, "node_modules"), join(built, "node_modules"));
}, mostMilliseconds);

afterAll(() => {
  for (const commands of all) commands.kill();
});

function start(text: string, folder: string, node = ownNode): Commands {
  const commands = new Commands(`${node.path}${text}`, folder);
  all.push(commands);
  return commands;
}

/** Runs commands to their end. @returns What they printed. */
async function run(text: string, folder: string, node = ownNode): Promise<string> {
  const commands = start(text, folder, node);
  const code = await commands.end(mostMilliseconds);
  if (code !== 0) throw new Error(`${text}\nended with ${code}\n${commands.output}`);
  return commands.output;
}

/** Ends what runs in a terminal, as Ctrl-C does. */
async function interrupt(commands: Commands): Promise<void> {
  commands.interrupt();
  expect([0, 130, "SIGINT"]).toContain(await commands.end(mostMilliseconds));
}

/** An empty folder, where npm does not fetch again what it has fetched for this repository. */
function newFolder(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".npmrc"), "prefer-offline=true\naudit=false\nfund=false\n");
  return folder;
}

describeTools("the packages, beside what checks packages,", () => {
  it("have no problem that publint or Are The Types Wrong knows, in every kind of module", () => {
    const places = published.flatMap(({ name }, index) => [folderOf(built, name), tarballs[index] ?? ""]);
    expect(runTool("package-problems.mjs", places)).toBe("");
  });

  it("show the public faces that are on record; if that is meant to change: npm run packages", () => {
    const onRecord = published.map((each) => read(reportOf(each)));
    for (const [index, face] of apiReports(published, built).entries())
      expect(face, published[index]?.name).toBe(onRecord[index]);
  });
});

describe.each(published)("the package $name", (each) => {
  const tarball = () => tarballs[published.indexOf(each)] ?? "";

  it("has code, types and source maps alone, beside the console's page, and none of the tests", async () => {
    const { stdout } = await execute("tar", ["-tzf", tarball()]);
    const paths = stdout.trim().split("\n");
    expect(paths.length).toBeGreaterThan(40);
    const others = paths.filter(
      (path) => !/\.(?:[cm]?js|js\.map|d\.[cm]?ts|py)$/.test(path) && !/\/local\/out\/page\//.test(path),
    );
    expect(others.toSorted()).toEqual(["package/LICENSE", "package/README.md", "package/package.json"]);
    expect(paths.filter((path) => /test/.test(path))).toEqual([]);
  });
});

describe("Kinesis, as a package of its own,", () => {
  let folder: string;

  beforeAll(async () => {
    folder = newFolder("kinesis");
    await run(`npm install ${tarballOf("kinesis")}`, folder);
  }, mostMilliseconds);

  it("brings nothing but itself", () => {
    expect(installedIn(folder)).toEqual(["@streaming-data-lake/kinesis"]);
  });

  it.each([ownNode, ...otherNodes])(
    "is started by npx, takes records and gives them, on $version",
    async (node) => {
      const server = start("npx kinesis --port 0", folder, node);
      await server.until((output) => output.includes("listens on"), mostMilliseconds);
      const [, url = ""] = /^Kinesis listens on (\S+)$/m.exec(server.output) ?? [];
      expect(server.output).toBe(`Kinesis listens on ${url}\n`);
      const client = kinesisClient({ endpoint: url, region: "us-east-1" });
      try {
        const StreamName = "readings";
        await client.createStream({ StreamName, ShardCount: 1 });
        const record = { StreamName, PartitionKey: "a", Data: Buffer.from("hello") };
        const { ShardId } = await retried(() => client.putRecord(record));
        const from = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
        const { ShardIterator } = await client.getShardIterator(from);
        const { Records } = await client.getRecords({ ShardIterator });
        expect(Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["hello"]);
      } finally {
        client.destroy();
      }
      await interrupt(server);
    },
  );

  it.each([ownNode, ...otherNodes])("is a library, on $version", async (node) => {
    const program = `
      import { Kinesis, listen, ShardReader } from "@streaming-data-lake/kinesis";
      const kinesis = Kinesis.open({ transitionMs: 0 });
      const { url, close } = await listen(kinesis);
      await kinesis.call("CreateStream", { StreamName: "readings", ShardCount: 1 });
      await kinesis.call("PutRecord", { StreamName: "readings", PartitionKey: "a", Data: Buffer.from("{}") });
      const reader = await ShardReader.open(kinesis, "readings", "shardId-000000000000", "oldest");
      const { records } = await reader.read({ records: 1_000, bytes: 1_000_000 });
      for (const { Data } of records) console.log(url.startsWith("http://127.0.0.1:"), Data.toString());
      await close();
      await kinesis.close();
    `;
    writeFileSync(join(folder, "use.mjs"), program);
    expect(await run("node use.mjs", folder, node)).toBe("true {}\n");
  });
});

/** A stream that has just been made takes no records for half a second. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left--)
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

const lockOf = (folder: string): { readonly packages: Readonly<Record<string, unknown>> } =>
  JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8"));

/** The names of the packages in a folder's `node_modules`, at any depth. */
const installedIn = (folder: string): string[] =>
  Object.keys(lockOf(folder).packages).map((path) => path.replace(/^.*node_modules\//, ""));

/** Those that the README's app has installed. */
const appPackages = published.map(({ name }) => name).filter((name) => !name.endsWith("/kinesis"));

describeRegistry("an app of one's own, as the README has it", () => {
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
    await runner.until((output) => missingLine(lake.lines, output) === undefined, mostMilliseconds);
    expect(await run(put, app)).toMatch(/^Sent 100 records/m);
    await interrupt(runner);
    const query = shown("sh again");
    const answer = await run(query.commands, app);
    expect(missingLine(query.lines, answer), answer).toBeUndefined();
  });
});

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

describeRegistry("projects of every kind, with what that app has installed,", () => {
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
    runner = start(`npx --yes --package ${tarballOf("runner")} lake --json`, elsewhere);
    await runner.until((output) => output.includes("running on"), mostMilliseconds);
    expect(runner.output).toContain("running on");
  }, mostMilliseconds);

  /** TypeScript is compiled once: what comes out is JavaScript for each Node.js. */
  const projects = [
    ...kinds.map((kind) => ({ ...kind, node: ownNode })),
    ...otherNodes.flatMap((node) => kinds.slice(0, 2).map((kind) => ({ ...kind, node }))),
  ];

  it.concurrent.each(projects)(
    "$name: synthesizes the same stack, and sends by the library, on $node.version",
    async (kind) => {
      const { type, extension, write, node } = kind;
      const folder = newFolder(`app/${type}-${extension}-${node.version}`);
      const main = readFileSync(join(scratch, "app/main.mjs"), "utf8").replace(
        "handler.mjs",
        "../handler.mjs",
      );
      const runtimeType = ": { endpoint: string; region: string; streams: string[] }";
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
      writeFileSync(join(folder, `main.${extension}`), write(main));
      writeFileSync(join(folder, `send.${extension}`), write(send(extension === "ts" ? runtimeType : "")));
      if (extension === "ts") {
        writeFileSync(join(folder, "typed.ts"), typed);
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(strict));
        expect(await run(`node ${join(root, "node_modules/typescript/bin/tsc")} -p .`, folder)).toBe("");
      }
      expect(await run("node main.js", folder, node)).toBe("");
      expect(synthesized(folder)).toEqual(synthesized(join(scratch, "app")));
      expect(await run("node send.js", folder, node)).toBe("100 0\n");
    },
  );

  it("share one instance of each class between both kinds of modules", async () => {
    const code = `
      import { createRequire } from "node:module";
      const load = createRequire(import.meta.url);
      for (const name of ${JSON.stringify(appPackages)}) {
        const [one, other] = [await import(name), load(name)];
        console.log(Object.keys(other).length > 2 && Object.keys(other).every((each) => one[each] === other[each]));
      }`;
    writeFileSync(join(scratch, "app/same.mjs"), code);
    expect(await run("node same.mjs", join(scratch, "app"))).toBe("true\n".repeat(appPackages.length));
  });

  it("have had all their records processed by the runner that npx runs in a folder with a cdktf.out", async () => {
    await interrupt(runner);
    const records = 100 * projects.length;
    const [summary = ""] = /^\{[\s\S]*^\}|^\{.*\}$/m.exec(runner.output) ?? [];
    expect(JSON.parse(summary), runner.output).toMatchObject({
      produced: records,
      lambda: { succeeded: records, failed: 0 },
      delivery: { records },
      queries: { views: { rows: 1 } },
    });
  });

  it.each(otherNodes)("are run and sent to by the commands on $version", async (node) => {
    const folder = newFolder(`app/commands-${node.version}`);
    cpSync(join(scratch, "app/cdktf.out"), join(folder, "cdktf.out"), { recursive: true });
    const lake = start("npx lake --json", folder, node);
    await lake.until((output) => output.includes("running on"), mostMilliseconds);
    const put = appBlocks().find(({ text }) => text.includes("npx kinesis-producer"))?.text ?? "";
    expect(await run(put, folder, node)).toMatch(/^Sent 100 records/);
    await interrupt(lake);
    expect(lake.output).toContain('"succeeded":100');
    expect(lake.output).not.toMatch(/Warning|deprecat/);
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

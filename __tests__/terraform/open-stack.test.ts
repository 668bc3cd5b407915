import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStack } from "../../terraform/open-stack";
import { temporaryFolder } from "../support/folders";

let folder: string;
const stackFile = () => join(folder, "cdktf.out/stacks/lab/cdk.tf.json");

/** An app that makes a stream of the name in `stream.json`, and counts how often it ran in `runs`. */
const app = `
  const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
  appendFileSync("runs", "x");
  const { name } = JSON.parse(readFileSync("source/stream.json", "utf8"));
  mkdirSync("cdktf.out/stacks/lab", { recursive: true });
  const stack = { resource: { aws_kinesis_stream: { it: { name } } } };
  writeFileSync("cdktf.out/stacks/lab/cdk.tf.json", JSON.stringify(stack));
  writeFileSync("cdktf.out/manifest.json",
    JSON.stringify({ stacks: { lab: { synthesizedStackPath: "stacks/lab/cdk.tf.json" } } }));`;

const runs = () => readFileSync(join(folder, "runs"), "utf8").length;

async function open(): Promise<{ name?: string; notes: readonly string[] }> {
  const notes: string[] = [];
  const { stack } = await openStack({ folder, note: (line) => notes.push(line) });
  return { name: stack.streams[0]?.name, notes };
}

/** Makes a file as if it were older, or newer, than now by so many seconds. */
function age(path: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(join(folder, path), time, time);
}

beforeEach(async () => {
  folder = temporaryFolder();
  mkdirSync(join(folder, "source"));
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ app: "node main.cjs" }));
  writeFileSync(join(folder, "main.cjs"), app);
  writeFileSync(join(folder, "source/stream.json"), '{"name":"one"}');
  for (const path of ["cdktf.json", "main.cjs", "source/stream.json", "source"]) age(path, 60);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the stack that all commands open", () => {
  it("is synthesized when there is none, and says so in one line", async () => {
    const { name, notes } = await open();
    expect(name).toBe("one");
    expect(notes).toEqual([expect.stringMatching(/^synthesizing the stack: there is none in .*cdktf\.out$/)]);
  });

  it("is not synthesized again, nor written, while its sources stay as they are", async () => {
    await open();
    const { mtimeMs } = statSync(stackFile());
    expect(await open()).toEqual({ name: "one", notes: [] });
    expect(statSync(stackFile()).mtimeMs).toBe(mtimeMs);
    expect(runs()).toBe(1);
  });

  it.each(["cdktf.json", "main.cjs", "source/stream.json"])(
    "is synthesized again when %s is newer",
    async (path) => {
      await open();
      age(path, -60);
      const { notes } = await open();
      expect(notes).toEqual([
        expect.stringMatching(new RegExp(`^synthesizing the stack: .*${path} is newer$`)),
      ]);
      expect(runs()).toBe(2);
    },
  );

  it("has the change of a source", async () => {
    await open();
    writeFileSync(join(folder, "source/stream.json"), '{"name":"two"}');
    expect((await open()).name).toBe("two");
  });

  it("is synthesized again when a source was removed", async () => {
    writeFileSync(join(folder, "source/query.sql"), "SELECT 1");
    await open();
    rmSync(join(folder, "source/query.sql"));
    expect((await open()).notes).toEqual([expect.stringMatching(/source is newer$/)]);
  });

  it("is not synthesized again for tests, packages, hidden folders and what commands write", async () => {
    await open();
    for (const name of ["__tests__", "node_modules", ".local", "hcl.out", "out", "local/out/page"]) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "new.json"), "{}");
    }
    writeFileSync(join(folder, ".new.ts"), "");
    writeFileSync(join(folder, "answer.csv"), "");
    expect((await open()).notes).toEqual([]);
  });

  it.each(["not JSON", "[]", "{}"])("is synthesized again when its manifest is damaged: %s", async (text) => {
    await open();
    writeFileSync(join(folder, "cdktf.out/manifest.json"), text);
    expect((await open()).name).toBe("one");
    expect(runs()).toBe(2);
  });

  it("is the one that is named, as it is", async () => {
    await open();
    age("main.cjs", -60);
    const notes: string[] = [];
    const { stack } = await openStack({ path: stackFile(), folder, note: (line) => notes.push(line) });
    expect(stack.streams[0]?.name).toBe("one");
    expect(notes).toEqual([]);
  });

  it("is that in cdktf.out where there is no app", async () => {
    await open();
    for (const path of ["cdktf.json", "main.cjs"]) rmSync(join(folder, path));
    expect(await open()).toEqual({ name: "one", notes: [] });
  });

  it("is that of the folder's Terraform JSON where there is neither app nor cdktf.out", async () => {
    rmSync(join(folder, "cdktf.json"));
    const stack = { resource: { aws_kinesis_stream: { it: { name: "by-hand" } } } };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(stack));
    expect((await open()).name).toBe("by-hand");
  });

  it("is reported as missing in one line when there is none of them", async () => {
    rmSync(join(folder, "cdktf.json"));
    await expect(open()).rejects.toThrow(
      `there is no cdktf.json, no cdktf.out and no *.tf.json in ${folder}: name a synthesized stack with --stack`,
    );
  });
});

describe("a folder that Terraform keeps its state in", () => {
  const writeState = (into: string) =>
    writeFileSync(
      join(into, "terraform.tfstate"),
      JSON.stringify({
        version: 4,
        terraform_version: "1.11.0",
        lineage: "a",
        resources: [
          {
            mode: "managed",
            type: "aws_kinesis_stream",
            name: "s",
            instances: [
              {
                attributes: {
                  name: "deployed",
                  arn: "arn:aws:kinesis:eu-west-1:123456789012:stream/deployed",
                },
              },
            ],
          },
        ],
      }),
    );

  it("is the stack as it is deployed, where there is no configuration", async () => {
    const deployed = temporaryFolder();
    writeState(deployed);
    const { stack } = await openStack({ path: deployed });
    expect(stack).toMatchObject({ region: "eu-west-1", streams: [{ name: "deployed" }] });
  });

  it("is planned where there is one, and says how what is deployed is run", async () => {
    const both = temporaryFolder();
    writeState(both);
    writeFileSync(join(both, "main.tf"), "");
    vi.stubEnv("TERRAFORM_BINARY_NAME", "no-terraform");
    const notes: string[] = [];
    await expect(openStack({ path: both, note: (line) => notes.push(line) })).rejects.toThrow(/no-terraform/);
    vi.unstubAllEnvs();
    expect(notes).toEqual([
      expect.stringContaining(`; --state ${join(both, "terraform.tfstate")} runs what is deployed`),
    ]);
  });
});

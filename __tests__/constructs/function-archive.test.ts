import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { FunctionArchive } from "../../constructs/ingest/function-archive";
import { temporaryFolder } from "../support/folders";

const scratch = temporaryFolder();

/** A package with a handler in a folder of that name. */
function project(name: string, greeting = "hello"): string {
  const folder = join(scratch, name);
  mkdirSync(join(folder, "functions/greet"), { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "greeting.ts"), `export const greeting: string = "${greeting}";\n`);
  writeFileSync(
    join(folder, "functions/greet/index.ts"),
    'import { KinesisClient } from "@aws-sdk/client-kinesis";\nimport { greeting } from "../../greeting";\nexport const handler = async () => [greeting, KinesisClient.name];\n',
  );
  return join(folder, "functions/greet/index.ts");
}

function archive(entry: string): { bytes: Buffer; hash: string; path: string } {
  const outdir = mkdtempSync(join(scratch, "out-"));
  const app = new App({ outdir, stackTraces: false });
  const stack = new TerraformStack(app, "test");
  const { path, sourceCodeHash } = new FunctionArchive(stack, "archive", { entry, nodeMajor: 22 });
  app.synth();
  return { bytes: readFileSync(join(outdir, "stacks/test", path)), hash: sourceCodeHash, path };
}

describe("a function's archive", () => {
  test("has the bundle with its source map, and hash and name of its own contents", () => {
    const { bytes, hash, path } = archive(project("one"));
    expect(hash).toBe(createHash("sha256").update(bytes).digest("base64"));
    const hex = createHash("sha256").update(bytes).digest("hex");
    expect(path).toBe(
      `assets/archive_asset_${/asset_(\w+)\//.exec(path)?.[1]}/${hex.slice(0, 16)}/function.zip`,
    );
    const files = unzipSync(bytes);
    expect(Object.keys(files)).toEqual(["index.js", "index.js.map"]);
    const code = strFromU8(files["index.js"] ?? new Uint8Array());
    expect(code).toContain("hello");
    expect(code).toContain('require("@aws-sdk/client-kinesis")');
    expect(code).toMatch(/\/\/# sourceMappingURL=index\.js\.map\n$/);
    const map = JSON.parse(strFromU8(files["index.js.map"] ?? new Uint8Array()));
    expect(map.sources).toEqual(["functions/greet/index.ts", "greeting.ts"]);
    expect(map).not.toHaveProperty("sourcesContent");
    expect(JSON.stringify(map)).not.toContain(scratch);
  });

  test("runs", async () => {
    const { bytes } = archive(project("runs"));
    const folder = join(scratch, "unpacked/node_modules/fn");
    mkdirSync(folder, { recursive: true });
    for (const [name, contents] of Object.entries(unzipSync(bytes)))
      writeFileSync(join(folder, name), contents);
    const sdk = join(scratch, "unpacked/node_modules/@aws-sdk/client-kinesis");
    mkdirSync(sdk, { recursive: true });
    writeFileSync(join(sdk, "index.js"), "exports.KinesisClient = class KinesisClient {};");
    const { handler } = await import(join(folder, "index.js"));
    expect(await handler()).toEqual(["hello", "KinesisClient"]);
  });

  test("is one line of code for the runtime's Node.js, with its names and without licence comments", async () => {
    const entry = project("compact");
    writeFileSync(
      entry,
      `/*! A licence */
import { createHash } from "crypto";
class Reading {}
export const handler = async () => {
  using digest = { value: createHash("md5").update("a").digest("hex"), [Symbol.dispose]() {} };
  return [Reading.name, digest.value];
};
`,
    );
    const code = strFromU8(unzipSync(archive(entry).bytes)["index.js"] ?? new Uint8Array());
    const [line = "", ...others] = code.trim().split("\n");
    expect(others).toEqual(["//# sourceMappingURL=index.js.map"]);
    // Node.js 22 does not know `using`.
    expect(line).not.toMatch(/licence|\busing\b/);
    const file = join(scratch, "compact.cjs");
    writeFileSync(file, line);
    const { handler } = await import(file);
    expect(await handler()).toEqual(["Reading", createHash("md5").update("a").digest("hex")]);
  });

  test("takes a handler that lies in no package", () => {
    const entry = join(scratch, "loose.ts");
    writeFileSync(entry, "export const handler = async () => 1;");
    expect(Object.keys(unzipSync(archive(entry).bytes))).toEqual(["index.js", "index.js.map"]);
  });

  test("is the same to the byte from another folder and at another time", async () => {
    const first = archive(project("here"));
    cpSync(join(scratch, "here"), join(scratch, "there/and/everywhere"), { recursive: true });
    const second = archive(join(scratch, "there/and/everywhere/functions/greet/index.ts"));
    expect(second.hash).toBe(first.hash);
    expect(second.bytes.equals(first.bytes)).toBe(true);
  });

  test("changes with what it imports", () => {
    expect(archive(project("changed", "good-bye")).hash).not.toBe(archive(project("unchanged")).hash);
  });

  test("has files that the runtime's user may read, dated 1980", () => {
    const { bytes } = archive(project("attributes"));
    const directory = bytes.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    expect(bytes.readUInt8(directory + 5)).toBe(3);
    expect(bytes.readUInt32LE(directory + 38) >>> 16).toBe(0o100644);
    // Date and time as MS-DOS has them: 1980-01-01, 12:00.
    expect([bytes.readUInt16LE(directory + 14), bytes.readUInt16LE(directory + 12)]).toEqual([33, 12 << 11]);
  });

  test("names the file and the reason when the handler can't be bundled", () => {
    const entry = project("broken");
    writeFileSync(entry, 'import "./missing";');
    expect(() => archive(entry)).toThrow(
      /functions\/greet\/index\.ts:1:7: .*Could not resolve "\.\/missing"/,
    );
  });

  test("leaves no other file behind", () => {
    const outdir = mkdtempSync(join(scratch, "out-"));
    const app = new App({ outdir });
    new FunctionArchive(new TerraformStack(app, "test"), "archive", {
      entry: project("tidy"),
      nodeMajor: 22,
    });
    app.synth();
    expect(readdirSync(outdir).sort()).toEqual(["archives", "manifest.json", "stacks"]);
  });
});

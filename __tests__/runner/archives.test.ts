import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { unpackFunction } from "../../local/runner/lambda/archive";
import { loadStack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Unpacks the function of a stack that lies in a folder with these files. @returns what is in its task root. */
function unpacked(fn: object, files: Files, more: object = {}): Record<string, string> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const f = { function_name: "f", runtime: "nodejs22.x", handler: "index.handler", ...fn };
  const { resource = {}, ...others } = more as { resource?: object };
  const stack = { ...others, resource: { ...resource, aws_lambda_function: { f } } };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(stack));
  const [read] = loadStack(folder).functions;
  if (!read) throw new Error("the function is not run");
  const root = unpackFunction(read, join(folder, ".local"));
  return Object.fromEntries(
    (readdirSync(root, { recursive: true }) as string[])
      .filter((name) => existsSync(join(root, name)) && !isFolder(join(root, name)))
      .map((name) => [name, readFileSync(join(root, name), "utf8")]),
  );
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

const zip = zipSync({ "index.js": Buffer.from("zipped") });
const output = { filename: "${data.archive_file.it.output_path}" };
const archive = (body: object) => ({
  data: { archive_file: { it: { type: "zip", output_path: "it.zip", ...body } } },
});

describe("the archive of a function", () => {
  it("is a zip file", () => {
    expect(unpacked({ filename: "it.zip" }, { "it.zip": zip })).toEqual({ "index.js": "zipped" });
  });

  it("is a folder that archive_file would zip, but for what it leaves out", () => {
    const files = { "src/index.js": "a", "src/notes.md": "b", "src/test/x.js": "c", "src/lib/y.js": "d" };
    const more = archive({ source_dir: "src", excludes: ["*.md", "test"] });
    expect(unpacked(output, files, more)).toEqual({ "index.js": "a", "lib/y.js": "d" });
  });

  it("leaves out what its patterns match, and no name that only ends as they do", () => {
    const files = {
      "a/test/x.js": "1",
      "contest/x.js": "2",
      "b.ts": "3",
      "b.js": "4",
      "c.md": "5",
      "d1.js": "6",
    };
    const sources = Object.fromEntries(Object.entries(files).map(([name, text]) => [`src/${name}`, text]));
    const excludes = ["**/test", "*.{ts,md}", "d[0-9].js"];
    expect(unpacked(output, sources, archive({ source_dir: "src", excludes }))).toEqual({
      "contest/x.js": "2",
      "b.js": "4",
    });
  });

  it("is one file that archive_file would zip", () => {
    expect(unpacked(output, { "index.js": "a" }, archive({ source_file: "index.js" }))).toEqual({
      "index.js": "a",
    });
  });

  it.each([
    ["one text", { source_content: "a", source_content_filename: "index.js" }, { "index.js": "a" }],
    [
      "several texts",
      {
        source: [
          { content: "a", filename: "index.js" },
          { content: "b", filename: "lib/b.js" },
        ],
      },
      { "index.js": "a", "lib/b.js": "b" },
    ],
  ])("is %s of the stack", (_, body, expected) => {
    expect(unpacked(output, {}, archive(body))).toEqual(expected);
  });

  it.each(["aws_s3_object", "aws_s3_bucket_object"])(
    "is an object of the stack, by key or id: %s",
    (type) => {
      const resource = { [type]: { o: { bucket: "code", key: "f.zip", source: "it.zip" } } };
      for (const s3_key of [`\${${type}.o.key}`, `\${${type}.o.id}`])
        expect(unpacked({ s3_bucket: "code", s3_key }, { "it.zip": zip }, { resource })).toEqual({
          "index.js": "zipped",
        });
    },
  );

  it("holds no file outside of itself", () => {
    const evil = archive({ source_content: "a", source_content_filename: "../../evil.js" });
    expect(() => unpacked(output, {}, evil)).toThrow(/holds "..\/..\/evil.js", which lies outside of it/);
  });
});

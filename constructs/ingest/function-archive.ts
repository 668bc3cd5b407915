import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { App, AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { type BuildFailure, buildSync } from "esbuild";
import { type Zippable, zipSync } from "fflate";
import { Problems } from "../core/problems";

export interface FunctionArchiveProps {
  /** Path of the TypeScript or JavaScript file that exports `handler`. */
  readonly entry: string;
  /** Major version of Node.js in the Lambda runtime. */
  readonly nodeMajor: number;
}

// A ZIP holds local time, so the time is given without a zone. It is the same everywhere, and near the earliest that a
// ZIP can hold.
const modified = "1980-01-01T12:00:00";

/**
 * The deployment archive of a Lambda function: one bundled `index.js` with its source map.
 *
 * The bytes of the archive depend only on the sources, not on where or when they were bundled, so that an unchanged
 * function is never deployed again.
 */
export class FunctionArchive extends Construct {
  /** Path of the archive, relative to the stack's folder. */
  readonly path: string;
  /** Base64 SHA-256 of the archive, as Lambda reports it. */
  readonly sourceCodeHash: string;

  constructor(scope: Construct, id: string, props: FunctionArchiveProps) {
    super(scope, id);
    const files = this.bundled(props);
    if (!files) {
      this.path = "";
      this.sourceCodeHash = "";
      return;
    }
    const archive = zip(files);
    const folder = resolve(App.of(this).outdir, "archives", this.node.addr);
    const file = join(folder, "function.zip");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, archive);
    const digest = createHash("sha256").update(archive);
    this.sourceCodeHash = digest.copy().digest("base64");
    this.path = new TerraformAsset(this, "asset", {
      path: file,
      type: AssetType.FILE,
      assetHash: digest.digest("hex").slice(0, 16),
    }).path;
  }

  /** The archive's files; undefined when the entry is missing or can't be bundled, which is reported at synthesis. */
  private bundled(props: FunctionArchiveProps): Record<string, Uint8Array> | undefined {
    const refuse = (rule: string) =>
      Problems.check(this, (problems) => problems.add("entry", props.entry, rule));
    if (!existsSync(props.entry)) {
      Problems.checkOnce(this, `entry ${props.entry}`, (problems) =>
        problems.add("entry", props.entry, "there is no such file"),
      );
      return undefined;
    }
    try {
      return bundle(props);
    } catch (error) {
      const { errors = [] } = error as Partial<BuildFailure>;
      if (errors.length === 0) throw error;
      for (const { text, location } of errors)
        refuse(
          `can't be bundled: ${location ? `${location.file}:${location.line}:${location.column}: ` : ""}${text}`,
        );
      return undefined;
    }
  }
}

function bundle({ entry, nodeMajor }: FunctionArchiveProps): Record<string, Uint8Array> {
  const root = packageFolder(entry);
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [resolve(entry)],
    outfile: "index.js",
    bundle: true,
    write: false,
    platform: "node",
    target: `node${nodeMajor}`,
    format: "cjs",
    // The runtime contains the AWS SDK: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
    external: ["@aws-sdk/*"],
    minify: true,
    keepNames: true,
    legalComments: "none",
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "silent",
  });
  return Object.fromEntries(
    outputFiles.map((file) => [file.path.endsWith(".map") ? "index.js.map" : "index.js", file.contents]),
  );
}

/** The nearest folder with a package.json. Paths in the bundle are relative to it. */
function packageFolder(entry: string): string {
  let folder = dirname(resolve(entry));
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

function zip(files: Record<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const contents = files[name];
    // The entry is marked as made on Unix (os 3). The upper half of its attributes is the file's mode, which must let
    // the runtime's user read it.
    if (contents) entries[name] = [contents, { level: 9, mtime: modified, os: 3, attrs: 0o100644 << 16 }];
  }
  return zipSync(entries);
}

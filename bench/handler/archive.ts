import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import { unzipSync } from "fflate";
import { FunctionArchive } from "../../constructs/ingest/function-archive";

export interface UnpackedArchive {
  /** Folder that has only the files of the archive. */
  readonly folder: string;
  /** Path of the entry point, `index.js`. */
  readonly entry: string;
  readonly archiveBytes: number;
  readonly entryBytes: number;
  readonly remove: () => void;
}

/** Unpacks the archive of `process-readings`, as the stack deploys it, into a temporary folder. */
export function unpackArchive(): UnpackedArchive {
  const folder = mkdtempSync(join(tmpdir(), "process-readings-"));
  const app = new App({ outdir: join(folder, "cdktf.out") });
  const stack = new TerraformStack(app, "archive");
  const { path } = new FunctionArchive(stack, "function", {
    entry: resolve(__dirname, "../../functions/process-readings/index.ts"),
    nodeMajor: 22,
  });
  app.synth();
  const archive = readFileSync(join(app.outdir, "stacks", "archive", path));
  const task = join(folder, "task");
  mkdirSync(task);
  const files = unzipSync(archive);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(task, name), bytes);
  return {
    folder: task,
    entry: join(task, "index.js"),
    archiveBytes: archive.length,
    entryBytes: files["index.js"]?.length ?? 0,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

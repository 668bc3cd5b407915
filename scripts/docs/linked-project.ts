import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");
/** Files and folders that commands write into the project's folder. */
const written = new Set([".git", ".local", "cdktf.out", "hcl.out", "packages.out"]);

export interface LinkedProject {
  readonly folder: string;
  remove(): void;
}

/**
 * Creates a folder of links to this project's files. Commands that run there do not touch the output of commands here.
 */
export function linkProject(): LinkedProject {
  const folder = mkdtempSync(join(tmpdir(), "streaming-data-lake-project-"));
  for (const name of readdirSync(root))
    if (!written.has(name)) symlinkSync(join(root, name), join(folder, name));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

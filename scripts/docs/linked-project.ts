import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");
/** What commands write into the project's folder. */
const written = new Set([".git", ".local", "cdktf.out", "hcl.out", "packages.out"]);

export interface LinkedProject {
  readonly folder: string;
  remove(): void;
}

/** A folder of links to this project's files, in which its commands run without touching what theirs wrote here. */
export function linkProject(): LinkedProject {
  const folder = mkdtempSync(join(tmpdir(), "streaming-data-lake-project-"));
  for (const name of readdirSync(root))
    if (!written.has(name)) symlinkSync(join(root, name), join(folder, name));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

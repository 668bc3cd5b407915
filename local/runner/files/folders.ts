import { existsSync, mkdirSync } from "node:fs";
import { sep } from "node:path";

const undeletable = new Set<string>();

/** Prevents a folder from being created again after somebody has deleted it. @returns a function that ends this. */
export function neverMakeAgain(folder: string): () => void {
  undeletable.add(folder);
  return () => undeletable.delete(folder);
}

/** Creates a folder and its parents. @throws ENOENT when that would bring back a folder that somebody has deleted. */
export function makeFolder(path: string): void {
  for (const folder of undeletable)
    if (path.startsWith(folder + sep) && !existsSync(folder))
      throw Object.assign(new Error(`ENOENT: ${folder} was deleted`), { code: "ENOENT" });
  mkdirSync(path, { recursive: true });
}

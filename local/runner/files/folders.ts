import { existsSync, mkdirSync } from "node:fs";
import { sep } from "node:path";

const kept = new Set<string>();

/** Prevents a folder from being created again after somebody has deleted it. @returns a function that ends this. */
export function neverMakeAgain(folder: string): () => void {
  kept.add(folder);
  return () => kept.delete(folder);
}

/** Creates a folder and its parents. @throws ENOENT when that would bring back a folder that somebody has deleted. */
export function makeFolder(path: string): void {
  for (const folder of kept)
    if (path.startsWith(folder + sep) && !existsSync(folder))
      throw Object.assign(new Error(`ENOENT: ${folder} was deleted`), { code: "ENOENT" });
  mkdirSync(path, { recursive: true });
}

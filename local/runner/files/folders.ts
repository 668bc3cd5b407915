import { existsSync, mkdirSync } from "node:fs";
import { sep } from "node:path";

const kept = new Set<string>();

/** Sees to it that a folder, once someone has deleted it, is not made again; returns what ends that. */
export function neverMakeAgain(folder: string): () => void {
  kept.add(folder);
  return () => kept.delete(folder);
}

/** Makes a folder and those above it. @throws ENOENT when that would bring back a folder that was deleted. */
export function makeFolder(path: string): void {
  for (const folder of kept)
    if (path.startsWith(folder + sep) && !existsSync(folder))
      throw Object.assign(new Error(`ENOENT: ${folder} was deleted`), { code: "ENOENT" });
  mkdirSync(path, { recursive: true });
}

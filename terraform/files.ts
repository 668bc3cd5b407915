import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { appSources, type OpenStackOptions, withoutApp } from "./open-stack";
import { readCdktfJson } from "./synth";
import type { Stack } from "./types";

/** Modification times of files, in milliseconds since 1970. */
export type FileTimes = ReadonlyMap<string, number>;

const partOfStack = /\.tf(?:\.json)?$|\.tfvars(?:\.json)?$/;

/** The files that determine a stack: its own files or the sources of its app, and the archives of its functions. */
export function filesOfStack(
  { path, plan, state, folder }: OpenStackOptions,
  { functions }: Pick<Stack, "functions">,
): FileTimes {
  const files = new Map<string, number>();
  const named = plan ?? state ?? path ?? withoutApp(folder);
  if (named === undefined) {
    const configuration = readCdktfJson(folder);
    for (const source of appSources(configuration)) add(files, source, () => true);
  } else add(files, named, (name) => partOfStack.test(name));
  // Archives that an app creates are not watched, because they change only after its sources have changed.
  if (named !== undefined)
    for (const { archive, layers } of functions)
      for (const one of [archive, ...layers.map((layer) => layer.archive)]) add(files, one, () => true);
  return files;
}

function add(files: Map<string, number>, path: string, isPart: (name: string) => boolean): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    files.set(path, stat.mtimeMs);
    return;
  }
  for (const name of readdirSync(path, { recursive: true }) as string[]) {
    if (!isPart(basename(name)) || name.includes("node_modules")) continue;
    const file = join(path, name);
    const entry = statSync(file, { throwIfNoEntry: false });
    if (entry?.isFile()) files.set(file, entry.mtimeMs);
  }
}

/** The files that were changed, added or removed between two points in time. */
export function changedFiles(before: FileTimes, now: FileTimes): string[] {
  const paths = new Set([...before.keys(), ...now.keys()]);
  return [...paths].filter((path) => before.get(path) !== now.get(path)).sort();
}

import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";

/** The imports of each file. All paths are relative to the project's folder. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Matches a program that a test starts as a process, such as `program("cli/main.ts")`. It counts as an import. */
const started = /\bprogram\("([^"]+\.ts)"\)/g;

/**
 * The imports of the given files and, recursively, of the files that they import, without packages from npm.
 *
 * @param entries Paths of files, relative to the project's folder.
 */
export async function importGraph(root: string, entries: readonly string[]): Promise<ImportGraph> {
  const programs = new Map<string, readonly string[]>();
  for (const entry of entries) {
    const paths = [...readFileSync(join(root, entry), "utf8").matchAll(started)].map(([, path = ""]) => path);
    if (paths.length > 0) programs.set(entry, paths);
  }
  const all = [...entries, ...new Set([...programs.values()].flat())];
  const { metafile } = await build({
    stdin: {
      contents: all.map((path) => `import ${JSON.stringify(resolve(root, path))};`).join("\n"),
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    // The output is not used, so warnings about it are not needed.
    logOverride: { "import-is-undefined": "silent", "direct-eval": "silent" },
    loader: { ".css": "empty" },
    plugins: [
      {
        name: "own files alone",
        setup({ onResolve }) {
          onResolve({ filter: /^[^./]/ }, ({ path }) =>
            /^(?:@streaming-data-lake\/|streaming-data-lake$)/.test(path)
              ? undefined
              : { path, external: true },
          );
        },
      },
    ],
  });
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      file,
      [...imports.filter(({ external }) => !external).map(({ path }) => path), ...(programs.get(file) ?? [])],
    ]),
  );
}

/** For each file that reaches one of the targets: the number of imports between it and the nearest target. */
export function distancesTo(graph: ImportGraph, targets: readonly string[]): ReadonlyMap<string, number> {
  const importers = new Map<string, string[]>();
  for (const [file, imports] of graph)
    for (const each of imports) importers.set(each, [...(importers.get(each) ?? []), file]);
  const distances = new Map(targets.map((target) => [target, 0]));
  for (const file of distances.keys())
    for (const importer of importers.get(file) ?? [])
      if (!distances.has(importer)) distances.set(importer, (distances.get(file) ?? 0) + 1);
  return distances;
}

/** The folder of `__tests__` in which a file is tested, such as `iam` for `local/iam/decide/decide.ts`. */
export function roomOf(file: string): string {
  const [first = "", second = ""] = dirname(file).split("/");
  return first === "local" || first === "__tests__" ? second : first;
}

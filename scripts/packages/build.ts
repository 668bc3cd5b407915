import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { dependenciesOf, manifestOf, workspaces } from "./manifest";
import type { PublishedPackage } from "./published";

export const root = realpathSync(join(__dirname, "../.."));
const { resolve } = createRequire(join(root, "package.json"));

/**
 * Builds a package into a folder of its own, as `npm pack` takes it: JavaScript, types and source maps by tsc, with the
 * workspaces that it needs beside it, and a `package.json` that names all that it imports from elsewhere.
 *
 * The modules are CommonJS, as CDKTF's are. Those who import them get the same ones through `index.mjs`: one instance
 * of each class, however an app is put together.
 *
 * @param folder What was there is replaced.
 */
export function buildPackage(published: PublishedPackage, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  compile(published, folder);
  const { index, bin = {}, assets = [], readme } = published;
  for (const file of filesBelow(join(folder, "dist"))) linkWorkspaces(join(folder, "dist"), file);
  for (const asset of assets) copyFileSync(join(root, asset), join(folder, "dist", asset));
  for (const source of Object.values(bin)) makeExecutable(join(folder, emitted(source)));
  const module = emitted(index).replace(/js$/, "mjs");
  for (const file of [module, module.replace(/mjs$/, "d.mts")])
    writeFileSync(join(folder, file), `export * from "./${basename(emitted(index))}";\n`);
  copyFileSync(join(root, readme), join(folder, "README.md"));
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  const imported = dependenciesOf(filesBelow(join(folder, "dist")));
  const manifest = manifestOf(published, imported);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Where a source's JavaScript is, from the package's folder. */
export const emitted = (source: string): string => `dist/${source.replace(/ts$/, "js")}`;

function compile({ index, bin = {} }: PublishedPackage, folder: string): void {
  const configuration = join(folder, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    outDir: join(folder, "dist"),
    rootDir: root,
    declaration: true,
    sourceMap: true,
    inlineSources: true,
    typeRoots: [join(root, "node_modules/@types")],
    paths: workspacePaths(),
  };
  const files = [index, ...Object.values(bin)].map((source) => join(root, source));
  writeFileSync(
    configuration,
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", configuration], { stdio: ["ignore", 2, 2] });
  rmSync(configuration);
}

/** The sources behind the doors of the workspaces. Found through `node_modules`, tsc would take them for others' code. */
function workspacePaths(): Record<string, string[]> {
  const doors = workspaces().flatMap(({ folder, name, exports }) =>
    Object.entries(exports).map(([door, source]) => [
      `${name}${door.slice(1)}`,
      [join(root, folder, source)],
    ]),
  );
  return Object.fromEntries(doors);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Imports of a workspace by its name become imports of its file, which stands in the same package now. */
function linkWorkspaces(dist: string, file: string): void {
  if (!/\.(?:js|d\.ts)$/.test(file)) return;
  const text = readFileSync(file, "utf8");
  const linked = text.replace(/"@streaming-data-lake\/[^"]+"/g, (specifier) => {
    const source = relative(root, realpathSync(resolve(JSON.parse(specifier))));
    const path = relative(dirname(file), join(dist, source.replace(/ts$/, "js")));
    return JSON.stringify(path.startsWith(".") ? path : `./${path}`);
  });
  if (linked !== text) writeFileSync(file, linked);
}

function makeExecutable(file: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replace(/^#!.*/, "#!/usr/bin/env node"));
  chmodSync(file, 0o755);
}

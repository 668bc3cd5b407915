import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { dependenciesOf, manifestOf, specifiersIn, workspaces } from "./manifest";
import type { PublishedPackage } from "./published";

export const root = realpathSync(join(__dirname, "../.."));
const { resolve } = createRequire(join(root, "package.json"));

/** Folder of a package below the folder in which all are built. */
export const folderOf = (out: string, name: string): string => join(out, name.replace(/^@[^/]+\//, ""));

/**
 * Builds each package into its own folder for `npm pack`: JavaScript, types and source maps by tsc, with the workspaces
 * that it needs beside it, and a `package.json` with all other packages that it imports.
 *
 * The modules are CommonJS, as CDKTF's are. ES modules import the same ones through `index.mjs`, so that there is one
 * instance of each class in every app.
 *
 * @param out Folder of all packages. The contents of their folders are replaced.
 * @returns The packages' folders.
 */
export function buildPackages(packages: readonly PublishedPackage[], out: string): string[] {
  const compiled = join(out, ".compiled");
  rmSync(compiled, { recursive: true, force: true });
  mkdirSync(compiled, { recursive: true });
  try {
    compile(packages.flatMap(entriesOf), compiled);
    for (const file of filesBelow(compiled)) linkWorkspaces(compiled, file);
    return packages.map((each) => assemble(each, compiled, folderOf(out, each.name)));
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
}

const entriesOf = ({ index, bin = {} }: PublishedPackage) => [index, ...Object.values(bin)];

function assemble(published: PublishedPackage, compiled: string, folder: string): string {
  const { index, bin = {}, assets = [], readme } = published;
  rmSync(folder, { recursive: true, force: true });
  for (const file of reachable(entriesOf(published), compiled))
    copyInto(join(folder, "dist"), compiled, file);
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
  // The page is bundled, so it contains what it imports.
  if (published.hasPage) buildPage(join(folder, "dist", pageFolder));
  return folder;
}

/** Folder in which the console's server looks for its page. */
const pageFolder = "local/out/page";

function buildPage(folder: string): void {
  const module = join(root, "local/console/page/build");
  const program = `require(${JSON.stringify(module)}).buildPage(${JSON.stringify(folder)})`;
  execFileSync(process.execPath, ["--import", "tsx", "-e", program], { cwd: root, stdio: ["ignore", 2, 2] });
}

/** Path of the JavaScript of a source, relative to the package's folder. */
export const emitted = (source: string): string => `dist/${source.replace(/ts$/, "js")}`;

/** The compiled files of the given sources, and all files that their code or their types import. */
function reachable(sources: readonly string[], compiled: string): string[] {
  const found = new Set<string>();
  const left = sources.map((source) => join(compiled, source.replace(/\.ts$/, "")));
  for (let stem = left.pop(); stem !== undefined; stem = left.pop())
    for (const file of [`${stem}.js`, `${stem}.js.map`, `${stem}.d.ts`]) {
      if (found.has(file)) continue;
      found.add(file);
      if (file.endsWith(".map")) continue;
      for (const specifier of specifiersIn(file))
        if (specifier.startsWith(".")) left.push(stemOf(join(dirname(file), specifier)));
    }
  return [...found];
}

/** A path without its extension. For a folder, it is the path of the folder's index. */
function stemOf(path: string): string {
  const stem = path.replace(/\.(?:js|d\.ts|ts)$/, "");
  return existsSync(`${stem}.js`) ? stem : join(stem, "index");
}

function copyInto(folder: string, from: string, file: string): void {
  const target = join(folder, relative(from, file));
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
}

function compile(sources: readonly string[], outDir: string): void {
  const configuration = join(outDir, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    outDir,
    rootDir: root,
    declaration: true,
    sourceMap: true,
    inlineSources: true,
    // npm run check has checked the sources; a second time takes half of the build.
    noCheck: true,
    typeRoots: [join(root, "node_modules/@types")],
    paths: workspacePaths(),
  };
  const files = sources.map((source) => join(root, source));
  writeFileSync(
    configuration,
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", configuration], { stdio: ["ignore", 2, 2] });
  rmSync(configuration);
}

/**
 * The sources of the workspaces' exports. If tsc found them through `node_modules`, it would treat them as external
 * code.
 */
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

/** Replaces imports of a workspace's name by imports of its file, which is now beside the others. */
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

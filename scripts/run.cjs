/**
 * Runs a program of this project, which is written in TypeScript: `node scripts/run.cjs cli/main.ts start`.
 *
 * esbuild bundles all sources that the program imports into one file, which is kept in `node_modules/.cache`. The file
 * is reused only while each of these sources is unchanged, byte for byte. Packages from npm are not bundled. Without
 * the bundle, Node would resolve and translate several hundred files at each start, which takes three times as long.
 */
const { createHash } = require("node:crypto");
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { dirname, join, relative, resolve } = require("node:path");

const root = join(__dirname, "..");
const cache = join(root, "node_modules/.cache/streaming-data-lake");

/**
 * @typedef {object} Sources The sources that a program was bundled from.
 * @property {string} key
 * @property {string[]} files Paths of the sources, relative to the project's folder.
 * @property {string[]} folders Folders of the sources. A new file in one of them can change what an import resolves to.
 */

/** @typedef {{ code: string, map: () => string }} Program */

/** @type {(entry: string) => string} */
const nameOf = (entry) =>
  relative(root, entry)
    .replace(/\.ts$/, "")
    .replaceAll(/[^\w.]+/g, "-");

const source = /\.(?:[cm]?[jt]sx?|json)$/;

/** @type {(folder: string) => string[]} */
const sourcesIn = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => source.test(name))
    .sort();

/** @type {(files: string[], folders: string[], read?: (file: string) => string | Buffer) => string} */
function keyOf(files, folders, read = (file) => readFileSync(join(root, file))) {
  const hash = createHash("sha256").update(root).update(readFileSync(__filename));
  hash.update(readFileSync(join(root, "node_modules/esbuild/package.json")));
  for (const file of files) hash.update(`\n${file}\n`).update(read(file));
  for (const folder of folders) {
    const names = sourcesIn(folder);
    hash.update(`\n${folder}: ${names}\n`);
    // A package.json decides which file an import of a workspace resolves to.
    if (names.includes("package.json")) hash.update(readFileSync(join(root, folder, "package.json")));
  }
  return hash.digest("hex").slice(0, 20);
}

/** @type {(name: string) => Program | undefined} */
function kept(name) {
  try {
    const code = readFileSync(join(cache, `${name}.cjs`), "utf8");
    /** @type {Sources} */
    const { key, files, folders } = JSON.parse(code.slice(2, code.indexOf("\n")));
    if (keyOf(files, folders) !== key) return undefined;
    return { code, map: () => readFileSync(join(cache, `${name}.${key}.map`), "utf8") };
  } catch {
    // The file or one of its sources does not exist.
    return undefined;
  }
}

/** @type {(entry: string, name: string) => Promise<Program>} */
async function make(entry, name) {
  const { build, stop } = require("esbuild");
  /** @type {Map<string, string>} */
  const read = new Map();
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    outfile: join(cache, `${name}.cjs`),
    write: false,
    bundle: true,
    platform: "node",
    target: "node20.9",
    format: "cjs",
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    logLevel: "error",
    plugins: [
      {
        name: "sources",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === "entry-point" || /^(?:@streaming-data-lake\/|streaming-data-lake$)/.test(path)
              ? undefined
              : { path, external: true },
          );
          onLoad({ filter: source }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            read.set(relative(root, path), text);
            if (path.endsWith(".json")) return { contents: text, loader: "json" };
            const script = text.replace(/^#!.*/, "");
            const loader = path.endsWith("x") ? "tsx" : "ts";
            if (!/\b__(?:file|dir)name\b/.test(script)) return { contents: script, loader };
            const [file, folder] = [path, dirname(path)].map((each) => JSON.stringify(each));
            return { contents: `const __filename = ${file}, __dirname = ${folder};${script}`, loader };
          });
        },
      },
    ],
  });
  await stop();
  const files = [...read.keys()].sort();
  const folders = [...new Set([".", ...files.map((file) => dirname(file))])].sort();
  const key = keyOf(files, folders, (file) => read.get(file) ?? "");
  const [map = "", bundle = ""] = result.outputFiles.map(({ text }) => text);
  const code = `//${JSON.stringify({ key, files, folders })}\n${bundle}`;
  // A program outside of the project belongs to a temporary copy, so it is not kept.
  if (!relative(root, entry).startsWith("..")) keep(name, key, code, map);
  return { code, map: () => map };
}

/** @type {(name: string, key: string, code: string, map: string) => void} */
function keep(name, key, code, map) {
  const dayAgo = Date.now() - 86_400_000;
  /** @type {(file: string, text: string) => void} */
  const write = (file, text) => {
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  };
  try {
    mkdirSync(cache, { recursive: true });
    write(join(cache, `${name}.${key}.map`), map);
    write(join(cache, `${name}.cjs`), code);
    // The files of processes that are possibly still running are kept.
    for (const file of readdirSync(cache))
      if (
        file.startsWith(`${name}.`) &&
        file.endsWith(".map") &&
        file !== `${name}.${key}.map` &&
        statSync(join(cache, file)).mtimeMs < dayAgo
      )
        rmSync(join(cache, file), { force: true });
  } catch {
    // The folder can't be written, so every start bundles the program again.
  }
}

/** Makes stack traces show positions in the TypeScript. The map is read only when a trace is written. */
function traceSources(/** @type {string} */ file, /** @type {() => string} */ readMap) {
  /** @type {import("node:module").SourceMap | undefined} */
  let map;
  let isGone = false;
  /** @type {(frame: NodeJS.CallSite) => string} */
  const place = (frame) => {
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    if (frame.getFileName() !== file || !line || !column || isGone) return `${frame}`;
    try {
      map ??= new Module.SourceMap(JSON.parse(readMap()));
    } catch {
      // The cache was emptied while this program was running. A trace of the bundle is better than none.
      isGone = true;
      return `${frame}`;
    }
    // The file begins with a line about its sources, which the map does not include.
    const from = map.findEntry(line - 2, column - 1);
    if (!("originalSource" in from)) return `${frame}`;
    const source = resolve(cache, from.originalSource);
    return `${frame}`.replace(
      `${file}:${line}:${column}`,
      `${source}:${from.originalLine + 1}:${from.originalColumn + 1}`,
    );
  };
  Error.prepareStackTrace = (error, frames) =>
    [`${error}`, ...frames.map((frame) => `    at ${place(frame)}`)].join("\n");
}

/**
 * Lets V8 keep what it has compiled, where Node can do that: from Node 22 on. A start then takes a third less.
 *
 * https://nodejs.org/docs/latest-v24.x/api/module.html#moduleenablecompilecachecachedir
 */
function keepCompiled() {
  /** @type {{ enableCompileCache?: (folder: string) => void }} */
  const { enableCompileCache } = Module;
  enableCompileCache?.(join(cache, "compiled"));
}

/** @type {(entry: string, program: Program) => void} */
function start(entry, { code, map }) {
  const file = join(cache, `${nameOf(entry)}.cjs`);
  traceSources(file, map);
  const module = Object.assign(new Module(file), {
    filename: file,
    paths: Module._nodeModulePaths(dirname(entry)),
  });
  module._compile(code, file);
}

const [, , entry] = process.argv;
if (entry === undefined) {
  process.stderr.write("run.cjs: name a program, such as cli/main.ts\n");
  process.exit(2);
}
process.argv.splice(1, 2, resolve(entry));
const [, path] = process.argv;
keepCompiled();
const program = kept(nameOf(path));
if (program) start(path, program);
else
  make(path, nameOf(path)).then(
    (made) => start(path, made),
    (error) => {
      // If a source is wrong, esbuild has already said what is wrong.
      if (!error.errors) process.stderr.write(`run.cjs: ${error.message}\n`);
      process.exitCode = 1;
    },
  );

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** Not beside the sources: it is none, and what is newer there has the stack synthesized again. */
const dist = join(__dirname, "../page.out");

/**
 * The folder of the page's built files, which is built first where the sources are newer than it. A published package
 * brings the built files alone.
 */
export async function pageFolder(): Promise<string> {
  const sources = await newestSource();
  const built = await stat(join(dist, "index.html")).catch(() => undefined);
  if (sources === undefined || (built && built.mtimeMs >= sources)) return dist;
  return buildPage();
}

/**
 * Bundles the page: `index.html`, and below `assets/` what it loads, each file with a hash of its content in its name. What
 * is only needed by one view is loaded with it.
 *
 * @param out What was in this folder is replaced.
 * @returns That folder.
 */
export async function buildPage(out = dist): Promise<string> {
  // By a name that nobody resolves: a published package has no sources, and needs no bundler.
  const bundler = "esbuild";
  const { build } = (await import(bundler)) as typeof import("esbuild");
  const making = `${out}.${process.pid}.out`;
  try {
    const { metafile } = await build({
      absWorkingDir: __dirname,
      entryPoints: ["main.tsx", "styles/main.css"],
      outdir: making,
      entryNames: "assets/[name]-[hash]",
      chunkNames: "assets/[name]-[hash]",
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      target: ["chrome123", "firefox120", "safari17.5"],
      jsx: "automatic",
      jsxImportSource: "preact",
      define: { "process.env.NODE_ENV": '"production"' },
      legalComments: "none",
      metafile: true,
      logLevel: "warning",
    });
    const { outputs } = metafile;
    const made = (entry: string) =>
      Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry) ?? "";
    // What the script imports is asked for together with it.
    const preloads = importedBy(made("main.tsx"), outputs).map(
      (path) => `<link rel="modulepreload" href="/${assetOf(path)}" />`,
    );
    const html = (await readFile(join(__dirname, "index.html"), "utf8"))
      .replace("main.css", assetOf(made("styles/main.css")))
      .replace("main.js", assetOf(made("main.tsx")))
      .replace("</head>", `  ${preloads.join("\n    ")}\n  </head>`);
    await mkdir(making, { recursive: true });
    await writeFile(join(making, "index.html"), html);
    await rm(out, { recursive: true, force: true });
    await rename(making, out);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return out;
}

const assetOf = (path: string): string => path.replace(/^.*\bassets\//, "assets/");

/** The files that one loads before it begins, itself left out. */
function importedBy(path: string, outputs: Metafile["outputs"], known = new Set([path])): readonly string[] {
  for (const { path: next, kind } of outputs[path]?.imports ?? [])
    if (kind === "import-statement" && !known.has(next)) importedBy(next, outputs, known.add(next));
  return [...known].slice(1);
}

/** When the latest source was changed; `undefined` where there are none. */
async function newestSource(): Promise<number | undefined> {
  if (!existsSync(join(__dirname, "main.tsx"))) return undefined;
  const names = await readdir(__dirname, { recursive: true });
  const times = await Promise.all(names.map(async (name) => (await stat(join(__dirname, name))).mtimeMs));
  return Math.max(...times);
}

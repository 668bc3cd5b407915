import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import type { BuildOptions, build as bundle, Metafile, Plugin } from "esbuild";
import { lucideNames } from "./icons";

/**
 * A folder `out` is no source of the app. It is outside of the page's folder, because a new folder among sources would
 * look like a change of the app, and the stack would be synthesized again.
 */
export const pageOutput = join(__dirname, "../../out/page");

/** Leaves out the icons that the page does not show: the collection has 1,700 in one file of 600 kB. */
const shownIcons: Plugin = {
  name: "shown-icons",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lucide[\\/]icons\.json$/ }, async ({ path }) => {
      const { icons } = JSON.parse(await readFile(path, "utf8"));
      const shown = Object.values(lucideNames).map((name) => [name, icons[name]]);
      return { contents: JSON.stringify({ icons: Object.fromEntries(shown) }), loader: "json" };
    });
  },
};

const common: BuildOptions = {
  absWorkingDir: __dirname,
  bundle: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [shownIcons],
  logLevel: "warning",
};

/**
 * The folder of the built page. The page is built first when the sources are newer. A published package contains only
 * the built files.
 */
export async function pageFolder(): Promise<string> {
  const sources = await newestSource();
  const built = await stat(join(pageOutput, "index.html")).catch(() => undefined);
  if (sources === undefined || (built && built.mtimeMs >= sources)) return pageOutput;
  return buildPage();
}

/**
 * Bundles the page: `index.html`, `index.es.html` in Spanish, and the files that they load, in `assets/`, each with a
 * hash of its content in its name. Code that only one view needs is loaded with that view.
 *
 * @param out Output folder. Its previous contents are removed.
 * @returns The output folder.
 */
export async function buildPage(out = pageOutput): Promise<string> {
  // The name is a variable so that bundlers and the type checker do not resolve it: a published package has no sources
  // and no esbuild.
  const bundler = "esbuild";
  const { build } = (await import(bundler)) as typeof import("esbuild");
  const making = `${out}.${process.pid}.out`;
  try {
    const { metafile } = await build({
      ...common,
      entryPoints: ["main.ts", "styles/first.css", "styles/main.css"],
      outdir: making,
      entryNames: "assets/[name]-[hash]",
      chunkNames: "assets/[name]-[hash]",
      splitting: true,
      minify: true,
      format: "esm",
      target: ["chrome123", "firefox120", "safari17.5"],
      define: { "process.env.NODE_ENV": '"production"' },
      legalComments: "none",
      metafile: true,
    });
    const { outputs } = metafile;
    const made = (entry: string) =>
      Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry) ?? "";
    // The modules that the entry points import are preloaded, so that the browser requests all of them at once.
    const known = new Set<string>();
    for (const entry of ["app/start.ts", "run.tsx"]) importedBy(made(entry), outputs, known.add(made(entry)));
    const preloads = [...known].map((path) => `<link data-rel="modulepreload" href="/${assetOf(path)}" />`);
    const firstStyles = join(__dirname, made("styles/first.css"));
    const html = (await readFile(join(__dirname, "index.html"), "utf8"))
      .replace("/* first */", (await readFile(firstStyles, "utf8")).trim())
      .replace("main.css", assetOf(made("styles/main.css")))
      .replace("main.js", assetOf(made("main.ts")))
      .replace("</head>", `  ${preloads.join("\n    ")}\n  </head>`);
    await rm(firstStyles);
    for (const [language, screen] of await firstScreens(build))
      await writeFile(
        join(making, language === "en" ? "index.html" : `index.${language}.html`),
        html.replace('lang="en"', `lang="${language}"`).replace("<!-- first -->", () => screen),
      );
    await rm(out, { recursive: true, force: true });
    await rename(making, out);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return out;
}

/** The first screen in each language, rendered in a browser without any state. */
async function firstScreens(build: typeof bundle): Promise<readonly (readonly [string, string])[]> {
  const { outputFiles = [] } = await build({
    ...common,
    entryPoints: ["first.tsx"],
    write: false,
    format: "iife",
    globalName: "page",
  });
  const browserIn = (language: string) => ({
    navigator: { language },
    localStorage: { getItem: () => null, setItem: () => {} },
    matchMedia: () => ({ matches: false, addEventListener: () => {} }),
    document: { documentElement: { dataset: {} } },
  });
  return ["en", "es"].map((language) => [
    language,
    runInNewContext(`${outputFiles[0]?.text}; page.first()`, browserIn(language)),
  ]);
}

const assetOf = (path: string): string => path.replace(/^.*\bassets\//, "assets/");

/** Adds all files that a file imports statically. */
function importedBy(path: string, outputs: Metafile["outputs"], known: Set<string>): void {
  for (const { path: next, kind } of outputs[path]?.imports ?? [])
    if (kind === "import-statement" && !known.has(next)) importedBy(next, outputs, known.add(next));
}

/** Sources of the page that are outside of its folder. */
export const elsewhere = ["../../lake/script.ts", "../../runner/format.ts"];

/** When the most recently changed source was modified; `undefined` when there are no sources. */
async function newestSource(): Promise<number | undefined> {
  if (!existsSync(join(__dirname, "main.ts"))) return undefined;
  const names = await readdir(__dirname, { recursive: true });
  const files = [...names, ...elsewhere].map((name) => join(__dirname, name));
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return Math.max(...times);
}

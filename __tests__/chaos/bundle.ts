import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

const root = resolve(__dirname, "..", "..");
const bundles = new Map<string, string>();
let folder: string | undefined;

/** A script of this folder as one file of JavaScript: it starts in a third of the time, and a round starts dozens. */
export function bundle(script: string): string {
  const known = bundles.get(script);
  if (known) return known;
  // Below node_modules, so that it finds the package that is left out.
  folder ??= temporary(mkdtempSync(join(root, "node_modules", ".chaos-")));
  const outfile = join(folder, script.replace(/\.ts$/, ".cjs"));
  buildSync({
    entryPoints: [join(__dirname, script)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["@duckdb/node-api"],
    logLevel: "error",
  });
  bundles.set(script, outfile);
  return outfile;
}

/** What the runner looks for beside its sources is put beside the bundles, which go when this process ends. */
function temporary(path: string): string {
  copyFileSync(join(root, "local/runner/lambda/process/bootstrap.mjs"), join(path, "bootstrap.mjs"));
  process.once("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/**
 * Runs the tests nearest to what has changed since the last commit: `npm run test:changed`. Files can be given instead
 * of the changes. With `--all`, it runs every test file that imports a changed file, directly or indirectly.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { importGraph } from "./changed/import-graph";
import { nearestTests } from "./changed/nearest-tests";

const root = join(__dirname, "..");
/** Seconds that the chosen tests can take. Starting Vitest and importing take about as long again. */
const budget = 5;
/** Time that loading one more test file takes. Seconds. */
const loading = 0.3;

const changedSinceCommit = (): string[] =>
  [
    ["diff", "--name-only", "--relative", "-z", "HEAD"],
    ["ls-files", "--others", "--exclude-standard", "-z"],
  ].flatMap((args) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" })
      .split("\0")
      .filter((path) => path !== ""),
  );

/** The files of `npm test`, which vitest.config.mts chooses in the same way. */
const unitTests = (): string[] =>
  readdirSync(join(root, "__tests__"), { recursive: true, encoding: "utf8" })
    .map((path) => `__tests__/${path}`)
    .filter(
      (path) => /\.test\.ts$/.test(path) && !/\.e2e\.test\.ts$|^__tests__\/(?:e2e|chaos|peers)\//.test(path),
    );

/** Seconds that each test file took in its last run, from Vitest's cache; empty when there is no cache. */
function recordedSeconds(): ReadonlyMap<string, number> {
  const cache = join(root, "node_modules/.vite/vitest");
  try {
    const [folder = ""] = readdirSync(cache);
    const { results } = JSON.parse(readFileSync(join(cache, folder, "results.json"), "utf8")) as {
      results: [string, { duration: number }][];
    };
    return new Map(results.map(([name, { duration }]) => [name.replace(/^[^:]*:/, ""), duration / 1000]));
  } catch {
    return new Map();
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const isAll = args.includes("--all");
  const files = args.filter((arg) => arg !== "--all");
  const unknown = files.find((arg) => arg.startsWith("-"));
  if (unknown !== undefined) {
    console.error(`test:changed: unknown option ${unknown}; it takes --all, and files`);
    return 2;
  }
  const changed =
    files.length > 0 ? files.map((file) => relative(root, resolve(file))) : changedSinceCommit();
  const tests = unitTests();
  const recorded = recordedSeconds();
  const { chosen, left } = nearestTests(await importGraph(root, tests), tests, changed, {
    secondsOf: (test) => loading + (recorded.get(test) ?? 1),
    budget: isAll ? Number.POSITIVE_INFINITY : budget,
  });
  if (chosen.length === 0) {
    console.log(
      `test:changed: no test of npm test imports ${changed.join(", ") || "a change: there is none"}`,
    );
    return 0;
  }
  if (left.length > 0)
    console.log(
      `The nearest ${chosen.length} of ${chosen.length + left.length} test files that reach the change; -- --all runs them all.`,
    );
  const { status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", ...chosen],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  return status ?? 1;
}

void main().then((code) => {
  process.exitCode = code;
});

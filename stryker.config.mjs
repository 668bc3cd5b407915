/**
 * Where a mistake loses records or tells a wrong answer, and the tests of it that need no process of their own. A room
 * is chosen by what is mutated: `npm run mutation -- --mutate local/iam/match/conditions.ts` runs those of `iam`.
 */
const rooms = {
  aggregation: { mutate: "aggregation/**/*.ts", tests: ["aggregation"] },
  constructs: { mutate: "constructs/**/*.ts", tests: ["constructs"] },
  delivery: { mutate: "local/runner/firehose/**/*.ts", tests: ["runner/firehose"] },
  iam: { mutate: "local/iam/**/*.ts", tests: ["iam"] },
  mapping: {
    mutate: "local/runner/lambda/*.ts",
    tests: [
      "runner/{batch,lane,lambda/checkpoints,lambda/mapping*,mapping-conformance,poison,sequence}.test.ts",
    ],
  },
  sql: { mutate: "local/lake/{hive,trino}/**/*.ts", tests: ["statements"] },
  terraform: { mutate: "terraform/**/*.ts", tests: ["terraform"] },
};

const folderOf = (pattern) => pattern.replace(/[*{].*$/, "");
const at = process.argv.findIndex((arg) => arg === "--mutate" || arg === "-m");
const named = at < 0 ? "constructs/" : process.argv[at + 1];
const room =
  Object.values(rooms).find(({ mutate }) => named.startsWith(folderOf(mutate))) ??
  Object.values(rooms).find(
    ({ mutate }) => folderOf(mutate).startsWith("local/lake/") && named.startsWith("local/lake/"),
  );
if (!room) throw new Error(`--mutate ${named}: it is in none of ${Object.keys(rooms).join(", ")}`);
// Read by vitest.mutation.config.mts, in the processes that run the tests. Set it to run fewer.
process.env.MUTATION_TESTS ??= room.tests.join();

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  plugins: ["@stryker-mutator/*", "./tools/statements-runner.mjs"],
  testRunner: process.env.MUTATION_TESTS === "statements" ? "statements" : "vitest",
  vitest: { configFile: "vitest.mutation.config.mts" },
  mutate: [rooms.constructs.mutate],
  coverageAnalysis: "perTest",
  // What runs only while a module loads, which happens once for all mutants.
  ignoreStatic: true,
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  timeoutMS: 20_000,
  reporters: ["clear-text", "html", "json", "progress"],
  thresholds: { high: 95, low: 90, break: 90 },
  // A file that does not exist: Stryker would rewrite tsconfig.json with TypeScript's JavaScript API, which
  // TypeScript 7 no longer has. vitest needs no tsconfig.json.
  tsconfigFile: "no-tsconfig.json",
  ignorePatterns: ["/.local", "/cdktf.out", "/hcl.out", "/bench"],
};

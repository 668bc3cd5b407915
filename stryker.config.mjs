/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.mts" },
  mutate: ["constructs/**/*.ts"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ["clear-text", "html", "json", "progress"],
  thresholds: { high: 95, low: 90, break: 90 },
  // A file that does not exist: Stryker would rewrite tsconfig.json with TypeScript's JavaScript API, which
  // TypeScript 7 no longer has. vitest needs no tsconfig.json.
  tsconfigFile: "no-tsconfig.json",
  ignorePatterns: ["/.local", "/cdktf.out", "/hcl.out", "/bench"],
};

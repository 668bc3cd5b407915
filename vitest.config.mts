import { defineConfig } from "vitest/config";

/** Tests of folders that start no process: their files share a worker, and load the modules only once in it. */
const sharing = [
  "aggregation",
  "command",
  "constructs",
  "cost",
  "dataset",
  "functions",
  "iam",
  "lake",
  "stacks",
  "terraform",
].map((folder) => `__tests__/${folder}/**/*.test.ts`);
const apart = ["__tests__/{e2e,chaos,peers}/**", "**/*.e2e.test.ts"];

export default defineConfig({
  test: {
    // Many tests wait for a process of their own, and so leave their core to others.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "shared", include: sharing, exclude: apart, isolate: false } },
      {
        extends: true,
        test: { name: "own", include: ["__tests__/**/*.test.ts"], exclude: [...apart, ...sharing] },
      },
    ],
  },
});

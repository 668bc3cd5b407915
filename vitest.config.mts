import { defineConfig } from "vitest/config";

/** Tests that change or measure what belongs to the whole process, and so have a worker of their own. */
const own = ["__tests__/runner/lambda.test.ts"];
const apart = ["__tests__/{e2e,chaos,peers}/**", "**/*.e2e.test.ts"];

export default defineConfig({
  test: {
    // Many tests wait for a process of their own, and so leave their core to others.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // Their files share a worker, and load the modules only once in it: they leave nothing behind.
        test: {
          name: "shared",
          include: ["__tests__/**/*.test.ts"],
          exclude: [...apart, ...own],
          isolate: false,
        },
      },
      { extends: true, test: { name: "own", include: own } },
    ],
  },
});

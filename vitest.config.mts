import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    exclude: ["__tests__/{e2e,chaos,peers}/**", "**/*.e2e.test.ts"],
    // The files share a worker, and load the modules only once in it: they leave nothing behind.
    isolate: false,
    // Many tests wait for a process of their own, and so leave their core to others.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

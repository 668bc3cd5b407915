import { defineConfig } from "vitest/config";

// One file after the other, each test after the one before: they share one server and one deployed stack.
export default defineConfig({
  test: {
    include: ["__tests__/e2e/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});

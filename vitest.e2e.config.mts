import { defineConfig } from "vitest/config";

// The tests of a file share one server and one deployed stack, each after the one before. Files share nothing: three
// at a time on two cores, because the most of each is waiting for what AWS, and moto with it, takes long for.
export default defineConfig({
  test: {
    include: ["__tests__/{e2e,chaos}/**/*.test.ts", "__tests__/**/*.e2e.test.ts"],
    maxWorkers: 3,
    testTimeout: 400_000,
    hookTimeout: 300_000,
  },
});

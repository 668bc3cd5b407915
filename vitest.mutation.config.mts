import { defineConfig } from "vitest/config";

// What runs in a process of its own (main, examples) is not mutated, and what takes Terraform would take hours.
export default defineConfig({
  test: {
    include: ["__tests__/constructs/**/*.test.ts"],
    exclude: ["__tests__/constructs/{examples,main,properties}.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

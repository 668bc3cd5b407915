import { defineConfig } from "vitest/config";

// Clients that others wrote, which take Java, Maven's packages or a large one of npm's, and minutes. A suite says why it
// is skipped where its client is missing.
export default defineConfig({
  test: {
    include: ["__tests__/peers/**/*.test.ts"],
    setupFiles: ["__tests__/support/each-file.ts"],
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});

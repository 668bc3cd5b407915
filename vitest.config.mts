import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    exclude: ["__tests__/e2e/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

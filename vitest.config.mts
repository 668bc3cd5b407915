import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    setupFiles: ["__tests__/support/each-file.ts"],
    exclude: ["__tests__/{e2e,chaos,peers}/**", "**/*.e2e.test.ts"],
    // The files share a worker, and load the modules only once in it: they leave nothing behind.
    isolate: false,
    // Many tests wait for a process of their own, and so leave their core to others.
    maxWorkers: "100%",
    // Sources as Vite has translated them are kept by their content, which saves a third of the CPU of a start.
    experimental: { fsModuleCache: true, fsModuleCachePath: "node_modules/.cache/vitest" },
    // Terraform and its provider live for seconds: to collect their garbage would take a quarter of their CPU.
    env: { GOGC: "off", GOMEMLIMIT: "2GiB" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

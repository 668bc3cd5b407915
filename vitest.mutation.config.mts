import { defineConfig } from "vitest/config";

/** Folders and files of `__tests__`, as stryker.config.mjs names them for what is mutated. */
const tests = (process.env.MUTATION_TESTS ?? "constructs").split(/,(?![^{]*\})/);

// Left out: what runs in a process of its own and is not mutated, what takes Terraform, and what asks of the whole
// stack again what the others ask of its parts. Stacks are made before each test, not before all, so that Stryker
// knows which tests cover a line.
export default defineConfig({
  test: {
    include: tests.map((each) => `__tests__/${each.endsWith(".ts") ? each : `${each}/**/*.test.ts`}`),
    exclude: [
      "__tests__/constructs/{main,properties,security,least-privilege}.test.ts",
      "__tests__/iam/mutation/**",
      "__tests__/terraform/{arguments,malformed}.test.ts",
      "**/*.e2e.test.ts",
    ],
    setupFiles: ["__tests__/support/each-file.ts"],
    // A run for each mutant: what the files import is loaded once for all of them, which is three times as fast.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

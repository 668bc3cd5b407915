import { defineConfig } from "vitest/config";

// The tests of a file share one server and one deployed stack, each after the one before. Files share nothing: three
// at a time on two cores, because the most of each is waiting for what AWS, and moto with it, takes long for.
/** Of these `npm test` runs a share of the cases. */
const whole = [
  "__tests__/console/drawing.test.ts",
  "__tests__/lake/reading/reading.test.ts",
  "__tests__/lake/recorded/{people,types}.test.ts",
  "__tests__/constructs/properties.test.ts",
  "__tests__/constructs/adoption/wrong-types.test.ts",
  "__tests__/iam/mutation/replay.test.ts",
  "__tests__/producer/faults.test.ts",
];

export default defineConfig({
  test: {
    include: ["__tests__/{e2e,chaos}/**/*.test.ts", "__tests__/**/*.e2e.test.ts", ...whole],
    env: { WHOLE_SUITES: "1" },
    maxWorkers: 3,
    testTimeout: 400_000,
    hookTimeout: 300_000,
  },
});

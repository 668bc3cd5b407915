import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Of these `npm test` runs a share of the cases. */
const whole = [
  "__tests__/console/drawing.test.ts",
  "__tests__/lake/reading/reading.test.ts",
  "__tests__/lake/recorded/{asked,people,types}.test.ts",
  "__tests__/constructs/properties.test.ts",
  "__tests__/constructs/adoption/wrong-types.test.ts",
  "__tests__/iam/mutation/replay.test.ts",
  "__tests__/producer/faults.test.ts",
  "__tests__/terraform/malformed.test.ts",
];

/** Those that take minutes, the longest first: one that began last would keep one core busy and the other waiting. */
const slowest = [
  "lifecycle.test.ts",
  "recovery.test.ts",
  "faults.test.ts",
  "replacements.test.ts",
  "packages.test.ts",
  "plan-folder.test.ts",
  "clients.test.ts",
  "stop.test.ts",
  "lab.test.ts",
  "verify.test.ts",
  "reading.test.ts",
  "hcl.test.ts",
  "page.test.ts",
  "refusals.test.ts",
  "crash.test.ts",
];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = slowest.indexOf(basename(moduleId));
      return at < 0 ? slowest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

// The tests of a file share one server and one deployed stack, each after the one before. Files share nothing: three
// at a time on two cores, because the most of each is waiting for what AWS, and moto with it, takes long for.
export default defineConfig({
  test: {
    include: ["__tests__/{e2e,chaos}/**/*.test.ts", "__tests__/**/*.e2e.test.ts", ...whole],
    setupFiles: ["__tests__/support/each-file.ts"],
    // Terraform and its provider live for seconds: to collect their garbage would take a quarter of their CPU.
    env: { WHOLE_SUITES: "1", GOGC: "off", GOMEMLIMIT: "2GiB" },
    maxWorkers: 3,
    // With those of `npm test`, which runs at the same time in the gate.
    experimental: { fsModuleCache: true, fsModuleCachePath: "node_modules/.cache/vitest" },
    sequence: { sequencer: SlowestFirst },
    testTimeout: 400_000,
    hookTimeout: 300_000,
  },
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openEndpoint } from "../../local/aws/index";
import { startRunner } from "../../local/runner/runner";
import { treatmentOf, treatments } from "../../terraform/arguments/index";
import { readStack } from "../../terraform/index";
import { Settings } from "../../terraform/settings";
import { temporaryFolder } from "../support/folders";
import { synthesizeInto } from "../support/pipeline-folder";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Paths of what the readers ask, by type of resource. */
function recordReads(): Map<string, Set<string>> {
  const reads = new Map<string, Set<string>>();
  for (const method of ["value", "blocks", "knownEntries"] as const) {
    const original = Settings.prototype[method] as (this: Settings, name: string) => unknown;
    vi.spyOn(Settings.prototype, method).mockImplementation(function (this: Settings, name: string) {
      const [type = ""] = this.address.replace(/^module\.[^.]+\./, "").split(".");
      const { path } = this as unknown as { readonly path: string };
      const known = reads.get(type) ?? new Set();
      reads.set(type, known.add(`${path}${name}`.replace(/\[\d+\]/g, "")));
      return original.call(this, name) as never;
    });
  }
  return reads;
}

/** What is read and said to be not run; what is not in the table is no argument of that type. */
function wronglyListed(reads: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...reads].flatMap(([type, paths]) => {
    const { run = [], noted = [] } = treatments[type] ?? {};
    return [...paths].flatMap((path) => {
      const isBlockWithOthers = [...run, ...noted].some((one) => one.startsWith(`${path}.`));
      return treatmentOf(type, path) === "not run" && !isBlockWithOthers ? [`${type}: ${path}`] : [];
    });
  });
}

/** The types that are read and have no row. */
const withoutRow = (reads: ReadonlyMap<string, unknown>): string[] =>
  [...reads.keys()].filter((type) => type.startsWith("aws_") && !(type in treatments));

it("lists every argument that is read from the pipeline's resources as run or kept", async () => {
  const settings = {
    customerManagedKey: true,
    enhancedFanOut: true,
    tracing: true,
    alarmEmails: ["on-call@example.com"],
  };
  const stack = synthesizeInto(join(folder, "out"), { settings });
  const reads = recordReads();
  const read = readStack(stack);
  const endpoint = await openEndpoint({});
  const runner = await startRunner({
    stack: read.stack,
    dir: join(folder, ".local"),
    api: endpoint.functionApi,
  });
  await endpoint.answerFor(read, runner);
  await endpoint.close();
  await runner.close();
  expect(reads.size).toBeGreaterThan(10);
  expect(withoutRow(reads)).toEqual([]);
  expect(wronglyListed(reads)).toEqual([]);
});

it("lists every argument that is read from examples/complete.ts as run or kept", () => {
  const file = join(folder, "cdk.tf.json");
  writeFileSync(file, readFileSync(join(__dirname, "../constructs/recorded/complete.txt")));
  const reads = recordReads();
  readStack(file);
  expect(withoutRow(reads)).toEqual([]);
  expect(wronglyListed(reads)).toEqual([]);
});

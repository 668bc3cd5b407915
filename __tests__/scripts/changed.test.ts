import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { distancesTo, importGraph } from "../../scripts/changed/import-graph";
import { nearestTests } from "../../scripts/changed/nearest-tests";

const root = join(__dirname, "../..");

describe("the import graph", () => {
  it("has the files of other rooms and packages, and none of node_modules", async () => {
    const graph = await importGraph(root, ["__tests__/aggregation/encode.test.ts"]);
    expect(distancesTo(graph, ["aggregation/encode.ts"]).has("__tests__/aggregation/encode.test.ts")).toBe(
      true,
    );
    expect([...graph.keys()].filter((file) => file.includes("node_modules"))).toEqual([]);
  });

  it("takes a program that a test starts for one that it imports", async () => {
    const graph = await importGraph(root, [
      "__tests__/scripts/changed.test.ts",
      "__tests__/cli/start-process.ts",
    ]);
    expect(distancesTo(graph, ["cli/program.ts"]).get("__tests__/cli/start-process.ts")).toBe(2);
  });
});

describe("the tests of a change", () => {
  const graph = new Map([
    ["__tests__/iam/near.test.ts", ["local/iam/match.ts"]],
    ["__tests__/runner/near.test.ts", ["local/iam/match.ts"]],
    ["__tests__/iam/far.test.ts", ["local/iam/index.ts"]],
    ["__tests__/iam/none.test.ts", ["terraform/index.ts"]],
    ["local/iam/index.ts", ["local/iam/match.ts"]],
    ["local/iam/match.ts", []],
    ["terraform/index.ts", []],
  ]);
  const tests = [...graph.keys()].filter((file) => file.startsWith("__tests__"));
  const choose = (seconds: number | Readonly<Record<string, number>>, budget: number) =>
    nearestTests(graph, tests, ["local/iam/match.ts"], {
      secondsOf: (test) => (typeof seconds === "number" ? seconds : (seconds[test] ?? 1)),
      budget,
    });

  it("are those that reach it, the nearest and those of its room first", () => {
    expect(choose(1, 10)).toEqual({
      chosen: ["__tests__/iam/near.test.ts", "__tests__/runner/near.test.ts", "__tests__/iam/far.test.ts"],
      left: [],
    });
  });

  it("are no more than there is time for", () => {
    expect(choose({ "__tests__/runner/near.test.ts": 5 }, 3)).toEqual({
      chosen: ["__tests__/iam/near.test.ts", "__tests__/iam/far.test.ts"],
      left: ["__tests__/runner/near.test.ts"],
    });
  });

  it("are one at least", () => {
    expect(choose(60, 3).chosen).toEqual(["__tests__/iam/near.test.ts"]);
  });

  it("are the changed file itself where that is a test", () => {
    const changed = ["__tests__/iam/none.test.ts"];
    expect(nearestTests(graph, tests, changed, { secondsOf: () => 1, budget: 1 }).chosen).toEqual(changed);
  });
});

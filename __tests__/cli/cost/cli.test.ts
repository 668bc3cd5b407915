import { describe, expect, it } from "vitest";
import { synthesizePipeline } from "../../support/synthesize";
import { type Ran, runCli } from "../support";
import { stackFile } from "./support";

const run = (...args: readonly string[]): Promise<Ran> => runCli(["cost", ...args]);

const stack = synthesizePipeline();
const cost = (...args: readonly string[]): Promise<Ran> => run("--stack", stackFile(stack), ...args);

describe("npm run cost", () => {
  it("prints what a day costs, by component", async () => {
    const { code, stdout, stderr } = await cost("--rate", "1");
    expect(code).toBe(0);
    expect(stdout).toContain("1 needed, 1 set");
    expect(stdout).toMatch(/^Kinesis +24 shard hours +0\.3600$/m);
    expect(stdout).toMatch(/^a day +0\.7\d*$/m);
    expect(stderr).toBe("");
  });

  it("tells on standard error where the stack can't take the load", async () => {
    const { code, stdout, stderr } = await cost("--rate", "5000", "--bytes", "200");
    expect(code).toBe(0);
    expect(stdout).toContain("5 needed, 1 set");
    expect(stderr).toContain("Note: the stream can't take it: 5 shards are needed");
  });

  it("tries settings: --set", async () => {
    const { stdout, stderr } = await cost(
      ...["--rate", "5000", "--set", "shardCount=needed", "--set", "batchSize=500", "--set", "tracing=false"],
    );
    expect(stdout).toMatch(/^Kinesis +120 shard hours +1\.80$/m);
    expect(stdout).not.toContain("traces");
    expect(stderr).toBe("");
    expect((await cost("--set", "streamMode=ON_DEMAND")).stdout).toContain("on-demand stream hours");
  });

  it("tries a provisioned stream in place of one on demand", async () => {
    const onDemand = synthesizePipeline({ streamMode: "ON_DEMAND" });
    const { stdout } = await run("--stack", stackFile(onDemand), "--set", "streamMode=PROVISIONED");
    expect(stdout).toMatch(/^Kinesis +24 shard hours +0\.3600$/m);
  });

  it("answers as one JSON object: --json", async () => {
    const answer = JSON.parse((await cost("--rate", "5000", "--aggregate", "--json")).stdout);
    expect(answer).toMatchObject({
      load: { readingsPerSecond: 5000, readingBytes: 200, aggregate: true },
      traffic: { shardsNeeded: 1 },
      prices: { region: "us-east-1" },
    });
    expect(answer.dollars).toBeCloseTo(
      answer.charges.reduce((sum: number, { dollars }: { dollars: number }) => sum + dollars, 0),
    );
  });

  it("explains itself: --help", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("--aggregate") });
  });

  it.each([
    [["--rate", "fast"], '--rate is "fast"; it must be a number from 0.000001 to 1,000,000,000'],
    [["--bytes", "0"], '--bytes is "0"; it must be a whole number from 1 to 1,048,576'],
    [["--days", "1.5"], '--days is "1.5"; it must be a whole number from 1 to 3,650'],
    [
      ["--set", "shardCont=2"],
      '--set is "shardCont=2"; it must be NAME=VALUE with one of the names that --help lists; did you mean shardCount?',
    ],
    [["--set", "batchSize=0"], '--set batchSize is "0"; it must be a whole number from 1 to 10,000'],
    [["--fast"], "unknown option --fast; --help lists what there is"],
  ])("refuses %s", async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 2, stdout: "", stderr: `cost: ${message}\n` });
  });

  it("refuses a stack that is not there", async () => {
    expect(await run("--stack", "nowhere.json")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^cost: there is no stack at .*nowhere\.json: .+\n$/),
    });
  });
});

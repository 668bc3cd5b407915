import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { RunnerFolder } from "../../../local/runner/folder/runner-folder";
import { temporaryFolder } from "../../support/folders";
import { runCli } from "../support";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, "stack"));
  const stack = { resource: { aws_s3_bucket: { lake: { bucket: "lake" } } } };
  writeFileSync(join(folder, "stack", "cdk.tf.json"), JSON.stringify(stack));
});

const dir = () => join(folder, ".local");
const query = (sql: string) => runCli(["query", sql, "--stack", join(folder, "stack"), "--dir", dir()]);

describe("a folder where no runner has worked yet", () => {
  it("is a runner's as soon as a statement has made something there", async () => {
    const { code, stdout, stderr } = await query("CREATE DATABASE mine");
    expect(stderr).toMatch(/^done in \d+\.\d\d s\n$/);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(RunnerFolder.find(dir())).toBe(dir());
  });

  it("lists what statements have made, and says that no runner is running", async () => {
    await query("CREATE DATABASE mine");
    await query("CREATE EXTERNAL TABLE mine.t (a int) LOCATION 's3://lake/t/'");
    await query("CREATE VIEW mine.v AS SELECT a FROM mine.t");
    await query("PREPARE p FROM SELECT 1");
    const { code, stdout, stderr } = await runCli(["status", "--dir", dir()]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      "Made by statements:\n  databases: mine\n  tables: mine.t\n  views: mine.v\n  prepared statements: primary/p\n",
    );
    expect(stderr).toContain("no runner is running on");
  });

  it("is not made for a statement that only reads", async () => {
    expect((await query("SELECT 1")).code).toBe(0);
    expect(existsSync(dir())).toBe(false);
  });
});

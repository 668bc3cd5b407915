import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planReset } from "../../../local/runner/folder/reset";
import { reading } from "../../runner/fixtures/harness";
import { writeStack } from "../../runner/fixtures/stack";
import { temporaryFolder } from "../../support/folders";
import { putRecords } from "../../support/put";
import { runtimeOf, start } from "./process";

describe("npm run local", () => {
  it("serves the console at a URL that it prints, with what runs, unless it is not to", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"));
    const run = start(["--stack", stack, "--dir", join(folder, "one"), "--console-port", "0"]);
    await expect.poll(() => run.err(), { timeout: 45_000 }).toMatch(/^running on /m);
    const [, origin = "", token = ""] =
      /^console: (http:\/\/127\.0\.0\.1:\d+)\/#(\S+)$/m.exec(run.err()) ?? [];
    const pipeline = await fetch(`${origin}/api/pipeline`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await pipeline.json()).toMatchObject({ region: "eu-west-1" });
    expect(await (await fetch(`${origin}/`)).text()).toContain("<script");
    const taken = await start([
      ...["--stack", stack, "--dir", join(folder, "two"), "--console-port", new URL(origin).port],
    ]).ended;
    expect(taken).toMatchObject({
      code: 1,
      err: expect.stringContaining("is in use, so that the console can't be served there"),
    });
    const without = start(["--stack", stack, "--dir", join(folder, "three"), "--no-console"]);
    await expect.poll(() => without.err(), { timeout: 45_000 }).toMatch(/^running on /m);
    expect(without.err()).not.toContain("console:");
    expect(existsSync(join(folder, "three", "journal"))).toBe(false);
    run.child.kill("SIGINT");
    expect((await run.ended).code).toBe(0);
  });

  it("starts over with --reset: nothing of the run before stays, and the console has another token", async () => {
    const folder = temporaryFolder();
    const dir = join(folder, "kept");
    const args = ["--stack", writeStack(join(folder, "stack")), "--dir", dir, "--console-port", "0"];
    const tokenOf = async (run: ReturnType<typeof start>) => {
      await expect.poll(() => run.err(), { timeout: 45_000 }).toMatch(/^running on /m);
      run.child.kill("SIGINT");
      return /^console: \S+#(\S+)$/m.exec((await run.ended).err)?.[1];
    };
    const token = await tokenOf(start(args));
    expect(planReset(dir)?.names).toEqual(
      readdirSync(dir)
        .filter((name) => name !== "runner.json")
        .sort(),
    );
    expect(await tokenOf(start(args))).toBe(token);
    expect(await tokenOf(start([...args, "--reset"]))).not.toBe(token);
  }, 120_000);

  it("takes up a changed stack while it runs, at the same endpoint, and keeps what was acknowledged", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"), { mapping: { enabled: false } });
    const dir = join(folder, "kept");
    const run = start(["--stack", stack, "--dir", dir, "--watch", "--json"]);
    const before = await runtimeOf(dir);
    await putRecords(before, [reading(1)]);
    writeStack(join(folder, "stack"));
    await expect.poll(run.err, { timeout: 45_000 }).toMatch(/reloaded: .*cdk\.tf\.json/);
    expect((await runtimeOf(dir)).endpoint).toBe(before.endpoint);
    run.child.kill("SIGTERM");
    const { code, out } = await run.ended;
    expect(JSON.parse(out)).toMatchObject({ lambda: { succeeded: 1 }, delivery: { records: 1 } });
    expect(code).toBe(0);
  }, 120_000);

  it("goes on with the stack before when a change is none that can be read", async () => {
    const folder = temporaryFolder();
    const stack = writeStack(join(folder, "stack"));
    const run = start(["--stack", stack, "--dir", join(folder, "kept"), "--watch"]);
    await runtimeOf(join(folder, "kept"));
    writeFileSync(stack, "{");
    await expect
      .poll(run.err, { timeout: 45_000 })
      .toMatch(/changed, but can't be read: .*is not valid JSON/);

    writeStack(join(folder, "stack"));
    await expect.poll(run.err, { timeout: 45_000 }).toMatch(/reloaded: .*cdk\.tf\.json/);
    const archive = join(folder, "stack", "function.zip");
    const bytes = readFileSync(archive);
    rmSync(archive);
    await expect
      .poll(run.err, { timeout: 45_000 })
      .toMatch(/function\.zip changed, but can't be read: .*: there is no archive at/);
    writeFileSync(archive, bytes.subarray(0, 40));
    await expect.poll(run.err, { timeout: 45_000 }).toMatch(/function\.zip is not a zip file/);
    writeFileSync(archive, bytes);
    await expect.poll(run.err, { timeout: 45_000 }).toMatch(/reloaded: .*function\.zip/);
    run.child.kill("SIGTERM");
    expect((await run.ended).code).toBe(0);
  }, 120_000);
});

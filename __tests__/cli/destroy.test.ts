import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";
import { program } from "../support/program";
import { runCli } from "./support";

/** Runs `destroy` with a `cdktf` that only notes what it is called with. */
function destroy(...args: readonly string[]) {
  const folder = temporaryFolder();
  writeStack(join(folder, "cdktf.out/stacks/lake"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "cdktf"), '#!/bin/sh\necho "$@" >> calls\n', { mode: 0o755 });
  const { status } = spawnSync(process.execPath, [...program("cli/main.ts"), "destroy", ...args], {
    cwd: folder,
    env: { ...process.env, PATH: `${bin}:/bin` },
  });
  return { status, calls: readFileSync(join(folder, "calls"), "utf8").trim().split("\n") };
}

describe("destroy", () => {
  it("hands the flags of cdktf destroy on", () => {
    const flags = ["--auto-approve", "--parallelism", "2", "--var", "a=1", "--var", "b=2", "--no-color"];
    expect(destroy("lake", ...flags)).toEqual({
      status: 0,
      calls: [
        "synth",
        "destroy --skip-synth lake --auto-approve --parallelism=2 --var=a=1 --var=b=2 --no-color",
      ],
    });
  });

  it("refuses a misspelt flag before anything is done", async () => {
    expect(await runCli(["destroy", "--auto-aprove"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "destroy: unknown option --auto-aprove; did you mean --auto-approve?\n",
    });
  });
});

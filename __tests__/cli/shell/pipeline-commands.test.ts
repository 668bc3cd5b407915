import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { synthesizeInto } from "../../support/pipeline-folder";
import { program } from "../../support/program";
import { type Ended, ended } from "../start-process";

const folder = temporaryFolder();
let stack: string;

beforeAll(() => {
  stack = synthesizeInto(join(folder, "cdktf.out"));
});

/** Runs a line of a shell, in which `lake` is this project's command, without AWS configuration. */
function shell(line: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const lake = [process.execPath, ...program("cli/main.ts")].map((word) => `'${word}'`).join(" ");
  const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: "true", ...more };
  const script = `set -o pipefail; lake() { ${lake} "$@"; }; ${line}`;
  return ended(spawn("bash", ["-c", script], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] }));
}

describe("a command without credentials", () => {
  it.each([
    [
      {},
      "no AWS credentials: run aws configure, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ],
    [
      { AWS_PROFILE: "nobody" },
      "the profile nobody gives no AWS credentials; aws configure list-profiles lists the profiles that there are",
    ],
  ])("says in one line what to do, with %j", async (env, message) => {
    expect(await shell(`lake query --aws --stack '${stack}' 'SELECT 1'`, env)).toEqual({
      code: 1,
      stdout: "",
      stderr: `query: ${message}\n`,
    });
  });
});

describe("a reader that has read enough", () => {
  it.each(["cost", "query --list", "help"])("ends %s without a word", async (command) => {
    const named = command === "help" ? "" : `--stack '${stack}'`;
    expect(await shell(`lake ${command} ${named} | head -1`)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^.+\n$/),
      stderr: "",
    });
  });
});

describe("the list of commands", () => {
  it("says in few words what each does, in lines that fit a terminal", async () => {
    const { code, stdout } = await shell("lake help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}query \[options\] \[statement\] +Queries the lake in SQL$/m);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout.split("\n").length).toBeLessThan(40);
  });
});

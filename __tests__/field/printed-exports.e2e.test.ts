import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { start } from "../cli/run/process";
import { describePythonClients } from "../e2e/support/requirements";
import { writeStack } from "../runner/fixtures/stack";
import { temporaryFolder } from "../support/folders";

const run = promisify(execFile);

/** Prints what boto3 finds with nothing but its environment. */
const program = `import boto3
print(boto3.client("kinesis").list_streams()["StreamNames"])
print([bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]])`;

describePythonClients("the line of exports that npm run local prints", () => {
  it("is all that boto3 needs", async () => {
    const folder = temporaryFolder();
    const args = [
      "--stack",
      writeStack(join(folder, "stack")),
      "--dir",
      join(folder, "kept"),
      "--no-console",
    ];
    const runner = start(args);
    await expect.poll(() => runner.err(), { timeout: 45_000 }).toMatch(/^export .*\n/m);
    const [exports = ""] = /^export .*$/m.exec(runner.err()) ?? [];
    const { PATH } = process.env;
    const { stdout } = await run("sh", ["-c", `${exports}\nexec python3 -c '${program}'`], {
      env: { PATH, HOME: folder },
    });
    expect(stdout).toBe("['lab-test-readings']\n['lab-test-000000000000']\n");
    runner.child.kill("SIGINT");
    expect((await runner.ended).code).toBe(0);
  });
});

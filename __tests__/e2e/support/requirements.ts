import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";

const terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

/** Why the suites that deploy can't run on this machine; `undefined` when they can. */
function missing(): string | undefined {
  if (!runs(terraform, ["version"])) return `${terraform} is not on the PATH`;
  if (!runs("moto_server", ["--help"])) return 'moto_server is not on the PATH (pip install "moto[server]")';
  if (!providerInstalls()) return `${terraform} can't install the hashicorp/aws provider`;
  return undefined;
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function providerInstalls(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "provider-"));
  try {
    const aws = { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" };
    writeFileSync(
      join(folder, "main.tf.json"),
      JSON.stringify({ terraform: { required_providers: { aws } } }),
    );
    return runs(terraform, [`-chdir=${folder}`, "init", "-backend=false", "-input=false"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * `describe` for a suite that deploys: skipped, saying why, where the machine lacks what it needs; with
 * `REQUIRE_TERRAFORM=1` that is a failure instead.
 */
export function describeDeployment(name: string, body: () => void): void {
  const reason = missing();
  if (reason !== undefined && process.env.REQUIRE_TERRAFORM === "1") throw new Error(`${name}: ${reason}`);
  if (reason !== undefined) process.stderr.write(`Skipped: ${name}, because ${reason}\n`);
  describe.skipIf(reason !== undefined)(name, body);
}

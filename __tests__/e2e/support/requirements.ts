import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { Terraform } from "../../support/terraform";

/** Why the suites that deploy can't run on this machine; `undefined` when they can. */
function missing(): string | undefined {
  const terraform = Terraform.prepare();
  if (typeof terraform === "string") return terraform;
  terraform.remove();
  if (spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status === 0) return undefined;
  return 'moto_server is missing from the PATH: pip install "moto[server]"';
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

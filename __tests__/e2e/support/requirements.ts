import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { findChromium, noChromium } from "../../../scripts/screenshots/chromium";
import { noTools } from "../../../scripts/tools";
import { Terraform } from "../../support/terraform/terraform";
import { type JavaClients, javaClients } from "./java";

/**
 * `describe` for a suite that takes tools which a machine may lack: skipped there, saying why; with
 * `REQUIRE_TERRAFORM=1` that is a failure instead.
 *
 * @param reason Why it can't run on this machine; `undefined` when it can.
 */
function describeUnless(reason: string | undefined, name: string, body: () => void): void {
  if (reason !== undefined && process.env.REQUIRE_TERRAFORM === "1") throw new Error(`${name}: ${reason}`);
  describeWhereItRuns(reason, name, body);
}

/** The same for tools that even the gate may lack. */
function describeWhereItRuns(reason: string | undefined, name: string, body: () => void): void {
  if (reason !== undefined) process.stderr.write(`Skipped: ${name}, because ${reason}\n`);
  describe.skipIf(reason !== undefined)(name, body);
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

let prepared: Terraform | string | undefined;

/** Terraform with the AWS provider, or why it can't be set up. */
export function preparedTerraform(): Terraform | string {
  prepared ??= Terraform.prepare();
  return prepared;
}

function missingForDeployment(): string | undefined {
  const terraform = preparedTerraform();
  if (typeof terraform === "string") return terraform;
  return missingMoto();
}

function missingMoto(): string | undefined {
  if (runs("moto_server", "--help")) return undefined;
  return 'moto_server is missing from the PATH: pip install "moto[server]"';
}

/** A suite that runs Terraform itself, without providers. */
export function describeTerraform(name: string, body: () => void): void {
  const there = runs("terraform", "version");
  describeUnless(there ? undefined : "terraform is missing from the PATH", name, body);
}

/** A suite that plans with Terraform and the AWS provider. */
export function describeProvider(name: string, body: () => void): void {
  const terraform = preparedTerraform();
  describeUnless(typeof terraform === "string" ? terraform : undefined, name, body);
}

/** A suite that installs packages from npm's registry. */
export function describeRegistry(name: string, body: () => void): void {
  const flags = ["--fetch-retries=0", "--fetch-timeout=20000", "--prefer-online"];
  const there = runs("npm", "view", "constructs", "version", ...flags);
  describeUnless(there ? undefined : "npm can't reach its registry: npm view constructs", name, body);
}

/** A suite that takes what `tools/` installs. */
export function describeTools(name: string, body: () => void): void {
  describeUnless(noTools, name, body);
}

/** A suite that asks moto. */
export function describeMoto(name: string, body: () => void): void {
  describeUnless(missingMoto(), name, body);
}

/** A suite that deploys to moto with Terraform. */
export function describeDeployment(name: string, body: () => void): void {
  describeUnless(missingForDeployment(), name, body);
}

/** A suite that uses AWS's clients in Python: the `aws` command and boto3. */
export function describePythonClients(name: string, body: () => void): void {
  const there = runs("aws", "--version") && runs("python3", "-c", "import boto3");
  describeUnless(there ? undefined : "aws or boto3 is missing: pip install awscli boto3", name, body);
}

/** A suite that drives a page in Chromium, whose path it gets. */
export function describeBrowser(name: string, body: (chromium: string) => void): void {
  const there = findChromium();
  describeUnless(there === undefined ? noChromium : undefined, name, () => body(there ?? ""));
}

/** A suite that uses AWS's clients in Java, with the class paths of their jars. */
export function describeJavaClients(name: string, body: (jars: JavaClients) => void): void {
  const jars = javaClients();
  const there = typeof jars !== "string";
  describeWhereItRuns(there ? undefined : jars, name, () =>
    body(there ? jars : { kcl: "", kpl: "", dynamodb: "" }),
  );
}

/**
 * A suite that uses a package that is too large to be everybody's dependency: npm brings it when it is not here yet.
 *
 * @param body Gets the package's folder.
 */
export function describePackage(
  name: string,
  packageName: string,
  version: string,
  body: (folder: string) => void,
): void {
  const cache = join(__dirname, "..", "..", "..", "node_modules", ".cache", `${packageName}-${version}`);
  const folder = join(cache, "node_modules", packageName);
  const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", cache];
  const there = existsSync(folder) || runs("npm", "install", ...flags, `${packageName}@${version}`);
  const reason = !there
    ? `npm could not bring ${packageName}`
    : runs("moto_server", "--help")
      ? undefined
      : 'moto_server is missing from the PATH: pip install "moto[server]"';
  describeWhereItRuns(reason, name, () => body(folder));
}

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { temporaryFolder } from "../folders";
import { type Provider, startProvider } from "./provider";

const binary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

// The bindings pin one version; the constructs use only what the majors 5 and 6 share.
const anyVersion = ">= 5.100.0, < 7.0.0";

const planWithoutAccount = `
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

run "plan" {
  command = plan
}
`;

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
}

function sentence({ severity, summary, detail }: Diagnostic): string {
  return `${severity}: ${summary}: ${detail}`;
}

const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
const argumentsIn = (folder: string, ...args: readonly string[]) => [
  `-chdir=${folder}`,
  ...args,
  "-no-color",
];

/** Terraform with the AWS provider, set up once for many stacks. */
export class Terraform {
  private provider: Promise<Provider> | undefined;
  private readonly usedTypes = new Set<string>();

  private constructor(
    private readonly folder: string,
    /** As a file of Terraform's. */
    private readonly required: string,
  ) {}

  /**
   * Sets Terraform up; a sentence that says what is missing, where it can't be.
   *
   * @param version Constraint of the provider's version.
   * @throws Error with that sentence, when the environment has `REQUIRE_TERRAFORM=1`.
   */
  static prepare(version = anyVersion): Terraform | string {
    const folder = temporaryFolder();
    const aws = { source: "hashicorp/aws", version };
    const terraform = new Terraform(folder, JSON.stringify({ terraform: { required_providers: { aws } } }));
    writeFileSync(join(folder, "main.tf.json"), terraform.required);
    const { error, status, stderr } = spawnSync(
      binary,
      argumentsIn(folder, "init", "-input=false", "-backend=false"),
      {
        encoding: "utf8",
        env,
        timeout: 120_000,
      },
    );
    if (!error && status === 0) return terraform;
    const missing = error
      ? `Terraform is missing: no ${binary} on the PATH`
      : `Terraform can't get the AWS provider: ${/Error: (.+)/.exec(stderr)?.[1] ?? "init failed"}`;
    if (process.env.REQUIRE_TERRAFORM === "1") throw new Error(missing);
    return missing;
  }

  /** The provider's program, as `terraform init` has put it there. */
  get providerProgram(): string {
    const below = (path: string): string => {
      if (!statSync(path).isDirectory()) return path;
      const names = readdirSync(path);
      return below(
        join(path, names.find((name) => name.startsWith("terraform-provider-")) ?? names[0] ?? ""),
      );
    };
    return below(join(this.folder, ".terraform/providers"));
  }

  /** What `terraform validate` has against a synthesized stack: errors and warnings, none when all is well. */
  async validate(stackFolder: string): Promise<readonly string[]> {
    const { stdout, stderr } = await this.run(this.copyOf(stackFolder), "validate", "-json");
    return stdout === ""
      ? [stderr]
      : (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics.map(sentence);
  }

  /** What a plan has against it, made without an account: `terraform test` stands in for AWS. */
  async plan(stackFolder: string): Promise<readonly string[]> {
    const work = this.copyOf(stackFolder);
    writeFileSync(join(work, "plan.tftest.hcl"), planWithoutAccount);
    const { stdout, stderr, status } = await this.run(work, "test", "-json");
    const problems = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { readonly diagnostic?: Diagnostic })
      .flatMap(({ diagnostic }) => (diagnostic ? [sentence(diagnostic)] : []));
    return status === 0 || problems.length > 0 ? problems : [stderr];
  }

  /** Ends the provider, which runs on between the stacks. */
  async end(): Promise<void> {
    await (await this.provider)?.kill();
  }

  private copyOf(stackFolder: string): string {
    const work = temporaryFolder();
    cpSync(stackFolder, work, { recursive: true });
    const stack = readFileSync(join(work, "cdk.tf.json"), "utf8");
    for (const [type] of stack.matchAll(/\baws_\w+/g)) this.usedTypes.add(type);
    writeFileSync(join(work, "override.tf.json"), this.required);
    symlinkSync(join(this.folder, ".terraform"), join(work, ".terraform"));
    cpSync(join(this.folder, ".terraform.lock.hcl"), join(work, ".terraform.lock.hcl"));
    return work;
  }

  private async run(folder: string, ...args: string[]) {
    this.provider ??= startProvider(this.providerProgram, this.folder, env, () => this.usedTypes);
    const attached = (await this.provider).env;
    const child = spawn(binary, argumentsIn(folder, ...args), {
      env: { ...env, ...attached },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    return { stdout, stderr, status };
  }
}

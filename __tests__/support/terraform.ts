import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./folders";

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

/** Terraform with the AWS provider, set up once for many stacks. */
export class Terraform {
  private constructor(
    private readonly folder: string,
    /** As a file of Terraform's. */
    private readonly provider: string,
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
    writeFileSync(join(folder, "main.tf.json"), terraform.provider);
    const { error, status, stderr } = terraform.run(folder, "init", "-input=false", "-backend=false");
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
  validate(stackFolder: string): readonly string[] {
    return this.inCopy(stackFolder, (work) => {
      const { stdout, stderr } = this.run(work, "validate", "-json");
      return stdout === ""
        ? [stderr]
        : (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics.map(sentence);
    });
  }

  /** What a plan has against it, made without an account: `terraform test` stands in for AWS. */
  plan(stackFolder: string): readonly string[] {
    return this.inCopy(stackFolder, (work) => {
      writeFileSync(join(work, "plan.tftest.hcl"), planWithoutAccount);
      const { stdout, stderr, status } = this.run(work, "test", "-json");
      const problems = stdout
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as { readonly diagnostic?: Diagnostic })
        .flatMap(({ diagnostic }) => (diagnostic ? [sentence(diagnostic)] : []));
      return status === 0 || problems.length > 0 ? problems : [stderr];
    });
  }

  private inCopy<T>(stackFolder: string, use: (work: string) => T): T {
    const work = temporaryFolder();
    cpSync(stackFolder, work, { recursive: true });
    writeFileSync(join(work, "override.tf.json"), this.provider);
    symlinkSync(join(this.folder, ".terraform"), join(work, ".terraform"));
    cpSync(join(this.folder, ".terraform.lock.hcl"), join(work, ".terraform.lock.hcl"));
    return use(work);
  }

  private run(folder: string, ...args: string[]) {
    const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
    return spawnSync(binary, [`-chdir=${folder}`, ...args, "-no-color"], {
      encoding: "utf8",
      env,
      timeout: 120_000,
    });
  }
}

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, S3Backend, TerraformOutput, type TerraformStack } from "cdktf";
import type { PipelineSettings } from "./settings";
import { localStatePath, stateKey } from "./state";

/** Configures the provider, with the tags for all resources, and the place where Terraform keeps its state. */
export function configureTerraform(stack: TerraformStack, settings: PipelineSettings): void {
  const { project, environment, region } = settings;
  new AwsProvider(stack, "aws", {
    region,
    defaultTags: [{ tags: { project, environment, repository: "streaming-data-lake" } }],
  });
  // CDKTF's bindings name the source just "aws", which OpenTofu and Terraform resolve differently, and pin one version.
  stack.addOverride("terraform.required_providers.aws", {
    source: "hashicorp/aws",
    version: ">= 5.100.0, < 7.0.0",
  });
  if (settings.stateBucket === undefined) {
    new LocalBackend(stack, { path: localStatePath(stack.node.id, settings) });
    return;
  }
  new S3Backend(stack, {
    bucket: settings.stateBucket,
    key: stateKey(settings),
    region: settings.stateRegion ?? region,
    encrypt: true,
  });
  // CDKTF's bindings support only locks in DynamoDB, which Terraform 1.11 deprecates.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}

/** Adds outputs to a stack. They are given by name, each as a description and a value. */
export function addOutputs(
  stack: TerraformStack,
  outputs: Readonly<Record<string, readonly [string, string]>>,
): void {
  for (const [name, [description, value]] of Object.entries(outputs))
    new TerraformOutput(stack, name, { description, value, staticId: true });
}

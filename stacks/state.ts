import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PipelineSettings } from "./settings";

// Each deployment has a state of its own. Otherwise another environment or region would be a change of the existing
// deployment.

function stateFile(stackId: string, { project, environment, region }: PipelineSettings): string {
  return `terraform.${stackId}.${project}.${environment}.${region}.tfstate`;
}

/**
 * Path of a local state file. The file is beside cdktf.json. The path is relative to the stack's folder, so that it is
 * the same on every machine.
 */
export function localStatePath(stackId: string, settings: PipelineSettings): string {
  return `../../../${stateFile(stackId, settings)}`;
}

/** Object key of the state in a bucket. */
export function stateKey({ project, environment, region }: PipelineSettings): string {
  return `${project}/${environment}/${region}/terraform.tfstate`;
}

/**
 * Advice about a state file from the time before each deployment had its own; undefined when there is no such file, or
 * when the state is in a bucket. If the file is not moved, Terraform creates everything a second time.
 */
export function staleState(folder: string, stackId: string, settings: PipelineSettings): string | undefined {
  const former = `terraform.${stackId}.tfstate`;
  const present = stateFile(stackId, settings);
  if (settings.stateBucket !== undefined || !existsSync(join(folder, former))) return undefined;
  if (existsSync(join(folder, present))) return undefined;
  const { project, environment, region } = settings;
  return `${former} holds the state of a deployment, but each deployment now has a file of its own: if it is the state of ${project} ${environment} in ${region}, run: mv ${former} ${present}`;
}

interface InitializedBackend {
  readonly backend?: {
    readonly type?: string;
    readonly config?: { readonly path?: string; readonly key?: string };
  };
}

/**
 * Makes Terraform initialize again if its folder was last used for another deployment. Otherwise Terraform would stop
 * and offer to copy the other deployment's state.
 *
 * When a local state changes to one in a bucket, nothing is done here, because Terraform itself moves the state.
 */
export function forgetOtherDeployment(
  stackFolder: string,
  stackId: string,
  settings: PipelineSettings,
): void {
  const file = join(stackFolder, ".terraform", "terraform.tfstate");
  if (!existsSync(file)) return;
  const { backend } = JSON.parse(readFileSync(file, "utf8")) as InitializedBackend;
  const local = settings.stateBucket === undefined;
  if (backend?.type !== (local ? "local" : "s3")) return;
  const [was, is] = local
    ? [backend.config?.path, localStatePath(stackId, settings)]
    : [backend.config?.key, stateKey(settings)];
  if (was !== is) rmSync(file);
}

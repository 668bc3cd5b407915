import type { Project } from "./project";

/** One resource of a plan that something would happen to. */
export interface Change {
  /** Type and name, such as `aws_kinesis_stream.ingest_stream_8C50B9BD`. */
  readonly address: string;
  readonly type: string;
  /** `["create"]`, `["update"]`, `["delete"]`, or both of the last for a replacement. */
  readonly actions: readonly string[];
  /** Attributes whose value changes, with the value before and the one after (`undefined`: known after apply). */
  readonly attributes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

/**
 * What the plan that `cdktf plan` saved would change, read from Terraform's own JSON of it
 * (https://developer.hashicorp.com/terraform/internals/json-format).
 */
export async function plannedChanges(project: Project): Promise<Change[]> {
  const { code, output } = await project.terraform("show", "-json", "plan");
  if (code !== 0) throw new Error(`terraform show: ${output}`);
  const plan = JSON.parse(output.slice(output.indexOf("{")));
  return plan.resource_changes
    .filter(
      (resource: PlannedResource) => resource.mode === "managed" && resource.change.actions[0] !== "no-op",
    )
    .map(({ address, type, change }: PlannedResource) => ({
      address,
      type,
      actions: change.actions,
      attributes: changedAttributes(change),
    }));
}

interface PlannedResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly change: PlannedChange;
}

interface PlannedChange {
  readonly actions: readonly string[];
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly after_unknown: Record<string, unknown>;
}

function changedAttributes({ before, after, after_unknown }: PlannedChange): Change["attributes"] {
  const names = new Set([
    ...Object.keys(before ?? {}),
    ...Object.keys(after ?? {}),
    ...Object.keys(after_unknown),
  ]);
  const changed = [...names]
    .map((name) => [name, { before: before?.[name], after: after?.[name] }] as const)
    .filter(
      ([name, { before, after }]) =>
        after_unknown[name] === true || JSON.stringify(before) !== JSON.stringify(after),
    );
  return Object.fromEntries(changed);
}

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

/** What the saved plan of a stack's folder would change. */
export async function plannedChanges(project: Project, folder = project.stackFolder): Promise<Change[]> {
  const plan = await savedPlan(project, folder);
  return plan.resource_changes
    .filter((resource) => resource.mode === "managed" && resource.change.actions[0] !== "no-op")
    .map(({ address, type, change }) => ({
      address,
      type,
      actions: change.actions,
      attributes: changedAttributes(change),
    }));
}

/** Every resource's values as the saved plan of a stack's folder has them, by address. */
export async function plannedValues(
  project: Project,
  folder = project.stackFolder,
): Promise<Readonly<Record<string, unknown>>> {
  const plan = await savedPlan(project, folder);
  return Object.fromEntries(
    plan.planned_values.root_module.resources.map(({ address, values }) => [address, values]),
  );
}

/**
 * Policies of a role that could arrive after what takes the role on: `<consumer> before <policy>`. AWS checks some
 * permissions when the consumer is made, and the consumer fails at work until the policy is there.
 */
export async function latePolicies(project: Project): Promise<string[]> {
  const { resources } = (await savedPlan(project, project.stackFolder)).configuration.root_module;
  const needs = new Map(resources.map((resource) => [resource.address, directNeeds(resource)]));
  const allNeeds = (address: string, found = new Set<string>()): Set<string> => {
    for (const need of needs.get(address) ?? []) if (!found.has(need)) allNeeds(need, found.add(need));
    return found;
  };
  const policies = resources.filter(({ type }) => type === "aws_iam_role_policy");
  return resources
    .filter(({ type }) => type !== "aws_iam_role_policy")
    .flatMap(({ address: consumer }) => {
      const roles = [...(needs.get(consumer) ?? [])].filter((need) => need.startsWith("aws_iam_role."));
      const needed = allNeeds(consumer);
      return policies
        .filter((policy) => roles.some((role) => needs.get(policy.address)?.has(role)))
        .filter((policy) => !needed.has(policy.address))
        .map((policy) => `${consumer} before ${policy.address}`);
    });
}

/** Addresses of what a resource refers to or depends on by name. */
function directNeeds({ expressions, depends_on = [] }: ConfiguredResource): Set<string> {
  return new Set(
    [...depends_on, ...referencesIn(expressions)].map((reference) =>
      reference
        .split(".")
        .slice(0, reference.startsWith("data.") ? 3 : 2)
        .join("."),
    ),
  );
}

function referencesIn(expression: unknown): string[] {
  if (typeof expression !== "object" || expression === null) return [];
  return Object.entries(expression).flatMap(([key, value]) =>
    key === "references" ? (value as string[]) : referencesIn(value),
  );
}

/** Terraform's own JSON of a plan: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
async function savedPlan(project: Project, folder: string): Promise<SavedPlan> {
  const { code, output } = await project.terraform(["show", "-json", "plan"], folder);
  if (code !== 0) throw new Error(`terraform show: ${output}`);
  return JSON.parse(output.slice(output.indexOf("{")));
}

interface SavedPlan {
  readonly resource_changes: readonly PlannedResource[];
  readonly planned_values: {
    readonly root_module: {
      readonly resources: readonly { readonly address: string; readonly values: unknown }[];
    };
  };
  readonly configuration: { readonly root_module: { readonly resources: readonly ConfiguredResource[] } };
}

interface ConfiguredResource {
  readonly address: string;
  readonly type: string;
  readonly expressions: unknown;
  readonly depends_on?: readonly string[];
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

import type { World } from "../world";

export type Tags = Readonly<Record<string, string>>;

/**
 * The tags of a resource of the stack, including the provider's default tags.
 *
 * @param attribute Name of the attribute that identifies the resource, such as `arn`.
 */
export function tagsOf(
  { resources }: Pick<World, "resources">,
  type: string,
  attribute: string,
  value: string,
): Tags {
  const found = resources(type).find((one) => one.knownText(attribute) === value);
  return found?.knownTags() ?? {};
}

export const tagListOf = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

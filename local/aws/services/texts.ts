import type { Settings } from "@streaming-data-lake/terraform";

/**
 * Settings of resources as texts. A resource is left out when one of its settings is missing or cannot be resolved
 * locally.
 */
export function textsOf<Name extends string>(
  resources: readonly Settings[],
  names: readonly Name[],
): readonly (Readonly<Record<Name, string>> & { readonly address: string })[] {
  return resources.flatMap((settings) => {
    try {
      const texts = names.map((name) => [name, settings.required(name)] as const);
      return [{ ...(Object.fromEntries(texts) as Record<Name, string>), address: settings.address }];
    } catch {
      return [];
    }
  });
}

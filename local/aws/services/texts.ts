import type { Settings } from "@streaming-data-lake/terraform";

/** Settings of resources as texts; a resource is left out where one of them is missing or can't be resolved here. */
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

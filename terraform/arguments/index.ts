import { accessArguments } from "./access";
import { functionArguments } from "./functions";
import { messageArguments } from "./messages";
import { monitoringArguments } from "./monitoring";
import { queryArguments } from "./queries";
import { storageArguments } from "./storage";
import { streamArguments } from "./streams";
import type { Treatment, Treatments } from "./treatment";

/** The resource types that are read, with all of their arguments in versions 5 and 6 of the provider. */
export const treatments: Treatments = {
  ...streamArguments,
  ...functionArguments,
  ...storageArguments,
  ...queryArguments,
  ...accessArguments,
  ...messageArguments,
  ...monitoringArguments,
};

/** Arguments that every resource may have. */
const everywhere = ["id", "region", "tags", "tags_all", "timeouts"];

/** How an argument is treated; undefined when the table does not contain it. */
export function treatmentOf(type: string, path: string): Treatment | undefined {
  let found: { readonly treatment: Treatment; readonly length: number } | undefined;
  const table = { ...treatments[type], "not run": [...(treatments[type]?.["not run"] ?? []), ...everywhere] };
  for (const [treatment, paths] of Object.entries(table) as [Treatment, readonly string[]][])
    for (const one of paths)
      if ((path === one || path.startsWith(`${one}.`)) && one.length > (found?.length ?? 0))
        found = { treatment, length: one.length };
  return found?.treatment;
}

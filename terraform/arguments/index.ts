import { access } from "./access";
import { functions } from "./functions";
import { messages } from "./messages";
import { monitoring } from "./monitoring";
import { queries } from "./queries";
import { storage } from "./storage";
import { streams } from "./streams";
import type { Treatment, Treatments } from "./treatment";

/** The resources that are read, with every argument of the provider's versions 5 and 6. */
export const treatments: Treatments = {
  ...streams,
  ...functions,
  ...storage,
  ...queries,
  ...access,
  ...messages,
  ...monitoring,
};

/** What every resource may have. */
const everywhere = ["id", "region", "tags", "tags_all", "timeouts"];

/** What becomes of an argument; undefined for one that is not in the table. */
export function treatmentOf(type: string, path: string): Treatment | undefined {
  let found: { readonly treatment: Treatment; readonly length: number } | undefined;
  const table = { ...treatments[type], "not run": [...(treatments[type]?.["not run"] ?? []), ...everywhere] };
  for (const [treatment, paths] of Object.entries(table) as [Treatment, readonly string[]][])
    for (const one of paths)
      if ((path === one || path.startsWith(`${one}.`)) && one.length > (found?.length ?? 0))
        found = { treatment, length: one.length };
  return found?.treatment;
}

import type { Problems } from "../core/problems";
import { checkFolder, problemOfFolder, share } from "./prefix";

/** The areas of a lake, as prefixes of its bucket that end in `/`. */
export interface Zones {
  /** Records as they were sent. */
  readonly raw: string;
  /** Records in the form in which tables read them. */
  readonly processed: string;
  /** Records that could not be delivered. */
  readonly errors: string;
  /** Results of queries. */
  readonly results: string;
}

export const zones = {
  raw: "raw/",
  processed: "processed/",
  errors: "errors/",
  results: "athena-results/",
} as const satisfies Zones;

/** Checks the zones. None can be inside another, because a policy or a lifecycle rule could not tell them apart. */
export function checkZones(problems: Problems, zones: Zones): void {
  const all = Object.entries(zones);
  for (const [name, prefix] of all) checkFolder(problems, name, prefix);
  const folders = all.filter(([, prefix]) => problemOfFolder(prefix) === undefined);
  for (const [index, [name, prefix]] of folders.entries())
    for (const [other, theirs] of folders.slice(0, index))
      problems.require(
        name,
        prefix,
        !share(prefix, theirs),
        `must not share a folder with ${other}, ${theirs}`,
      );
}

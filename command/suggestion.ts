import { distance } from "fastest-levenshtein";

/** A suggestion such as `; did you mean batchSize?` if one of the names is similar to the text; otherwise empty. */
export function suggestion(text: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, edits: distance(text.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.min(3, Math.ceil(name.length / 2)))
    .toSorted((one, other) => one.edits - other.edits)[0];
  return near ? `; did you mean ${near.name}?` : "";
}

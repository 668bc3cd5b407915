import type { Column } from "streaming-data-lake";

/** A page view: `{"viewed_at":"2024-01-15T10:30:00Z","page":"/pricing","country":"pt","milliseconds":312}` */
export const pageViewColumns: readonly Column[] = [
  { name: "viewed_at", type: "timestamp", comment: "ISO 8601, UTC" },
  { name: "page", type: "string", comment: "Path of the page" },
  { name: "visitor", type: "string", comment: "Pseudonym of the visitor" },
  { name: "milliseconds", type: "int", comment: "Time to load" },
];

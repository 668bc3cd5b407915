/** The areas of a lake, as prefixes of its bucket that end in `/`. */
export interface Zones {
  /** Records as they were sent. */
  readonly raw: string;
  /** Records as tables read them. */
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

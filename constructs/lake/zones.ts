/** The areas of a lake, as prefixes of its bucket. */
export const zones = {
  /** Records as they were sent. */
  raw: "raw/",
  /** Records as tables read them. */
  processed: "processed/",
  /** Records that could not be delivered. */
  errors: "errors/",
  /** Results of queries. */
  results: "athena-results/",
} as const;

/** The context of a request as it is given: condition keys in any case, with one value or several. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** The same with its keys in lower case, in which they match. */
export class Context {
  private readonly values = new Map<string, readonly string[]>();

  /** Later ones win. */
  constructor(...contexts: readonly RequestContext[]) {
    for (const context of contexts)
      for (const [key, value] of Object.entries(context))
        this.values.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  }

  /** @returns undefined when the request has no such key. */
  get(key: string): readonly string[] | undefined {
    return this.values.get(key.toLowerCase());
  }
}

/** The context of a request as the caller gives it: condition keys in any case, each with one or several values. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** The context of a request. Keys are stored in lower case, because they are not case-sensitive. */
export class CallContext {
  private readonly values = new Map<string, readonly string[]>();

  /** @param contexts Contexts to combine. When several have the same key, the last one wins. */
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

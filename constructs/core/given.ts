/** The props that are given: an undefined one leaves the default that it is spread over. */
export function given<T extends object>(props: T | undefined): Partial<T> {
  return Object.fromEntries(
    Object.entries(props ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

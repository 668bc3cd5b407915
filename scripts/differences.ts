export interface Difference {
  /** Path of the value: keys and indexes from the root, separated by dots. */
  readonly path: string;
  readonly one: unknown;
  readonly other: unknown;
}

/** The differences between two JSON values, in the order of the first value. */
export function differences(one: unknown, other: unknown, path = ""): Difference[] {
  if (!isObject(one) || !isObject(other)) return Object.is(one, other) ? [] : [{ path, one, other }];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
    differences(one[key], other[key], path === "" ? key : `${path}.${key}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What an expression comes to. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export function isObject(value: unknown): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as Terraform writes it into a string. */
export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${value === null ? "null" : "a list or an object"} can't be part of a string`);
}

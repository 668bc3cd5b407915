import { Decimal } from "decimal.js";
import { BigFloat } from "./expressions/big-float";

/**
 * The result of an expression. A number that a double can't represent exactly, such as 1/3 or one with many digits, is
 * a `BigFloat`.
 */
export type Value =
  | string
  | number
  | BigFloat
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };

export function isObject(value: unknown): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof BigFloat);
}

/** The value of a JSON text, or undefined for a text that is not valid JSON. */
export function jsonValueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A number as a double, if a double has all of its digits. */
export function numberOf(exact: BigFloat): number | BigFloat {
  const text = String(exact);
  const double = Number(text);
  return Number.isFinite(double) && numberText(double) === text ? double : exact;
}

/** Converts a value to a string as Terraform does. */
export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (value instanceof BigFloat || typeof value === "boolean") return String(value);
  throw new Error(`${value === null ? "null" : "a list or an object"} can't be part of a string`);
}

/** A number with all its digits, because Terraform writes no exponents. */
export function numberText(value: number): string {
  const text = String(value);
  return text.includes("e") ? new Decimal(value).toFixed() : text;
}

/** Escapes all strings in a value, so that none of them is parsed as a template. */
export function escapeTemplates(value: Value): Value {
  if (typeof value === "string") return value.replace(/[$%](?=\{)/g, (sign) => sign + sign);
  if (Array.isArray(value)) return (value as readonly Value[]).map(escapeTemplates);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeTemplates(item)]));
  return value;
}

import { Decimal } from "decimal.js";
import { BigFloat } from "./expressions/big-float";

/** What an expression comes to. A number that is no double, such as 1/3 or a long one, is a `BigFloat`. */
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

/** A number as a double, where that has all its digits. */
export function numberOf(exact: BigFloat): number | BigFloat {
  const text = String(exact);
  const double = Number(text);
  return Number.isFinite(double) && numberText(double) === text ? double : exact;
}

/** A value as Terraform writes it into a string. */
export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (value instanceof BigFloat || typeof value === "boolean") return String(value);
  throw new Error(`${value === null ? "null" : "a list or an object"} can't be part of a string`);
}

/** All its digits: Terraform knows no exponents. */
export function numberText(value: number): string {
  const text = String(value);
  return text.includes("e") ? new Decimal(value).toFixed() : text;
}

/** A value in which no text is taken for a template. */
export function escapeTemplates(value: Value): Value {
  if (typeof value === "string") return value.replace(/[$%](?=\{)/g, (sign) => sign + sign);
  if (Array.isArray(value)) return (value as readonly Value[]).map(escapeTemplates);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeTemplates(item)]));
  return value;
}

import { Decimal } from "decimal.js";
import { toText, type Value } from "../../values";
import { BigFloat } from "../big-float";
import { bool, exactNumber, number } from "./arguments";
import { jsonText } from "./json";

const verb =
  /%(?<flags>[-+ 0#]*)(?<width>\d*)(?:\.(?<precision>\d*))?(?:\[(?<index>\d+)\])?(?<letter>[\s\S]?)/g;

/**
 * Formats values by Go's verbs, as Terraform does: https://developer.hashicorp.com/terraform/language/functions/format
 *
 * @throws Error for an unknown verb, a value that does not fit it, and too few or too many values.
 */
export function formatTerraform(template: string, values: readonly Value[]): string {
  let next = 0;
  let highest = 0;
  const formatted = template.replace(verb, (whole, ...found) => {
    const { flags = "", width = "", precision, index, letter = "" } = found.at(-1) as Record<string, string>;
    if (letter === "%") return "%";
    if (index !== undefined) next = Number(index) - 1;
    const at = next++;
    if (at < 0 || at >= values.length) throw new Error(`there is no value for ${whole}`);
    highest = Math.max(highest, next);
    return formatOne(whole, { flags, width, precision, letter }, values[at] ?? null);
  });
  if (highest < values.length) throw new Error("there are more values than the format takes");
  return formatted;
}

/** Formats once for each element of the lists among the values. */
export function formatList(template: string, values: readonly Value[]): string[] {
  const lists = values.filter((value) => Array.isArray(value)) as (readonly Value[])[];
  const [first] = lists;
  if (first && lists.some(({ length }) => length !== first.length))
    throw new Error("the lists must be of one length");
  const count = first ? first.length : 1;
  return Array.from({ length: count }, (_, at) =>
    formatTerraform(
      template,
      values.map((value) => (Array.isArray(value) ? ((value as readonly Value[])[at] ?? null) : value)),
    ),
  );
}

interface Verb {
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly letter: string;
}

function formatOne(whole: string, given: Verb, value: Value): string {
  const { flags, letter } = given;
  const isNumeric = "bdoxXeEfgG".includes(letter) && letter !== "";
  const text = textOf(whole, given, value);
  // The width does not apply to true and false.
  const width = letter === "t" ? 0 : Number(given.width);
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0") || !isNumeric) return text.padStart(width, flags.includes("0") ? "0" : " ");
  const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function textOf(whole: string, { flags, precision, letter }: Verb, value: Value): string {
  const digits = precision === undefined ? undefined : Number(precision);
  if (value === null && letter !== "v") throw new Error(`the value for ${whole} is null`);
  switch (letter) {
    case "v":
      if (flags.includes("#")) return jsonText(value);
      if (typeof value === "number" || value instanceof BigFloat)
        return signed(flags, value, general(value, undefined));
      return typeof value === "object" ? jsonText(value) : cut(toText(value), digits);
    case "s":
      return cut(toText(value), digits);
    case "q":
      return jsonText(toText(value));
    case "t":
      return String(bool(value));
    case "d":
      return signed(flags, value, String(magnitude(value)));
    case "b":
    case "o":
    case "x":
    case "X": {
      const base = { b: 2, o: 8, x: 16, X: 16 }[letter];
      const text = magnitude(value).toString(base);
      const prefix = flags.includes("#") ? { b: "0b", o: "0", x: "0x", X: "0X" }[letter] : "";
      return signed(flags, value, prefix + (letter === "X" ? text.toUpperCase() : text));
    }
    case "f":
      return signed(
        flags,
        value,
        new Decimal(String(exactNumber(value))).abs().toFixed(digits ?? 6, Decimal.ROUND_HALF_EVEN),
      );
    case "e":
    case "E": {
      const text = exponent(
        new Decimal(String(exactNumber(value))).abs().toExponential(digits ?? 6, Decimal.ROUND_HALF_EVEN),
      );
      return signed(flags, value, letter === "E" ? text.toUpperCase() : text);
    }
    case "g":
    case "G": {
      const text = general(value, digits);
      return signed(flags, value, letter === "G" ? text.toUpperCase() : text);
    }
    default:
      throw new Error(`format does not know the verb ${whole}`);
  }
}

/** The absolute value of a whole number, with all of its digits. */
function magnitude(value: Value): bigint {
  const text = String(exactNumber(value));
  if (!/^-?\d+$/.test(text)) throw new Error(`a whole number is required, not ${text}`);
  return BigInt(text.replace("-", ""));
}

const cut = (text: string, length: number | undefined): string =>
  length === undefined ? text : [...text].slice(0, length).join("");

function signed(flags: string, value: Value, text: string): string {
  if (number(value) < 0) return `-${text}`;
  return flags.includes("+") ? `+${text}` : flags.includes(" ") ? ` ${text}` : text;
}

/** Writes an exponent with at least two digits, as Go does. */
const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");

/** A number without its sign, with an exponent where Go's %g has one. @param digits None for as many as it has. */
function general(value: Value, digits: number | undefined): string {
  const precise = new Decimal(String(exactNumber(value))).abs();
  const limit = digits === undefined ? 6 : Math.max(1, digits);
  const rounded =
    digits === undefined ? precise : precise.toSignificantDigits(limit, Decimal.ROUND_HALF_EVEN);
  return rounded.e < -4 || rounded.e >= limit ? exponent(rounded.toExponential()) : rounded.toFixed();
}

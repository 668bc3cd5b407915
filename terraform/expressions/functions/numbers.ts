import { numberOf, type Value } from "../../values";
import { BigFloat } from "../big-float";
import { define, exactNumber, type Functions, integer, number, outermost } from "./arguments";

const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function parseInteger(value: Value | undefined, base: number): Value {
  if (base < 2 || base > 62) throw new Error("the base must be from 2 to 62");
  // Up to base 36, upper-case and lower-case letters mean the same digit.
  const [, sign, rest = ""] = /^([+-]?)(.+)$/.exec(typeof value === "string" ? value : "") ?? [];
  const places = Array.from(base > 36 ? rest : rest.toLowerCase(), (digit) => digits.indexOf(digit));
  if (places.length === 0 || places.some((place) => place < 0 || place >= base))
    throw new Error(`${JSON.stringify(value)} is not a whole number in base ${base}`);
  const whole = places.reduce((sum, place) => sum * BigInt(base) + BigInt(place), 0n);
  return numberOf(BigFloat.parse(`${sign}${whole}`));
}

/** A number rounded up (direction 1) or down (direction -1) to a whole number. */
function whole(value: Value | undefined, direction: 1 | -1): Value {
  const given = exactNumber(value);
  const cut = given.truncated();
  const isPast = given.compare(cut) * direction > 0;
  return numberOf(isPast ? cut.plus(BigFloat.parse(String(direction))) : cut);
}

/** @throws Error when the number is infinite or not a number. */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new Error("there is no such number");
}

/** https://developer.hashicorp.com/terraform/language/functions: numeric functions */
export const numericFunctions: Functions = {
  abs: define(1, 1, ([value]) => {
    const given = exactNumber(value);
    return numberOf(given.compare(BigFloat.zero) < 0 ? given.negated() : given);
  }),
  ceil: define(1, 1, ([value]) => whole(value, 1)),
  floor: define(1, 1, ([value]) => whole(value, -1)),
  log: define(2, 2, ([value, base]) => finite(Math.log(number(value)) / Math.log(number(base)))),
  max: define(1, undefined, (values) => outermost(values, 1)),
  min: define(1, undefined, (values) => outermost(values, -1)),
  parseint: define(2, 2, ([value, base]) => parseInteger(value, integer(base))),
  pow: define(2, 2, ([value, power]) => finite(number(value) ** number(power))),
  signum: define(1, 1, ([value]) => Math.sign(integer(value))),
};

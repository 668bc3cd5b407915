import { define, type Functions, integer, number, text } from "./arguments";

function parseInteger(value: string, base: number): number {
  if (base < 2 || base > 36) throw new Error("the base must be from 2 to 36");
  const digits = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  if (!new RegExp(`^-?[${digits}]+$`, "i").test(value))
    throw new Error(`${value} is not a whole number of base ${base}`);
  return Number.parseInt(value, base);
}

/** https://developer.hashicorp.com/terraform/language/functions: numeric functions */
export const numericFunctions: Functions = {
  abs: define(1, 1, ([value]) => Math.abs(number(value))),
  ceil: define(1, 1, ([value]) => Math.ceil(number(value))),
  floor: define(1, 1, ([value]) => Math.floor(number(value))),
  log: define(2, 2, ([value, base]) => Math.log(number(value)) / Math.log(number(base))),
  max: define(1, undefined, (values) => Math.max(...values.map(number))),
  min: define(1, undefined, (values) => Math.min(...values.map(number))),
  parseint: define(2, 2, ([value, base]) => parseInteger(text(value), integer(base))),
  pow: define(2, 2, ([value, power]) => number(value) ** number(power)),
  signum: define(1, 1, ([value]) => Math.sign(number(value))),
};

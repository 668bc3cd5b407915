import { Fn, Op, Token, Tokenization } from "cdktf";

/**
 * Leaves arithmetic to Terraform when only Terraform knows a number, such as a variable's value. At synthesis such a
 * number is a token, and calculating with the token itself would give a meaningless number.
 */
function leave(number: number, known: () => number, unknown: () => unknown): number {
  return Token.isUnresolved(number) ? Token.asNumber(unknown()) : known();
}

export function times(number: number, factor: number): number {
  return leave(
    number,
    () => number * factor,
    () => Op.mul(number, factor),
  );
}

export function plus(number: number, more: number): number {
  return leave(
    number,
    () => number + more,
    () => Op.add(number, more),
  );
}

export function atMost(number: number, most: number): number {
  return leave(
    number,
    () => Math.min(number, most),
    () => Fn.min([number, most]),
  );
}

export function atLeast(number: number, least: number): number {
  return leave(
    number,
    () => Math.max(number, least),
    () => Fn.max([number, least]),
  );
}

/** The number rounded up to a multiple of `step`. */
export function roundUp(number: number, step: number): number {
  return leave(
    number,
    () => Math.ceil(number / step) * step,
    () => Op.mul(Fn.ceil(Token.asNumber(Op.div(number, step))), step),
  );
}

/** The text of a number, for use within a longer text. */
export function digits(number: number): string {
  return Token.isUnresolved(number) ? Tokenization.stringifyNumber(number) : String(number);
}

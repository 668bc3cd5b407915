import { Fn, Op, Token, Tokenization } from "cdktf";

/**
 * Arithmetic that is left to Terraform where it alone knows a number, such as a variable's: what stands for such a number
 * here is a token, whose product or smaller one means nothing.
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

/** The number of whole steps in which `number` fits, times the step. */
export function roundUp(number: number, step: number): number {
  return leave(
    number,
    () => Math.ceil(number / step) * step,
    () => Op.mul(Fn.ceil(Token.asNumber(Op.div(number, step))), step),
  );
}

/** A number within a text. */
export function digits(number: number): string {
  return Token.isUnresolved(number) ? Tokenization.stringifyNumber(number) : String(number);
}

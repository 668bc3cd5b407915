import type { NamedColumn } from "../../api";
import { isNumericName, isTimeName } from "../parts/types";

export interface ChartChoice {
  readonly x: number;
  readonly y: number;
  readonly kind: "line" | "bars";
}

/**
 * The chart that is drawn at first: the first number by the first time, or else by the first text, or else by the next
 * number. Times and numbers are drawn as lines, texts as bars.
 */
export function guess(columns: readonly NamedColumn[]): ChartChoice | undefined {
  const index = (fits: (type: string, at: number) => boolean) =>
    columns.findIndex(({ type }, at) => fits(type, at));
  const time = index(isTimeName);
  const name = index((type) => !isNumericName(type) && !isTimeName(type));
  const firstNumber = index(isNumericName);
  const x = time >= 0 ? time : name >= 0 ? name : firstNumber;
  const y = index((type, at) => isNumericName(type) && at !== x);
  if (x < 0 || y < 0) return undefined;
  return { x, y, kind: x === name ? "bars" : "line" };
}

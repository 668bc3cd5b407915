import type { Column } from "../../api";
import { isNumeric, isTime } from "../parts/types";

export interface ChartChoice {
  readonly x: number;
  readonly y: number;
  readonly kind: "line" | "bars";
}

/**
 * How a result is drawn at first: its first number by its time, else by its first text, else by its first other number.
 * Time and numbers make a line, names make bars.
 */
export function guess(columns: readonly Column[]): ChartChoice | undefined {
  const index = (fits: (type: string, at: number) => boolean) =>
    columns.findIndex(({ type }, at) => fits(type, at));
  const time = index(isTime);
  const name = index((type) => !isNumeric(type) && !isTime(type));
  const firstNumber = index(isNumeric);
  const x = time >= 0 ? time : name >= 0 ? name : firstNumber;
  const y = index((type, at) => isNumeric(type) && at !== x);
  if (x < 0 || y < 0) return undefined;
  return { x, y, kind: x === name ? "bars" : "line" };
}

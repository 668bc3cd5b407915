/**
 * Text functions that count code points, as Trino does. A character outside of the basic multilingual plane counts as
 * one.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: every code unit that is a character by itself.
const simple = /^[\u0000-\ud7ff\ue000-\uffff]*$/;

/** Whether every character is a single code unit, so that positions in the string are those of its characters. */
const isSimple = (text: string): boolean => simple.test(text);

export const codePoints = (text: string): string[] => (isSimple(text) ? text.split("") : Array.from(text));

export function lengthOf(text: string): number {
  if (isSimple(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The characters from `start` (from 0) to `end` (exclusive). */
export function sliceOf(text: string, start: number, end: number): string {
  return isSimple(text) ? text.slice(start, end) : Array.from(text).slice(start, end).join("");
}

/** The number of characters before a position of the string. */
export const countTo = (text: string, index: number): number => lengthOf(text.slice(0, index));

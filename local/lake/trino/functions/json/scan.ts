/**
 * Functions that scan a JSON text without building its values, as Jackson's streaming parser does. Text after the value
 * that is looked for is not read.
 */
export class NotJson extends Error {}

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openArray, closeArray, openObject, closeObject] = [91, 93, 123, 125];

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

/** The position after any blanks. */
export function afterBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return at;
    at += 1;
  }
}

/** The position after the value that begins at a position. @throws NotJson */
export function afterValue(text: string, start: number, depth = 0): number {
  if (depth > 1000) throw new NotJson();
  switch (text.charCodeAt(start)) {
    case quote:
      return afterString(text, start);
    case openArray:
      return afterItems(text, start, closeArray, depth);
    case openObject:
      return afterItems(text, start, closeObject, depth);
    default:
      return afterToken(text, start);
  }
}

function afterToken(text: string, start: number): number {
  const pattern = text.charCodeAt(start) >= 97 ? word : number;
  pattern.lastIndex = start;
  if (!pattern.test(text)) throw new NotJson();
  return pattern.lastIndex;
}

function afterString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at + 1;
    if (unit === backslash) at += 1;
    else if (unit < 32 || Number.isNaN(unit)) throw new NotJson();
  }
}

function afterItems(text: string, start: number, close: number, depth: number): number {
  let at = afterBlanks(text, start + 1);
  if (text.charCodeAt(at) === close) return at + 1;
  for (;;) {
    if (close === closeObject) at = valueOfField(text, at).start;
    at = afterBlanks(text, afterValue(text, at, depth + 1));
    const unit = text.charCodeAt(at);
    if (unit === close) return at + 1;
    if (unit !== comma) throw new NotJson();
    at = afterBlanks(text, at + 1);
  }
}

/** The end of a field's name and the start of its value. */
function valueOfField(text: string, start: number): { readonly nameEnd: number; readonly start: number } {
  if (text.charCodeAt(start) !== quote) throw new NotJson();
  const nameEnd = afterString(text, start);
  const at = afterBlanks(text, nameEnd);
  if (text.charCodeAt(at) !== colon) throw new NotJson();
  return { nameEnd, start: afterBlanks(text, at + 1) };
}

/** The start of an object's first field with a name. Undefined when there is none. @throws NotJson */
export function fieldStart(text: string, object: number, name: string): number | undefined {
  let at = afterBlanks(text, object + 1);
  if (text.charCodeAt(at) === closeObject) return undefined;
  for (;;) {
    const { nameEnd, start } = valueOfField(text, at);
    const length = nameEnd - at - 2;
    if (
      length === name.length
        ? text.startsWith(name, at + 1)
        : length > name.length && named(text, at, nameEnd, name)
    )
      return start;
    at = next(text, afterValue(text, start), closeObject);
    if (at < 0) return undefined;
  }
}

/** Whether a name that contains escapes is the given one. */
const named = (text: string, start: number, end: number, name: string): boolean => {
  const written = text.slice(start, end);
  return written.includes("\\") && JSON.parse(written) === name;
};

/** The start of an element of an array. Undefined when the array has fewer elements. @throws NotJson */
export function elementStart(text: string, array: number, index: number): number | undefined {
  let at = afterBlanks(text, array + 1);
  if (text.charCodeAt(at) === closeArray) return undefined;
  for (let left = index; ; left -= 1) {
    if (left === 0) return at;
    at = next(text, afterValue(text, at), closeArray);
    if (at < 0) return undefined;
  }
}

/** The start of the next item, or -1 at the end. */
function next(text: string, end: number, close: number): number {
  const at = afterBlanks(text, end);
  const unit = text.charCodeAt(at);
  if (unit === close) return -1;
  if (unit !== comma) throw new NotJson();
  return afterBlanks(text, at + 1);
}

export const isObjectText = (text: string, at: number): boolean => text.charCodeAt(at) === openObject;
export const isArray = (text: string, at: number): boolean => text.charCodeAt(at) === openArray;

const newline = 10;
const carriageReturn = 13;

/** The lines of an object. A line ends with `\n`, `\r` or `\r\n`, or with the object. A byte order mark is skipped. */
export function* linesOf(content: Buffer): Generator<string> {
  const ends = content.includes(carriageReturn) ? anyEnd : newlineEnd;
  let start = content.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  while (start < content.length) {
    const end = ends(content, start);
    yield content.toString("utf8", start, end);
    start = end + (content[end] === carriageReturn && content[end + 1] === newline ? 2 : 1);
  }
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

function newlineEnd(content: Buffer, start: number): number {
  const end = content.indexOf(newline, start);
  return end < 0 ? content.length : end;
}

function anyEnd(content: Buffer, start: number): number {
  let end = start;
  while (end < content.length && content[end] !== newline && content[end] !== carriageReturn) end++;
  return end;
}

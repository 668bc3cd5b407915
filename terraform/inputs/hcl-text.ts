// Matches comments, heredocs and opening quotes, because brackets inside of these are not part of the block structure.
const skipped = () => /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|<<[-~]?(\w+)\n[\s\S]*?\n[ \t]*\1\b|"/gy;

/** Position of the brace that ends a block; -1 when there is none. */
export function endOfBlock(text: string, start: number): number {
  const end = endOf(text, start, (char, depth) => char === "}" && depth === 0);
  return end < text.length ? end : -1;
}

/** Position where an argument's expression ends: the end of its line, or the brace that ends the surrounding block. */
export function endOfExpression(text: string, start: number): number {
  return endOf(text, start, (char, depth) => depth === 0 && (char === "\n" || char === "}"));
}

/** The first position outside of comments and strings at which `isEnd` holds; the text's length when there is none. */
function endOf(text: string, start: number, isEnd: (char: string, depth: number) => boolean): number {
  const other = skipped();
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? "";
    other.lastIndex = at;
    const [found] = other.exec(text) ?? [];
    if (found === '"') {
      at = endOfString(text, at + 1);
      if (at < 0) return text.length;
    } else if (found !== undefined) at += found.length - 1;
    else if (isEnd(char, depth)) return at;
    else if (/[{[(]/.test(char)) depth += 1;
    else if (/[}\])]/.test(char)) depth -= 1;
  }
  return text.length;
}

/** Position of the quote that ends a string, which may contain other strings in `${ }`; -1 when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
    else if (/[$%]/.test(text[at] ?? "") && text[at + 1] === "{") {
      at = endOfBlock(text, at + 2);
      if (at < 0) return -1;
    }
  }
  return -1;
}

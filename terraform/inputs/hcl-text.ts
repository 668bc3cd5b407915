// Comments, heredocs and the beginnings of strings, in which a bracket does not belong to what is around them.
const skipped = () => /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|<<[-~]?(\w+)\n[\s\S]*?\n[ \t]*\1\b|"/gy;

/** Where the brace stands that ends a block; -1 where none does. */
export function endOfBlock(text: string, start: number): number {
  const end = endOf(text, start, (char, depth) => char === "}" && depth === 0);
  return end < text.length ? end : -1;
}

/** Where an argument's expression ends: at the end of its line, or before the brace that ends the block around it. */
export function endOfExpression(text: string, start: number): number {
  return endOf(text, start, (char, depth) => depth === 0 && (char === "\n" || char === "}"));
}

/** The first place at which it ends, outside of comments and strings; the text's length where it doesn't. */
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

/** Where the quote stands that ends a string, in which `${ }` may hold further ones; -1 where none does. */
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

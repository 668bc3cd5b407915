/**
 * A pattern of Go's regexp package as one of JavaScript.
 *
 * https://github.com/google/re2/wiki/Syntax
 *
 * @throws Error for what JavaScript can't match the same way, or Go doesn't know.
 */
export function regularExpression(pattern: string): RegExp {
  const [, inline = "", rest = pattern] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(pattern) ?? [];
  if (/\\\d|\(\?<?[=!]|\(\?[a-zA-Z-]+[:)](?<!\(\?:)/.test(rest.replaceAll("\\\\", "")))
    throw new Error(`the pattern ${pattern} is not supported`);
  const translated = rest
    .replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_, literal: string) =>
      literal.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    )
    .replace(/\\([pP])([A-Z])/g, "\\$1{$2}")
    .replace(/\\([pP])\{([A-Z][a-z]{2,})\}/g, "\\$1{Script=$2}")
    .replaceAll("(?P<", "(?<")
    .replaceAll("\\A", "^")
    .replaceAll("\\z", "$")
    .replace(/\[:(\^?\w+):\]/g, (name: string, word: string) => {
      const known = classes[word];
      if (known === undefined) throw new Error(`the pattern ${pattern} has the unknown class ${name}`);
      return known;
    });
  try {
    return new RegExp(translated, `gu${inline}`);
  } catch {
    return new RegExp(translated, `g${inline}`);
  }
}

const classes: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\t ",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

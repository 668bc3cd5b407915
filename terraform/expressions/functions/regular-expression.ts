import { runInNewContext } from "node:vm";

/** Time limit of a search. Milliseconds. */
const longest = 1_000;

/** All matches of a pattern of Go's regexp package in a text. */
export const matchesOf = (pattern: string, value: string): RegExpExecArray[] =>
  searched(pattern, (expression) => [...value.matchAll(expression)]);

/** The first match of a pattern of Go's regexp package in a text. */
export const firstMatchOf = (pattern: string, value: string): RegExpExecArray | null =>
  searched(pattern, (expression) => expression.exec(value));

/**
 * Runs a search for a pattern, with a time limit.
 *
 * In Go, a search takes time in proportion to the text. In JavaScript, it may practically never end, as for `(a+)+$`, and
 * only a search in a separate context can be stopped.
 *
 * @throws Error for a pattern that is not supported, or whose search takes too long.
 */
function searched<T>(pattern: string, search: (expression: RegExp) => T): T {
  const expression = regularExpression(pattern);
  try {
    return runInNewContext("search()", { search: () => search(expression) }, { timeout: longest });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new Error(`the pattern ${pattern} takes longer than ${longest} ms here`);
  }
}

/**
 * Translates a pattern of Go's regexp package into one of JavaScript.
 *
 * https://github.com/google/re2/wiki/Syntax
 *
 * @throws Error for a pattern that Go refuses, or that JavaScript would match differently.
 */
function regularExpression(pattern: string): RegExp {
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
      const isNegated = word.startsWith("^");
      const known = classes[isNegated ? word.slice(1) : word];
      if (known === undefined) throw new Error(`the pattern ${pattern} has the unknown class ${name}`);
      return isNegated ? othersThan(known) : known;
    });
  try {
    return new RegExp(translated, `gu${inline}`);
  } catch {
    return new RegExp(translated, `g${inline}`);
  }
}

/** All characters that are not in a class of ASCII's. */
function othersThan(known: string): string {
  const own = new RegExp(`[${known}]`);
  const others = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    (sign) => !own.test(sign),
  );
  return `${others.map((sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}\u0080-\u{10ffff}`;
}

const classes: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\t ",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t-\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

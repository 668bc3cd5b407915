import { cached } from "../../../cached";
import { invalid } from "../errors";
import { PatternError, type Translated, translate } from "./translate";

/** A translated pattern with its JavaScript regular expression. */
export interface Pattern extends Omit<Translated, "source"> {
  readonly regexp: RegExp;
}

export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /**
   * The text of each group by its number, with the whole match as 0. NULL when the group did not take part in the
   * match.
   */
  readonly groups: readonly (string | null)[];
}

/** The translated pattern of a text. */
export const patternOf = cached(compile);

function compile(text: string): Pattern {
  try {
    const { source, groups, names } = translate(text);
    return { regexp: new RegExp(source, "gv"), groups, names };
  } catch (error) {
    if (error instanceof PatternError) throw invalid(error.message);
    if (error instanceof SyntaxError) throw invalid(`The pattern is not supported here: ${text}`);
    throw error;
  }
}

/** Every match from a position on. After an empty match, the search continues at the next character. */
export function* matches({ regexp, groups }: Pattern, text: string, from = 0): Generator<PatternMatch> {
  regexp.lastIndex = from;
  let position = from;
  for (;;) {
    regexp.lastIndex = position;
    const found = regexp.exec(text);
    if (!found) return;
    // V8 also finds empty matches between the two halves of a surrogate pair.
    if (found[0] === "" && isInside(text, found.index)) {
      position = found.index + 1;
      continue;
    }
    const end = found.index + found[0].length;
    yield {
      start: found.index,
      end,
      groups: [
        found[0],
        ...Array.from({ length: groups }, (_, index) => found.groups?.[`g${index + 1}`] ?? null),
      ],
    };
    if (end > found.index) position = end;
    else position = end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
    if (position > text.length) return;
  }
}

const isInside = (text: string, index: number): boolean =>
  index > 0 && (text.codePointAt(index - 1) ?? 0) > 0xffff;

export function matchesAnywhere({ regexp }: Pattern, text: string): boolean {
  regexp.lastIndex = 0;
  return regexp.test(text);
}

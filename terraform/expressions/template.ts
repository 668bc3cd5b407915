import type { ForExpression, TerraformExpression } from "./expression";
import { syntaxError } from "./scanner";

export type Iteration = Pick<ForExpression, "key" | "value" | "in">;

type Content =
  | { readonly kind: "interpolation"; readonly value: TerraformExpression }
  | { readonly kind: "if"; readonly test: TerraformExpression }
  | { readonly kind: "for"; readonly iterator: Iteration }
  | { readonly kind: "else" | "endif" | "endfor" };

/** `${…}` or `%{…}`, with the white space beside it that it removes. */
export interface Sequence {
  readonly at: number;
  readonly trimsBefore: boolean;
  readonly trimsAfter: boolean;
  readonly content: Content;
}

/** What a template consists of, in order: text, which ends with its line, and sequences. */
export type TemplateToken = string | Sequence;

const isText = (token: TemplateToken | undefined): token is string => typeof token === "string";

/**
 * Puts a template together from its tokens. One that consists of a single interpolation keeps the type of its
 * expression. A directive always yields a string.
 *
 * https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates
 *
 * @param isIndented Whether the indentation that all lines have is removed, as from `<<-`.
 * @param end Position of the template's end.
 */
export function templateOf(
  tokens: readonly TemplateToken[],
  isIndented: boolean,
  end: number,
): TerraformExpression {
  const trimmed = withoutTrimmed(tokens);
  const parts = new Assembly(isIndented ? withoutIndentation(trimmed) : trimmed, end).whole();
  const [only] = parts;
  if (parts.length === 0) return { kind: "literal", value: "" };
  return parts.length === 1 && only ? only : { kind: "template", parts };
}

/** White space is removed up to the next sequence, or the line's end with it. */
const withoutTrimmed = (tokens: readonly TemplateToken[]): TemplateToken[] =>
  tokens.map((token, at) => {
    if (!isText(token)) return token;
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    const text = before && !isText(before) && before.trimsAfter ? token.trimStart() : token;
    return after && !isText(after) && after.trimsBefore ? text.trimEnd() : text;
  });

/** https://developer.hashicorp.com/terraform/language/expressions/strings#indented-heredocs */
function withoutIndentation(tokens: readonly TemplateToken[]): TemplateToken[] {
  const starts = tokens.map((_, at) => {
    const before = at === 0 ? "\n" : tokens[at - 1];
    return isText(before) && before.endsWith("\n");
  });
  const isBlank = (token: TemplateToken) => isText(token) && /^\s*\n$/.test(token);
  const widths = tokens
    .filter((token, at) => starts[at] && !isBlank(token))
    .map((token) => (isText(token) ? token.length - token.trimStart().length : 0));
  const width = Math.min(...widths);
  return tokens.map((token, at) =>
    isText(token) && starts[at] && !isBlank(token) ? token.slice(width) : token,
  );
}

/** Pairs directives, https://developer.hashicorp.com/terraform/language/expressions/strings#directives */
class Assembly {
  private next = 0;

  constructor(
    private readonly tokens: readonly TemplateToken[],
    private readonly end: number,
  ) {}

  whole(): TerraformExpression[] {
    return this.upTo([]).parts;
  }

  /** @param ends Directives that end these parts, such as `endif`; none for those of the whole template. */
  private upTo(ends: readonly string[]): { readonly parts: TerraformExpression[]; readonly end?: string } {
    const parts: TerraformExpression[] = [];
    for (let token = this.tokens[this.next]; token !== undefined; token = this.tokens[this.next]) {
      this.next++;
      if (isText(token)) addText(parts, token);
      else if (ends.includes(token.content.kind)) return { parts, end: token.content.kind };
      else parts.push(this.part(token));
    }
    if (ends.length > 0) throw syntaxError(`expected %{ ${ends.at(-1)} }`, this.end);
    return { parts };
  }

  private part({ content, at }: Sequence): TerraformExpression {
    if (content.kind === "interpolation") return content.value;
    if (content.kind === "if") {
      const { parts, end } = this.upTo(["else", "endif"]);
      const then: TerraformExpression = { kind: "template", parts };
      const otherwise = end === "else" ? this.upTo(["endif"]).parts : [];
      return { kind: "if", test: content.test, then, else: { kind: "template", parts: otherwise } };
    }
    if (content.kind !== "for") throw syntaxError(`%{ ${content.kind} } stands alone`, at);
    const then: TerraformExpression = { kind: "template", parts: this.upTo(["endfor"]).parts };
    const texts: TerraformExpression = { kind: "for", ...content.iterator, then, group: false };
    return { kind: "call", name: "join", args: [{ kind: "literal", value: "" }, texts], expand: false };
  }
}

/** Lines that follow one another are one literal. */
function addText(parts: TerraformExpression[], text: string): void {
  const last = parts.at(-1);
  if (last?.kind !== "literal" || typeof last.value !== "string")
    parts.push({ kind: "literal", value: text });
  else parts[parts.length - 1] = { kind: "literal", value: last.value + text };
}

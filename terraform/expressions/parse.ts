import { numberOf } from "../values";
import { BigFloat } from "./big-float";
import { elementName, type TerraformExpression } from "./expression";
import { nameSource, Scanner } from "./scanner";
import { type Iteration, type Sequence, type TemplateToken, templateOf } from "./template";

const precedence: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};

const escapedSign = /\$\$\{|%%\{/y;
const sequenceStart = /[$%]\{~?/y;
/** Text up to what may begin a sequence, or to its line's end. */
const textRun = /[^$%\n]*\n|[^$%\n]+|[$%]/y;
const quotedRun = /[^$%"\\\n]+|[$%]/y;
const quote = /"/y;
const escapeSequence = /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[nrt"\\])/y;
const escapedLetters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const heredocStart = new RegExp(String.raw`<<-?${nameSource}\r?\n`, "uy");
const operators = /\|\||&&|==|!=|<=|>=|[<>+\-*/%]/y;
/** A key that is a name, which is not looked up. */
const nameAsKey = new RegExp(String.raw`${nameSource}(?=[^\S\n]*(?:=(?!=)|:))`, "uy");

/**
 * Parses a string of Terraform JSON as a template.
 *
 * @throws Error that says what was expected and where, for an invalid or unsupported template.
 */
export function parseTemplate(text: string): TerraformExpression {
  return new Parser(text).template();
}

/** Parses a single expression, such as the type of a variable or a value from the command line. @throws Error */
export function parseTerraform(text: string): TerraformExpression {
  const parser = new Parser(text);
  const expression = parser.expression();
  parser.expectEnd();
  return expression;
}

/** Parses a file of assignments, such as `terraform.tfvars`. @throws Error */
export function parseAssignments(text: string): readonly (readonly [string, TerraformExpression])[] {
  return new Parser(text).assignments();
}

/** https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md */
class Parser extends Scanner {
  template(): TerraformExpression {
    return templateOf(
      this.templateTokens(true, () => this.take(textRun)),
      false,
      this.at,
    );
  }

  assignments(): (readonly [string, TerraformExpression])[] {
    const found: (readonly [string, TerraformExpression])[] = [];
    while (this.peek() !== undefined) {
      const name = this.name();
      this.expect("=");
      found.push([name, this.expression()]);
    }
    return found;
  }

  expression(): TerraformExpression {
    const test = this.binary(1);
    if (!this.takes("?")) return test;
    const then = this.expression();
    this.expect(":");
    return { kind: "if", test, then, else: this.expression() };
  }

  expectEnd(): void {
    if (this.peek() !== undefined) throw this.error("expected the end");
  }

  /**
   * Reads a template up to its end.
   *
   * @param endsAtLine Whether a text ends with its line.
   * @param literal Reads text, or nothing at the template's end.
   */
  private templateTokens(endsAtLine: boolean, literal: () => string | undefined): TemplateToken[] {
    const tokens: TemplateToken[] = [];
    let text = "";
    for (;;) {
      const start = this.at;
      const open = this.take(sequenceStart);
      const more = open ? undefined : (this.take(escapedSign)?.slice(1) ?? literal());
      if (text && (more === undefined || (endsAtLine && text.endsWith("\n")))) {
        tokens.push(text);
        text = "";
      }
      if (open) tokens.push(this.byLine(false, () => this.sequence(open, start)));
      else if (more === undefined) return tokens;
      else text += more;
    }
  }

  /** Parses the rest of `${…}` or `%{…}`. */
  private sequence(open: string, at: number): Sequence {
    const content: Sequence["content"] = open.startsWith("$")
      ? { kind: "interpolation", value: this.expression() }
      : this.directive();
    const trimsAfter = this.takes("~}");
    if (!trimsAfter) this.expect("}");
    return { at, content, trimsBefore: open.endsWith("~"), trimsAfter };
  }

  private directive(): Sequence["content"] {
    const kind = this.name();
    switch (kind) {
      case "if":
        return { kind, test: this.expression() };
      case "for":
        return { kind, iterator: this.iterator() };
      case "else":
      case "endif":
      case "endfor":
        return { kind };
      default:
        throw this.error(`there is no directive %{ ${kind} }`);
    }
  }

  private quoted(): TerraformExpression {
    const tokens = this.templateTokens(false, () =>
      this.take(quote) ? undefined : (this.take(quotedRun) ?? this.escape()),
    );
    return templateOf(tokens, false, this.at);
  }

  private escape(): string {
    const next = this.text[this.at];
    if (next === undefined) throw this.error('expected "');
    if (next === "\n") throw this.error("a string must end on the line where it begins");
    const [, letter = "", ...code] = this.take(escapeSequence) ?? "";
    if (!letter) throw this.error("there is no such escape sequence");
    if (code.length === 0) return escapedLetters[letter] ?? letter;
    const point = Number.parseInt(code.join(""), 16);
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
      throw this.error("there is no such character");
    return String.fromCodePoint(point);
  }

  /** https://developer.hashicorp.com/terraform/language/expressions/strings#heredoc-strings */
  private heredoc(): TerraformExpression {
    const start = this.take(heredocStart)?.trim();
    if (start === undefined) throw this.error("expected a heredoc");
    const isIndented = start.startsWith("<<-");
    const mark = start.slice(isIndented ? 3 : 2);
    const end = new RegExp(`(?<=\\n)[^\\S\\n]*${mark}[^\\S\\n]*(?=\\n|$)`, "uy");
    const tokens = this.templateTokens(true, () => {
      if (this.take(end) !== undefined) return undefined;
      const text = this.take(textRun);
      if (text === undefined) throw this.error(`expected ${mark}`);
      return text;
    });
    return templateOf(tokens, isIndented, this.at);
  }

  private binary(level: number): TerraformExpression {
    let left = this.unary();
    for (;;) {
      this.peek();
      const start = this.at;
      const operator = this.take(operators);
      const rank = operator ? precedence[operator] : undefined;
      if (!operator || !rank || rank < level) {
        this.at = start;
        return left;
      }
      left = { kind: "binary", operator, left, right: this.binary(rank + 1) };
    }
  }

  private unary(): TerraformExpression {
    for (const operator of ["!", "-"])
      if (this.takes(operator)) return { kind: "unary", operator, operand: this.unary() };
    return this.postfix(this.primary());
  }

  private primary(): TerraformExpression {
    if (this.takes('"')) return this.quoted();
    if (this.takes("("))
      return this.byLine(false, () => {
        const inner = this.expression();
        this.expect(")");
        return inner;
      });
    if (this.takes("[")) return this.byLine(false, () => this.list());
    if (this.takes("{")) return this.object();
    if (this.follows("<<")) return this.heredoc();
    const number = this.number();
    if (number) return { kind: "literal", value: numberOf(BigFloat.parse(number)) };
    if (this.takes("core::")) return this.call(this.name());
    const name = this.name();
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    if (name === "null") return { kind: "literal", value: null };
    return this.follows("(") ? this.call(name) : { kind: "root", name };
  }

  private call(name: string): TerraformExpression {
    this.expect("(");
    return this.byLine(false, () => {
      const args: TerraformExpression[] = [];
      while (!this.takes(")")) {
        args.push(this.expression());
        if (this.takes("...")) {
          this.expect(")");
          return { kind: "call", name, args, expand: true };
        }
        if (!this.follows(")")) this.expect(",");
      }
      return { kind: "call", name, args, expand: false };
    });
  }

  /** Parses what may follow a value: names, indices and splats. */
  private postfix(base: TerraformExpression): TerraformExpression {
    let target = base;
    for (;;) {
      if (this.takes("[")) {
        const key = this.byLine(false, () => this.index());
        if (key === undefined)
          return { kind: "splat", target, each: this.postfix({ kind: "root", name: elementName }) };
        target = { kind: "index", target, key };
      } else if (!this.follows("...") && this.takes(".")) {
        target = this.takes("*")
          ? { kind: "splat", target, each: this.namesOfElement() }
          : this.named(target);
      } else return target;
    }
  }

  /** Parses the rest of `[key]`; nothing for `[*]`. */
  private index(): TerraformExpression | undefined {
    const key = this.takes("*") ? undefined : this.expression();
    this.expect("]");
    return key;
  }

  /** Parses the names after `.*`: what else follows belongs to the list of results. */
  private namesOfElement(): TerraformExpression {
    let each: TerraformExpression = { kind: "root", name: elementName };
    while (!this.follows("...") && this.takes(".")) each = this.named(each);
    return each;
  }

  /** Parses the name or number after a dot. */
  private named(target: TerraformExpression): TerraformExpression {
    const number = this.number();
    if (number === undefined) return { kind: "attribute", target, name: this.name() };
    if (/\D/.test(number)) throw this.error(`.${number} is not an index`);
    return { kind: "index", target, key: { kind: "literal", value: Number(number) } };
  }

  private list(): TerraformExpression {
    if (this.followsWord("for")) return this.forExpression("]");
    const items: TerraformExpression[] = [];
    while (!this.takes("]")) {
      items.push(this.expression());
      if (!this.follows("]")) this.expect(",");
    }
    return { kind: "list", items };
  }

  private object(): TerraformExpression {
    if (this.byLine(false, () => this.followsWord("for")))
      return this.byLine(false, () => this.forExpression("}"));
    return this.byLine(true, () => {
      const entries: (readonly [TerraformExpression, TerraformExpression])[] = [];
      while (!this.takes("}")) {
        if (this.takes("\n")) continue;
        entries.push(this.entry());
        if (!this.follows("}") && !this.takes("\n")) this.expect(",");
      }
      return { kind: "object", entries };
    });
  }

  private entry(): readonly [TerraformExpression, TerraformExpression] {
    const name = this.take(nameAsKey);
    const key: TerraformExpression = name ? { kind: "literal", value: name } : this.expression();
    if (!this.takes("=")) this.expect(":");
    return [key, this.expression()];
  }

  /** https://developer.hashicorp.com/terraform/language/expressions/for */
  private forExpression(close: "]" | "}"): TerraformExpression {
    this.name();
    const names = this.iterator();
    this.expect(":");
    let then = this.expression();
    let name: TerraformExpression | undefined;
    let test: TerraformExpression | undefined;
    if (close === "}") {
      this.expect("=>");
      name = then;
      then = this.expression();
    }
    const group = close === "}" && this.takes("...");
    if (this.followsWord("if")) {
      this.name();
      test = this.expression();
    }
    this.expect(close);
    return { kind: "for", ...names, then, group, ...(name && { name }), ...(test && { test }) };
  }

  /** Parses `key, value in items`. */
  private iterator(): Iteration {
    const first = this.name();
    const second = this.takes(",") ? this.name() : undefined;
    if (this.name() !== "in") throw this.error('expected "in"');
    const items = this.expression();
    return second === undefined ? { value: first, in: items } : { key: first, value: second, in: items };
  }
}
